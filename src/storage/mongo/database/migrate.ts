/**
 * Collections, indexes and the version of this layout; a database of a newer layout is refused,
 * never guessed at.
 */
import type { Db, IndexDescription } from 'mongodb'
import type { Collections } from './collections.ts'

const schema = 1

/**
 * One acl index: each costs every write a key per entry, and a re-stamp the most. What is not
 * sorted by date is walked by `n`, or sorted in memory after the acl.
 * One array per compound index is all the server allows. They end in the number `n`, a third of the
 * size of the id.
 * `t, n` is unique: a clash of creation numbers fails a commit, which is tried again with new ones.
 */
export const indexes: Readonly<
  Record<Exclude<keyof Collections, 'client' | 'counters' | 'guards'>, IndexDescription[]>
> = {
  resources: [
    { key: { tok: 1, 'sd.d:date': -1, n: 1 } },
    { key: { ref: 1, n: 1 } },
    { key: { str: 1 } },
    { key: { 'dt.p': 1, 'dt.lo': 1, 'dt.hi': 1 } },
    { key: { t: 1, 'acl.k': 1, 'sd.d:date': -1, n: 1 } },
    { key: { t: 1, at: -1, n: 1 } },
    { key: { t: 1, n: 1 }, unique: true },
    { key: { pe: 1 } },
    { key: { t: 1, del: 1 }, partialFilterExpression: { del: true } }
  ],
  versions: [{ key: { r: 1, vn: -1 } }, { key: { pe: 1 } }],
  records: [{ key: { k: 1, i: 1 } }, { key: { x: 1 }, expireAfterSeconds: 0 }],
  commits: [
    { key: { b: 1 }, unique: true },
    { key: { u: 1, s: 1 }, partialFilterExpression: { u: true } },
    { key: { q: 1 }, sparse: true }
  ],
  audit: [{ key: { n: 1 } }, { key: { p: 1, n: 1 } }, { key: { o: 1, n: 1 } }, { key: { r: 1 } }]
}

export const migrate = async (db: Db, collections: Collections): Promise<void> => {
  const found = (await collections.counters.findOne({ _id: 'schema' }))?.c
  if (found !== undefined && found > schema) {
    throw new Error(
      `the database ${db.databaseName} has layout ${found}, this program knows up to ${schema}: start the newer psi-fhir that wrote it`
    )
  }
  if (found === schema) return
  const existing = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)
  )
  for (const name of [...Object.keys(indexes), 'guards', 'counters']) {
    // Two processes that start together both create; the loser finds it there.
    if (!existing.has(name)) {
      await db.createCollection(name).catch((error: unknown) => {
        if (!alreadyThere(error)) throw error
      })
    }
  }
  for (const [name, list] of Object.entries(indexes)) await db.collection(name).createIndexes(list)
  await collections.counters.updateOne({ _id: 'schema' }, { $max: { c: schema } }, { upsert: true })
}

const alreadyThere = (error: unknown): boolean => (error as { readonly code?: unknown }).code === 48
