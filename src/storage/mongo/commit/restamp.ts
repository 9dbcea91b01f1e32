/**
 * New acl entries on versions that stay as they are: one update per class of equal acl, on current
 * and old versions.
 */
import type { AnyBulkWriteOperation, ClientSession, Collection } from 'mongodb'
import type { Restamp } from '../../store.ts'
import type { Collections, VersionFields } from '../database/collections.ts'
import { aclParts, envelopeFields, idOf, versionIdOf } from '../database/document.ts'

/**
 * @returns how many of the versions were found; the caller refuses the batch when one is missing
 */
export const restamp = async (
  { resources, versions }: Collections,
  session: ClientSession,
  restamps: readonly Restamp[]
): Promise<number> => {
  const found = await resources
    .find(
      { _id: { $in: [...new Set(restamps.map(({ ref }) => idOf(ref)))] } },
      { session, projection: { v: 1 } }
    )
    .toArray()
  const current = new Map<string, string>(found.map(({ _id, v }) => [_id, v]))
  const now: (readonly [string, Restamp])[] = []
  const old: (readonly [string, Restamp])[] = []
  for (const one of restamps) {
    const id = idOf(one.ref)
    if (current.get(id) === one.version) now.push([id, one])
    else old.push([versionIdOf(id, one.version), one])
  }
  return (await stamp(resources, session, now)) + (await stamp(versions, session, old))
}

const stamp = async <D extends VersionFields & { readonly _id: string }>(
  collection: Collection<D>,
  session: ClientSession,
  restamps: readonly (readonly [string, Restamp])[]
): Promise<number> => {
  if (restamps.length === 0) return 0
  const classes = new Map<string, { readonly ids: string[]; readonly first: Restamp }>()
  for (const [id, one] of restamps) {
    const key = JSON.stringify([one.acl, one.envelope])
    const known = classes.get(key)
    if (known) known.ids.push(id)
    else classes.set(key, { ids: [id], first: one })
  }
  const updates = [...classes.values()].map(({ ids, first }) => ({
    updateMany: {
      filter: { _id: { $in: ids } },
      update: {
        $set: { acl: aclParts(first.acl), ...(first.envelope && envelopeFields(first.envelope)) }
      }
    }
  }))
  const { matchedCount } = await collection.bulkWrite(
    updates as unknown as AnyBulkWriteOperation<D>[],
    { session, ordered: false }
  )
  return matchedCount
}
