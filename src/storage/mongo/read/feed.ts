/**
 * The feed: entries lie in the commit documents; whoever reads the feed first numbers those that
 * have no number yet.
 * Order: each commit carries the cluster time that its transaction saw. If A was acknowledged
 * before B began, B saw a later time than A did,
 * and any snapshot that holds B holds A. So numbering one snapshot in the order of these times, and
 * the next after it, is commit order.
 * Against a change stream with a leased sequencer this needs no lease, no resume token and no oplog
 * that reaches back, and lags nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientSession } from 'mongodb'
import type { VersionId } from '../../../fhir/resource.ts'
import type { FeedEntry, Store } from '../../store.ts'
import type { Collections } from '../database/collections.ts'
import { durable } from '../database/durable.ts'
import { referenceOf } from '../database/document.ts'
import { isDuplicateKey, isPassing } from '../database/store-error.ts'

/** Commits numbered by one transaction. */
const round = 500
/**
 * Rounds for one reader, so that the first one after years of writing does not wait for all of
 * them.
 */
const mostRounds = 20
const attempts = 50

export const createFeed = (collections: Collections): Store['feed'] => {
  const { client, commits } = collections
  return async (after, limit) => {
    if (await hasUnnumbered(collections)) {
      await client.withSession(async (session) => await numberAll(collections, session))
    }
    if (limit <= 0) return []
    const found = await commits
      .find({ q: { $gt: after } }, { sort: { q: 1 }, limit, projection: { q: 1, e: 1 } })
      .toArray()
    return found
      .flatMap(({ q, e }): FeedEntry[] =>
        e.map(({ r, v, at, m }, index) => ({
          sequence: (q ?? 0) - e.length + 1 + index,
          ref: referenceOf(r),
          version: v as VersionId,
          at,
          method: m
        }))
      )
      .filter(({ sequence }) => sequence > after)
      .slice(0, limit)
  }
}

const hasUnnumbered = async ({ commits }: Collections): Promise<boolean> =>
  (await commits.findOne({ u: true }, { projection: { _id: 1 } })) !== null

/**
 * Until a round is not full: what is committed meanwhile, and the rest of a long backlog, is the
 * next reader's.
 */
const numberAll = async (collections: Collections, session: ClientSession): Promise<void> => {
  for (let rounds = 0, failures = 0; rounds < mostRounds;) {
    try {
      if ((await numberRound(collections, session)) < round) return
      rounds++
    } catch (error) {
      // Two readers that number at once meet on the counter; the later one starts over.
      if (!isPassing(error) && !isDuplicateKey(error)) throw error
      if (++failures === attempts) throw error
      await sleep(5 + ((failures * 7) % 50))
    }
  }
}

const numberRound = async (collections: Collections, session: ClientSession): Promise<number> => {
  session.startTransaction(durable.transaction)
  try {
    const count = await numberIn(collections, session)
    await session.commitTransaction()
    return count
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
    throw error
  }
}

/** @returns commits that got their numbers */
const numberIn = async (
  { commits, counters }: Collections,
  session: ClientSession
): Promise<number> => {
  const waiting = (await commits
    .find(
      { u: true },
      { session, sort: { s: 1 }, limit: round, projection: { n: { $size: '$e' } } }
    )
    .toArray()) as unknown as readonly { readonly _id: string; readonly n: number }[]
  if (waiting.length === 0) return 0
  const count = waiting.reduce((sum, { n }) => sum + n, 0)
  const counter = await counters.findOneAndUpdate(
    { _id: 'feed' },
    { $inc: { c: count } },
    { session, upsert: true, returnDocument: 'after' }
  )
  let last = (counter?.c ?? count) - count
  await commits.bulkWrite(
    waiting.map(({ _id, n }) => {
      last += n
      return {
        updateOne: { filter: { _id }, update: { $set: { q: last }, $unset: { u: true as const } } }
      }
    }),
    { session, ordered: false }
  )
  return waiting.length
}
