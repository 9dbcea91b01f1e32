/**
 * `_include` and `_revinclude`: one step from resources already found, the acl on both ends.
 * https://hl7.org/fhir/R4/search.html#include
 */
import type { Store } from '../../store.ts'
import type { Collections } from '../database/collections.ts'
import { admitted, all, visible } from '../search/compile.ts'
import type { ResourceFilter } from '../search/compile.ts'
import { idOf, referenceOf, storedOf, storedProjection } from '../database/document.ts'
import { parameterPrefix, referenceForm } from '../database/index-values.ts'

export const createInclude =
  ({ client, resources }: Collections): Store['include'] =>
  async (include, sources, limit, acl) =>
    await client.withSession({ snapshot: true }, async (session) => {
      if (limit <= 0 || sources.length === 0) return []
      const found = async (filter: ResourceFilter) => {
        const rows = await resources
          .find(filter, { session, projection: storedProjection, sort: { n: 1 }, limit })
          .toArray()
        return rows.map((row) => storedOf(referenceOf(row._id), row))
      }
      if (include.direction === 'reverse') {
        const targets = sources.filter(
          ({ type }) => include.targetType === undefined || type === include.targetType
        )
        if (targets.length === 0) return []
        return await found(
          visible(include.sourceType, acl, [
            {
              ref: { $in: targets.map((target) => referenceForm(include.parameter, idOf(target))) }
            }
          ])
        )
      }
      const from = sources.filter(({ type }) => type === include.sourceType).map(idOf)
      if (from.length === 0) return []
      const prefix = parameterPrefix(include.parameter)
      const holders = await resources
        .find(visible(include.sourceType, acl, [{ _id: { $in: from } }]), {
          session,
          projection: { ref: 1 }
        })
        .toArray()
      const targets = new Set(
        holders
          .flatMap(({ ref }) => ref)
          .filter((form) => form.startsWith(prefix))
          .map((form) => form.slice(prefix.length))
      )
      const wanted = [...targets].filter(
        (id) => include.targetType === undefined || id.startsWith(`${include.targetType}/`)
      )
      if (wanted.length === 0) return []
      return await found(all([{ _id: { $in: wanted }, del: false }, ...admitted(acl)]))
    })
