/**
 * Read, vread and instance history: the acl of the version and that of the current version both
 * stand in the queries.
 */
import type { FindOptions } from 'mongodb'
import type { Reference } from '../../../fhir/resource.ts'
import type { AclFilter, Store } from '../../store.ts'
import type {
  Collections,
  ResourceDocument,
  VersionDocument,
  VersionFields
} from '../database/collections.ts'
import { where } from '../search/compile.ts'
import { idOf, storedOf, storedProjection, versionIdOf } from '../database/document.ts'
import { createSharedReads } from './shared-reads.ts'

type Reads = Pick<Store, 'read' | 'readVersion' | 'history'>

const projection = { ...storedProjection, vn: 1 } as const

type Current = (
  ref: Reference,
  acl: AclFilter,
  options?: FindOptions
) => Promise<ResourceDocument | undefined>

export const createReads = (collections: Collections): Reads => {
  const { resources, versions } = collections
  const current: Current = async (ref, acl, options = {}) =>
    (await resources.findOne(where({ _id: idOf(ref) }, acl), { ...options, projection })) ??
    undefined

  const sharedReads = createSharedReads(resources)
  const read: Reads['read'] = async (refs, acl) => {
    const found = await sharedReads(refs.map(idOf), acl)
    return refs.map((ref, index) => {
      const document = found[index]
      return document && storedOf(ref, document)
    })
  }

  const readVersion: Reads['readVersion'] = async (ref, version, acl) => {
    const newest = await current(ref, acl)
    if (newest === undefined) return undefined
    const found =
      newest.v === version
        ? newest
        : await versions.findOne(
            where<VersionDocument>({ _id: versionIdOf(idOf(ref), version) }, acl),
            { projection }
          )
    return found === null ? undefined : storedOf(ref, found)
  }

  return { read, readVersion, history: createHistory(collections, current) }
}

const createHistory =
  ({ client, versions }: Collections, current: Current): Reads['history'] =>
  async (ref, acl, { limit, before, since }) =>
    await client.withSession({ snapshot: true }, async (session) => {
      const newest = await current(ref, acl, { session })
      if (newest === undefined) return { rows: [], total: 0 }
      const old = where<VersionDocument>(
        { r: idOf(ref), ...(since !== undefined && { at: { $gte: since } }) },
        acl
      )
      const page = { $and: [old, before === undefined ? {} : { vn: { $lt: before } }] }
      const counted = since === undefined || newest.at >= since
      const total = (await versions.countDocuments(old, { session })) + (counted ? 1 : 0)
      const rows: Pick<VersionFields, keyof typeof projection>[] =
        counted && (before === undefined || newest.vn < before) ? [newest] : []
      if (rows.length <= limit) {
        rows.push(
          ...(await versions
            .find(page, { session, projection, sort: { vn: -1 }, limit: limit + 1 - rows.length })
            .toArray())
        )
      }
      const given = rows.slice(0, limit)
      const last = given.at(-1)
      return {
        rows: given.map((row) => storedOf(ref, row)),
        total,
        ...(rows.length > limit && last !== undefined && { next: last.vn })
      }
    })
