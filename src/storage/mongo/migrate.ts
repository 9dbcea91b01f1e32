/** Collections, indexes and the version of this layout; a database of a newer layout is refused, never guessed at. */
import type { CreateIndexesOptions, Db, IndexSpecification } from 'mongodb'
import type { Collections } from './collections.ts'

const schema = 1

type Index = readonly [IndexSpecification, CreateIndexesOptions?]

/**
 * One array per compound index is all the server allows. They end in the number `n`, a third of the size of the id.
 * `t, n` is unique: a clash of creation numbers fails a commit, which is tried again with new ones.
 */
export const indexes: Readonly<Record<Exclude<keyof Collections, 'client' | 'counters' | 'guards'>, readonly Index[]>> = {
  resources: [
    [{ tok: 1, 'sd.d:date': -1, n: 1 }],
    [{ ref: 1, n: 1 }],
    [{ str: 1 }],
    [{ 'dt.p': 1, 'dt.lo': 1, 'dt.hi': 1 }],
    [{ t: 1, 'acl.k': 1, 'sd.d:date': -1, n: 1 }],
    [{ t: 1, 'acl.k': 1, n: 1 }],
    [{ t: 1, n: 1 }, { unique: true }],
    [{ pe: 1 }],
    [{ t: 1, del: 1 }, { partialFilterExpression: { del: true } }]
  ],
  versions: [[{ r: 1, vn: -1 }], [{ pe: 1 }]],
  records: [[{ k: 1, i: 1 }], [{ x: 1 }, { expireAfterSeconds: 0 }]],
  commits: [[{ b: 1 }, { unique: true }], [{ u: 1, s: 1 }, { partialFilterExpression: { u: true } }], [{ q: 1 }, { sparse: true }]],
  audit: [[{ n: 1 }], [{ p: 1, n: 1 }], [{ o: 1, n: 1 }], [{ r: 1 }]]
}

export const migrate = async (db: Db, collections: Collections): Promise<void> => {
  const found = (await collections.counters.findOne({ _id: 'schema' }))?.c
  if (found !== undefined && found > schema) {
    throw new Error(`the database ${db.databaseName} has layout ${found}, this program knows up to ${schema}: start the newer psi-fhir that wrote it`)
  }
  if (found === schema) return
  const existing = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
  for (const name of [...Object.keys(indexes), 'guards', 'counters']) {
    // Two processes that start together both create; the loser finds it there.
    if (!existing.has(name)) await db.createCollection(name).catch((error: unknown) => { if (!alreadyThere(error)) throw error })
  }
  for (const [name, list] of Object.entries(indexes)) {
    for (const [key, options] of list) await db.collection(name).createIndex(key, options ?? {})
  }
  await collections.counters.updateOne({ _id: 'schema' }, { $max: { c: schema } }, { upsert: true })
}

const alreadyThere = (error: unknown): boolean => (error as { readonly code?: unknown }).code === 48
