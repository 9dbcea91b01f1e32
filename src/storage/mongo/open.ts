/** The storage port on a MongoDB replica set. Guidance and figures: docs/performance.md. */
import { MongoClient } from 'mongodb'
import type { MongoClientOptions } from 'mongodb'
import type { Logger } from 'pino'
import type { Millis } from '../../fhir/resource.ts'
import { createLeases } from '../leases.ts'
import type { Store } from '../store.ts'
import { createAudit } from './read/audit.ts'
import { collectionsOf } from './database/collections.ts'
import type { Collections } from './database/collections.ts'
import { createCommit } from './commit/commit.ts'
import { createCreationNumbers } from './commit/creation-number.ts'
import type { CreationNumbers } from './commit/creation-number.ts'
import { durable } from './database/durable.ts'
import { createFeed } from './read/feed.ts'
import { createInclude } from './read/include.ts'
import { migrate } from './database/migrate.ts'
import { createReads } from './read/read.ts'
import { createRecords } from './read/records.ts'
import { createSearch } from './search/search.ts'
import { checkServer } from './database/server-check.ts'
import { inStoreWords } from './database/store-error.ts'
import { createCount, createVersionsOf } from './read/versions-of.ts'

export interface MongoStoreOptions {
  /** `mongodb://…`; its path names the database, else `psi`. */
  readonly uri: string
  readonly now: () => Millis
  readonly log?: Logger
  /** Accept a server without the fix of CVE-2025-14847 beyond loopback. */
  readonly allowOldServer?: boolean
}

/** Timeouts: a caller hears within 10 s that nobody answers. */
const clientOptions: MongoClientOptions = {
  appName: 'psi-fhir',
  compressors: ['none'],
  readPreference: durable.readPreference,
  readConcern: durable.readConcern,
  writeConcern: durable.writeConcern,
  retryReads: true,
  retryWrites: true,
  maxPoolSize: 32,
  serverSelectionTimeoutMS: 4000,
  connectTimeoutMS: 3000,
  heartbeatFrequencyMS: 2000,
  waitQueueTimeoutMS: 4000,
  promoteBuffers: true,
  ignoreUndefined: true
}

export const openMongoStore = async ({
  uri,
  now,
  log,
  allowOldServer
}: MongoStoreOptions): Promise<Store> => {
  const client = new MongoClient(uri, clientOptions)
  try {
    await client.connect()
    await checkServer(client, {
      ...(log && { log }),
      ...(allowOldServer !== undefined && { allowOldServer })
    })
    const db = client.db(databaseOf(uri))
    const collections = collectionsOf(client, db)
    await migrate(db, collections)
    return storeOf(collections, await startNumbers(collections, now), now)
  } catch (error) {
    await client.close()
    throw error
  }
}

const databaseOf = (uri: string): string =>
  /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1] ?? 'psi'

/**
 * Goes on after the greatest number in the database, whatever this machine's clock says: one index
 * seek per type.
 */
const startNumbers = async (
  { audit, counters, resources }: Collections,
  now: () => Millis
): Promise<CreationNumbers> => {
  const slot = await counters.findOneAndUpdate(
    { _id: 'process' },
    { $inc: { c: 1 } },
    { upsert: true, returnDocument: 'after' }
  )
  const numbers = createCreationNumbers({ now, slot: slot?.c ?? 0 })
  const newest = await resources
    .aggregate<{ n: number }>([
      { $sort: { t: -1, n: -1 } },
      { $group: { _id: '$t', n: { $first: '$n' } } }
    ])
    .toArray()
  for (const { n } of newest) numbers.seen(n)
  const line = await audit.findOne({}, { sort: { n: -1 }, projection: { n: 1 } })
  if (line) numbers.seen(line.n)
  return numbers
}

const storeOf = (collections: Collections, numbers: CreationNumbers, now: () => Millis): Store => {
  const reads = createReads(collections)
  const records = createRecords(collections, now)
  const { commit, drain } = createCommit(collections, numbers)
  const words = {
    counters: inStoreWords(records.counters),
    records: inStoreWords(records.records),
    commit
  }
  return {
    ...words,
    leases: createLeases(words, now),
    read: inStoreWords(reads.read),
    readVersion: inStoreWords(reads.readVersion),
    history: inStoreWords(reads.history),
    search: inStoreWords(createSearch(collections)),
    include: inStoreWords(createInclude(collections)),
    versionsOf: inStoreWords(createVersionsOf(collections)),
    listRecords: inStoreWords(records.listRecords),
    putRecordIfAbsent: inStoreWords(records.putRecordIfAbsent),
    audit: inStoreWords(createAudit(collections)),
    feed: inStoreWords(createFeed(collections)),
    ping: inStoreWords(async () => {
      await collections.counters.findOne({ _id: 'schema' })
    }),
    count: inStoreWords(createCount(collections)),
    close: async () => {
      await drain()
      await collections.client.close()
    }
  }
}
