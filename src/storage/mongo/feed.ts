/**
 * The feed: entries lie in the commit documents; whoever reads the feed first numbers those that have no number yet.
 * Order: each commit carries the cluster time that its transaction saw. If A was acknowledged before B began, B saw a later time than A did,
 * and any snapshot that holds B holds A. So numbering one snapshot in the order of these times, and the next after it, is commit order.
 * Against a change stream with a leased sequencer this needs no lease, no resume token and no oplog that reaches back, and lags nothing.
 */
import type { ClientSession } from 'mongodb'
import type { VersionId } from '../../fhir/resource.ts'
import type { FeedEntry, Store } from '../store.ts'
import type { Collections } from './collections.ts'
import { durable } from './durable.ts'
import { referenceOf } from './document.ts'
import { isDuplicateKey, isPassing } from './store-error.ts'

/** Commits numbered by one transaction. */
const round = 500
const attempts = 50

export const createFeed = (collections: Collections): Store['feed'] => {
  const { client, commits } = collections
  return async (after, limit) => {
    await client.withSession(async (session) => {
      for (let attempt = 0; attempt < attempts && await hasUnnumbered(collections); attempt++) await numberOnce(collections, session, attempt)
    })
    if (limit <= 0) return []
    const found = await commits.find({ q: { $gt: after } }, { sort: { q: 1 }, limit, projection: { q: 1, e: 1 } }).toArray()
    return found
      .flatMap(({ q, e }): FeedEntry[] => e.map(({ r, v, at, m }, index) => ({ sequence: (q ?? 0) - e.length + 1 + index, ref: referenceOf(r), version: v as VersionId, at, method: m })))
      .filter(({ sequence }) => sequence > after)
      .slice(0, limit)
  }
}

const hasUnnumbered = async ({ commits }: Collections): Promise<boolean> => await commits.findOne({ u: true }, { projection: { _id: 1 } }) !== null

/** Two readers that number at once meet on the counter; the later one starts over. */
const numberOnce = async (collections: Collections, session: ClientSession, attempt: number): Promise<void> => {
  session.startTransaction(durable.transaction)
  try {
    await numberIn(collections, session)
    await session.commitTransaction()
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
    if (!isPassing(error) && !isDuplicateKey(error)) throw error
    if (attempt === attempts - 1) throw error
    await new Promise((resolve) => setTimeout(resolve, 5 + attempt * 7 % 50))
  }
}

const numberIn = async ({ commits, counters }: Collections, session: ClientSession): Promise<void> => {
  const waiting = await commits.find({ u: true }, { session, sort: { s: 1 }, limit: round, projection: { n: { $size: '$e' } } }).toArray() as unknown as readonly { readonly _id: string, readonly n: number }[]
  if (waiting.length === 0) return
  const count = waiting.reduce((sum, { n }) => sum + n, 0)
  const counter = await counters.findOneAndUpdate({ _id: 'feed' }, { $inc: { c: count } }, { session, upsert: true, returnDocument: 'after' })
  let last = (counter?.c ?? count) - count
  await commits.bulkWrite(waiting.map(({ _id, n }) => {
    last += n
    return { updateOne: { filter: { _id }, update: { $set: { q: last }, $unset: { u: true as const } } } }
  }), { session, ordered: false })
}
