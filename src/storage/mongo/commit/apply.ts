/**
 * A group of batches inside one transaction, in as few commands as the group allows. Says only
 * whether all went as expected; diagnose.ts finds out why not.
 */
import { isDeepStrictEqual } from 'node:util'
import { Timestamp } from 'mongodb'
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb'
import type { Batch, Expectation, Put } from '../../store.ts'
import { auditDocument } from '../read/audit.ts'
import type {
  Collections,
  CommitDocument,
  GuardDocument,
  ResourceDocument
} from '../database/collections.ts'
import type { CreationNumbers } from './creation-number.ts'
import { idOf, resourceDocument, versionDocument } from '../database/document.ts'
import { recordDocument } from '../read/records.ts'
import { reindex } from './reindex.ts'
import { restamp } from './restamp.ts'

/** A condition of some batch did not hold. */
export class ConditionFailed extends Error {}

export const apply = async (
  collections: Collections,
  session: ClientSession,
  numbers: CreationNumbers,
  groupId: string,
  batches: readonly Batch[]
): Promise<void> => {
  const { audit, commits, records } = collections
  await touchGuards(
    collections,
    session,
    batches.flatMap(({ expectations: guards }) => guards)
  )
  await writePuts(
    collections,
    session,
    numbers,
    batches.flatMap(({ puts }) => puts)
  )
  const restamps = batches.flatMap((batch) => batch.restamps)
  if (restamps.length > 0 && (await restamp(collections, session, restamps)) < restamps.length) {
    throw new ConditionFailed('restamp')
  }
  await reindex(
    collections,
    session,
    batches.flatMap(({ reindexes = [] }) => reindexes)
  )
  const changed = batches.flatMap((batch) => batch.records.map(recordDocument))
  if (changed.length > 0) {
    await records.bulkWrite(
      changed.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id }, replacement, upsert: true }
      })),
      { session }
    )
  }
  const lines = batches.flatMap((batch) =>
    batch.audit.map((entry) => auditDocument(entry, numbers.next()))
  )
  if (lines.length > 0) await audit.insertMany(lines, { session })
  await commits.insertOne(commitDocument(groupId, batches, session), { session })
}

/** Last of all: by now the session has seen the cluster time that orders the feed (feed.ts). */
const commitDocument = (
  groupId: string,
  batches: readonly Batch[],
  session: ClientSession
): CommitDocument => {
  const entries = batches.flatMap(({ puts }) =>
    puts.map(({ stored }) => ({
      r: idOf(stored.ref),
      v: stored.version,
      at: stored.at,
      m: stored.method
    }))
  )
  return {
    _id: groupId,
    b: batches.map(({ id }) => id),
    e: entries,
    s: session.clusterTime?.clusterTime ?? Timestamp.fromBits(0, 0),
    ...(entries.length > 0 && { u: true })
  }
}

/**
 * A guard that was only read would let a re-stamp and a create commit side by side (the phantom):
 * so every guard is written,
 * and of two transactions that rely on one guard the second fails.
 */
const touchGuards = async (
  { guards }: Collections,
  session: ClientSession,
  all: readonly Expectation[]
): Promise<void> => {
  const same = (guard: Expectation): string =>
    JSON.stringify([guard.name, guard.expect, guard.bump])
  const times = new Map<string, number>()
  for (const guard of all) times.set(same(guard), (times.get(same(guard)) ?? 0) + 1)
  const distinct = [...new Map(all.map((guard) => [same(guard), guard])).entries()]
    .map(([key, guard]) => ({ ...guard, times: times.get(key) ?? 1 }))
    // What is only compared comes before what is counted up.
    .sort((a, b) => Number(a.bump) - Number(b.bump))
  if (distinct.length === 0) return
  const touches = distinct.map(
    ({ name, expect, bump, times: by }): AnyBulkWriteOperation<GuardDocument> => ({
      updateOne: {
        filter: { _id: name, ...(expect !== undefined && { c: expect }) },
        update: {
          $inc: { w: 1, ...(bump && { c: by }) },
          ...(expect === undefined && !bump && { $setOnInsert: { c: 0 } })
        },
        upsert: expect === undefined || expect === 0
      }
    })
  )
  const { matchedCount, upsertedCount } = await guards.bulkWrite(touches, { session })
  if (matchedCount + upsertedCount < distinct.length) throw new ConditionFailed('counter')
}

const writePuts = async (
  collections: Collections,
  session: ClientSession,
  numbers: CreationNumbers,
  puts: readonly Put[]
): Promise<void> => {
  const { resources, versions } = collections
  const before = await beforeImages(collections, session, puts)
  for (const { vn } of before.values()) numbers.seen(vn)
  const created: ResourceDocument[] = []
  const updates: AnyBulkWriteOperation<ResourceDocument>[] = []
  for (const put of puts) {
    const number = numbers.next()
    if (put.replaces === undefined) created.push(resourceDocument(put, number, number))
    else {
      const old = before.get(idOf(put.stored.ref))
      if (old?.v !== put.replaces) throw new ConditionFailed('version')
      updates.push({
        updateOne: {
          filter: { _id: old._id, v: old.v },
          update: { $set: changesOf(old, resourceDocument(put, old.n, number)) }
        }
      })
    }
  }
  if (created.length > 0) await resources.insertMany(created, { session })
  if (updates.length === 0) return
  await versions.insertMany([...before.values()].map(versionDocument), { session })
  const { matchedCount } = await resources.bulkWrite(updates, { session })
  if (matchedCount < updates.length) throw new ConditionFailed('version')
}

const beforeImages = async (
  { resources }: Collections,
  session: ClientSession,
  puts: readonly Put[]
): Promise<ReadonlyMap<string, ResourceDocument>> => {
  const ids = puts
    .filter(({ replaces }) => replaces !== undefined)
    .map(({ stored }) => idOf(stored.ref))
  if (ids.length === 0) return new Map()
  const found = await resources
    .find({ _id: { $in: ids } }, { session, promoteBuffers: false })
    .toArray()
  return new Map(found.map((document) => [document._id, document]))
}

/**
 * Only what differs: an index whose fields are not set costs nothing, eight times less than setting
 * every value.
 */
const changesOf = (old: ResourceDocument, next: ResourceDocument): Partial<ResourceDocument> => {
  const { _id, ...fields } = next
  const { json, ...rest } = fields
  return {
    json,
    ...Object.fromEntries(
      Object.entries(rest).filter(
        ([name, value]) => !isDeepStrictEqual(value, old[name as keyof ResourceDocument])
      )
    )
  }
}
