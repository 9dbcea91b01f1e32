/**
 * New index values on current versions that stay as they are. Says nothing of versions that are not
 * current any more: they are skipped.
 */
import { isDeepStrictEqual } from 'node:util'
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb'
import type { Reindex } from '../../store.ts'
import type { Collections, ResourceDocument } from '../database/collections.ts'
import { idOf } from '../database/document.ts'
import { indexFields } from '../database/index-values.ts'

const projection = { v: 1, del: 1, tok: 1, ref: 1, str: 1, dt: 1, sa: 1, sd: 1 } as const
type Indexed = Pick<ResourceDocument, keyof typeof projection>

export const reindex = async (
  { resources }: Collections,
  session: ClientSession,
  reindexes: readonly Reindex[]
): Promise<void> => {
  if (reindexes.length === 0) return
  const found = await resources
    .find({ _id: { $in: reindexes.map(({ ref }) => idOf(ref)) } }, { session, projection })
    .toArray()
  const before = new Map<string, Indexed>(found.map((document) => [document._id, document]))
  const updates = reindexes.flatMap(({ ref, version, index }) => {
    const _id = idOf(ref)
    const old = before.get(_id)
    if (old?.v !== version || old.del) return []
    // As in apply.ts: what is not set costs nothing.
    const $set = Object.fromEntries(
      Object.entries(indexFields(ref.type, index)).filter(
        ([name, value]) => !isDeepStrictEqual(value, old[name as keyof Indexed])
      )
    ) as Partial<ResourceDocument>
    return Object.keys($set).length === 0
      ? []
      : [{ updateOne: { filter: { _id, v: version }, update: { $set } } }]
  }) satisfies AnyBulkWriteOperation<ResourceDocument>[]
  if (updates.length > 0) await resources.bulkWrite(updates, { session, ordered: false })
}
