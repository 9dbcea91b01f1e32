/**
 * Every version that concerns a person, and rows by type: for the system itself, without an acl.
 */
import type { ResourceType, VersionId } from '../../../fhir/resource.ts'
import type { Envelope, Store } from '../../store.ts'
import type { Collections, VersionFields } from '../database/collections.ts'
import { referenceOf } from '../database/document.ts'

const projection = { v: 1, del: 1, env: 1, n: 1, vn: 1 } as const

export const createVersionsOf =
  ({ client, resources, versions }: Collections): Store['versionsOf'] =>
  async (person) =>
    await client.withSession({ snapshot: true }, async (session) => {
      const current = await resources.find({ pe: person }, { session, projection }).toArray()
      const old = await versions
        .find({ pe: person }, { session, projection: { ...projection, r: 1 } })
        .toArray()
      const shape = (id: string, isCurrent: boolean, { v, del, env }: VersionFields) => ({
        ref: referenceOf(id),
        version: v as VersionId,
        current: isCurrent,
        deleted: del,
        envelope: JSON.parse(env) as Envelope
      })
      return [
        ...current.map((document) => ({ document, row: shape(document._id, true, document) })),
        ...old.map((document) => ({ document, row: shape(document.r, false, document) }))
      ]
        .sort((a, b) => a.document.n - b.document.n || a.document.vn - b.document.vn)
        .map(({ row }) => row)
    })

/**
 * Covered counts: all rows from the index {t, n}, less the deleted ones from a small partial index.
 */
export const createCount =
  ({ client, resources }: Collections): Store['count'] =>
  async () =>
    await client.withSession({ snapshot: true }, async (session) => {
      const grouped = async (pipeline: readonly object[], hint: object) =>
        await resources
          .aggregate<{ _id: ResourceType; c: number }>(
            [...pipeline, { $group: { _id: '$t', c: { $sum: 1 } } }],
            { session, hint }
          )
          .toArray()
      const rows = new Map(
        (await grouped([{ $match: { t: { $gt: '' } } }], { t: 1, n: 1 })).map(({ _id, c }) => [
          _id,
          c
        ])
      )
      for (const { _id, c } of await grouped([{ $match: { t: { $gt: '' }, del: true } }], {
        t: 1,
        del: 1
      })) {
        rows.set(_id, (rows.get(_id) ?? 0) - c)
      }
      return new Map([...rows].filter(([, count]) => count > 0))
    })
