/**
 * The mongod of the tests: started once, a database for each test; without one the tests say so and
 * are skipped.
 */
import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import type { Test } from 'tap'
import { findMongod, startMongod } from '../../../scripts/mongod.ts'
import { openMongoStore } from '../../../src/storage/mongo/open.ts'
import type { Store } from '../../../src/storage/store.ts'
import type { Opened } from '../sample.ts'

const binary = await findMongod()
const given = process.env['PSI_TEST_MONGODB_URI'] ?? ''
const none =
  process.env['CI'] !== 'true' && binary === undefined
    ? 'NO MONGOD FOUND: MongoDB tests are skipped'
    : false
/** Some tests start, and kill, a server of their own. */
export const skipOwn = none
export const skip = given === '' ? none : false
if (none !== false) process.stderr.write(`${none}\n`)

export const set = skip === false ? await startMongod() : undefined

export const uriOf = (database: string): string =>
  (set?.uri ?? 'mongodb://none/').replace(/^(mongodb(?:\+srv)?:\/\/[^/]+)\/[^?]*/, `$1/${database}`)
export const now = (): number => Date.now()

/** A database of its own, gone at the end of the subtest. */
export const freshUri = (t: Test): string => {
  const name = `psi-${randomUUID()}`
  t.teardown(async () => {
    const client = new MongoClient(uriOf(name))
    await client.db(name).dropDatabase()
    await client.close()
  })
  return uriOf(name)
}

export const openAt = async (t: Test, uri: string): Promise<Store> => {
  const store = await openMongoStore({ uri, now })
  t.teardown(store.close)
  return store
}

/** Making indexes takes longer than most tests of the contract: one database, emptied each time. */
export const emptied = (t: Test): (() => Promise<Opened>) => {
  const uri = freshUri(t)
  return async () => {
    const store = await openMongoStore({ uri, now })
    const client = new MongoClient(uri, { writeConcern: { w: 'majority' } })
    for (const name of ['resources', 'versions', 'guards', 'records', 'commits', 'audit']) {
      await client.db().collection(name).deleteMany({})
    }
    await client.db().collection<{ _id: string }>('counters').deleteOne({ _id: 'feed' })
    await client.close()
    return { store, reopen: async () => await openMongoStore({ uri, now }), close: store.close }
  }
}
