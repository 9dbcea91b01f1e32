/**
 * The bare MongoDB driver doing the same documents, with majority and journaled writes: what the
 * server allows a store on top of it.
 */
import { MongoClient } from 'mongodb'
import type { Collection } from 'mongodb'
import { randomUUID } from 'node:crypto'
import type { SourceBundle } from '../bundles.ts'
import { median } from '../median.ts'
import type { StoreYardstick } from './store-yardstick.ts'

interface Document {
  readonly _id: string
  readonly type: string
  readonly patient: string
  readonly status?: string
  readonly date?: string
  readonly acl: number
  readonly json: string
}

/** The collection, and what of it is there to be asked for. */
interface Bare {
  readonly client: MongoClient
  readonly documents: Collection<Document>
  readonly ids: string[]
  readonly patients: string[]
}

const told: StoreYardstick['told'] = {
  load: 'bare driver, a transaction per Bundle',
  crud: 'bare driver, the same four steps',
  read: 'bare driver, the same document by id',
  'search-patient': 'bare driver, the same documents by patient',
  'search-sorted': 'bare driver, the same sorted page',
  'consent-change': 'bare driver, update of 300 documents'
}

type Steps = Readonly<
  Record<'read' | 'search-patient' | 'search-sorted', (turn: number) => Promise<number>>
>

/** Each tells how many documents it met. */
const stepsOf = ({ documents, ids, patients }: Bare): Steps => ({
  read: async (turn) =>
    (await documents.find({ _id: ids[turn % ids.length] ?? '' }).toArray()).length,
  'search-patient': async (turn) =>
    (
      await documents
        .find({ patient: patients[turn % patients.length] ?? '', type: 'CarePlan' })
        .toArray()
    ).length,
  'search-sorted': async () =>
    (
      await documents
        .find({ type: 'CarePlan', status: 'active' })
        .sort({ date: -1 })
        .limit(20)
        .toArray()
    ).length
})

/** @returns documents per second, a transaction for each Bundle */
const load = async (
  { client, documents, ids, patients }: Bare,
  callers: number,
  all: readonly (readonly Document[])[]
): Promise<number> => {
  const begin = performance.now()
  await inParallel(callers, all, async (bundle) => {
    await client.withSession(
      async (session) =>
        await session.withTransaction(
          async () => await documents.insertMany([...bundle], { session })
        )
    )
  })
  const seconds = (performance.now() - begin) / 1000
  for (const bundle of all) {
    ids.push(...bundle.map(({ _id }) => _id))
    if (bundle.some(({ type }) => type === 'CarePlan')) patients.push(bundle[0]?.patient ?? '')
  }
  return ids.length / seconds
}

/** @returns median milliseconds of an update of `count` documents of one patient */
const restamp = async (
  documents: Collection<Document>,
  count: number,
  times: number
): Promise<number> => {
  const patient = randomUUID()
  await documents.insertMany(
    Array.from({ length: count }, () => ({
      _id: randomUUID(),
      type: 'Observation',
      patient,
      acl: 0,
      json: '{}'
    }))
  )
  const costs: number[] = []
  for (let acl = 1; acl <= times; acl++) {
    const begin = performance.now()
    const { modifiedCount } = await documents.updateMany({ patient }, { $set: { acl } })
    if (modifiedCount !== count) {
      throw new Error(`the yardstick changed ${modifiedCount} documents, expected ${count}`)
    }
    costs.push(performance.now() - begin)
  }
  return median(costs)
}

/** @param callers how many do the same thing at once */
export const openBareMongo = async (uri: string, callers: number): Promise<StoreYardstick> => {
  const client = await MongoClient.connect(uri, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' }
  })
  const documents = client.db('psi_bench_bare').collection<Document>('resource')
  await documents.createIndexes([
    { key: { patient: 1, type: 1 } },
    { key: { type: 1, status: 1, date: -1 } }
  ])
  const bare: Bare = { client, documents, ids: [], patients: [] }
  const steps = stepsOf(bare)
  return {
    load: async (bundles) => await load(bare, callers, bundles.map(documentsOf)),
    crud: async (bodies, milliseconds) =>
      4 *
      (await perSecond(
        callers,
        milliseconds,
        async (turn) => await crud(documents, bodies[turn % bodies.length] ?? '{}')
      )),
    reading: async (name, milliseconds) => await perSecond(callers, milliseconds, steps[name]),
    restamp: async (count, times) => await restamp(documents, count, times),
    told,
    close: async () => {
      await client.db('psi_bench_bare').dropDatabase()
      await client.close()
    }
  }
}

const documentsOf = ({ entries }: SourceBundle): readonly Document[] => {
  const patient = randomUUID()
  return entries.map(({ resource }) => ({
    _id: randomUUID(),
    type: resource.resourceType,
    patient,
    ...(resource.status === undefined ? {} : { status: resource.status }),
    ...(resource.period?.start === undefined ? {} : { date: resource.period.start }),
    acl: 0,
    json: JSON.stringify(resource)
  }))
}

/** Create, read, update, delete; the number of documents met, which must not be 0. */
const crud = async (documents: Collection<Document>, json: string): Promise<number> => {
  const _id = randomUUID()
  await documents.insertOne({ _id, type: 'x', patient: _id, acl: 0, json })
  const read = await documents.findOne({ _id })
  const { modifiedCount } = await documents.replaceOne(
    { _id },
    { type: 'x', patient: _id, acl: 1, json }
  )
  const { deletedCount } = await documents.deleteOne({ _id })
  return read === null ? 0 : Math.min(modifiedCount, deletedCount)
}

const inParallel = async <T>(
  callers: number,
  items: readonly T[],
  step: (item: T) => Promise<void>
): Promise<void> => {
  let next = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await step(item)
    })
  )
}

/** @param step tells how many documents it met */
const perSecond = async (
  callers: number,
  milliseconds: number,
  step: (turn: number) => Promise<number>
): Promise<number> => {
  const begin = performance.now()
  let turn = 0
  let done = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() - begin < milliseconds) {
        if ((await step(turn++)) === 0) {
          throw new Error('the yardstick met no document: it would measure nothing')
        }
        done++
      }
    })
  )
  return done / ((performance.now() - begin) / 1000)
}
