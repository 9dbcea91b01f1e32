/** Small documents beside the resources, and guards. */
import type { Millis } from '../../../fhir/resource.ts'
import type { Store, StoredRecord } from '../../store.ts'
import type { Collections, RecordDocument } from '../database/collections.ts'
import { createSharedQuery } from '../shared/shared-query.ts'
import { isDuplicateKey } from '../database/store-error.ts'

type Records = Pick<Store, 'counters' | 'records' | 'listRecords' | 'putRecordIfAbsent'>

/**
 * The server's own clock removes expired records; this much later, so that a clock that runs ahead
 * brings no used token back.
 */
const grace = 3_600_000

/** Any text may be a kind or an id. */
const keyOf = (kind: string, id: string): string => JSON.stringify([kind, id])

export const recordDocument = ({ kind, id, json, expires }: StoredRecord): RecordDocument => ({
  _id: keyOf(kind, id),
  k: kind,
  i: id,
  json,
  ...(expires !== undefined && { e: expires, x: new Date(expires + grace) })
})

const recordOf = ({ k, i, json, e }: RecordDocument): StoredRecord => ({
  kind: k,
  id: i,
  json,
  ...(e !== undefined && { expires: e })
})

const alive = (now: Millis) => ({ $or: [{ e: { $exists: false } }, { e: { $gt: now } }] })

export const createRecords = ({ guards, records }: Collections, now: () => Millis): Records => {
  const sharedGuards = createSharedQuery(async (names: readonly string[]) => {
    const found = await guards
      .find({ _id: { $in: [...new Set(names)] } }, { projection: { c: 1 } })
      .toArray()
    const values = new Map(found.map(({ _id, c }) => [_id, c]))
    return names.map((name) => values.get(name) ?? 0)
  })
  const sharedRecords = createSharedQuery(async (keys: readonly string[]) => {
    const found = await records
      .find({ _id: { $in: [...new Set(keys)] }, ...alive(now()) })
      .toArray()
    const byKey = new Map(found.map((document) => [document._id, recordOf(document)]))
    return keys.map((key) => byKey.get(key))
  })
  return {
    counters: async (names) => await sharedGuards(names),
    records: async (kind, ids) => await sharedRecords(ids.map((id) => keyOf(kind, id))),
    listRecords: async (kind) =>
      (await records.find({ k: kind, ...alive(now()) }, { sort: { k: 1, i: 1 } }).toArray()).map(
        recordOf
      ),
    putRecordIfAbsent: async (record, at) => {
      const { _id, ...fields } = recordDocument(record)
      try {
        // Matches only an expired one; a living one makes the upsert an insert of an id that is
        // taken.
        await records.replaceOne({ _id, e: { $lte: at } }, fields, { upsert: true })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    }
  }
}
