// A counter that nobody raises, or that nobody compares, protects nothing; a record of no listed
// kind has no owner.
import t from 'tap'
import { counterFamilies } from '../../src/access/counters.ts'
import { sharedSecret } from '../../src/auth/shared-secret.ts'
import { changeTables } from '../../src/jobs/index-tables.ts'
import { progressRecord } from '../../src/jobs/progress.ts'
import { createLeases } from '../../src/storage/leases.ts'
import { recordKinds } from '../../src/storage/record-kinds.ts'
import type { Batch, Expectation, Store, StoredRecord } from '../../src/storage/store.ts'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { makeWorld } from '../auth/world.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { batch } from '../storage/sample.ts'
import { consentFor, createWorld, goal, newId, psiPlan } from './world.ts'
import type { As, World } from './world.ts'

const start = Date.parse('2026-11-22T12:00:00Z')
const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const network: As = { organization: 'network', rights: ['directory'] }

interface Written {
  readonly store: Store
  readonly expectations: readonly Expectation[]
  readonly records: readonly StoredRecord[]
}

const recording = (store: Store): Written => {
  const expectations: Expectation[] = []
  const records: StoredRecord[] = []
  return {
    expectations,
    records,
    store: {
      ...store,
      commit: async (batch: Batch) => {
        await store.commit(batch)
        expectations.push(...batch.expectations)
        records.push(...batch.records)
      },
      putRecordIfAbsent: async (record, now) => {
        records.push(record)
        return await store.putRecordIfAbsent(record, now)
      }
    }
  }
}

const update = async ({ as }: World, who: As, ref: Reference, more: object): Promise<void> => {
  const stored = await as(who).read(ref)
  const resource = JSON.parse(new TextDecoder().decode(stored?.json)) as Resource
  await as(who).write([{ kind: 'update', ref, resource: { ...resource, ...more }, method: 'PUT' }])
}

/** What refers to what: a person, an entry of the directory, a Provenance, a house that moves. */
const writeAll = async (world: World): Promise<void> => {
  for (const id of ['hospital', 'centre']) {
    await world.put(network, { resourceType: 'Organization', id, name: id })
  }
  const person = await world.put(hospital, { resourceType: 'Patient' })
  const author = await world.put(hospital, { resourceType: 'Practitioner' })
  const plan = await world.put(
    hospital,
    psiPlan(person, { author: { reference: `Practitioner/${author.id}` } })
  )
  await world.put(hospital, {
    resourceType: 'Provenance',
    target: [{ reference: `CarePlan/${plan.id}` }],
    recorded: '2026-11-22T12:00:00Z',
    agent: [{ who: { reference: `Practitioner/${author.id}` } }]
  })
  await update(world, hospital, plan, { period: { start: '2026-01-01' } })
  await update(world, hospital, author, { active: true })
  const shutOut = { type: 'deny', purpose: undefined }
  await world.put(hospital, consentFor(person, 'Organization/centre', {}, shutOut))
  const centre: Reference = { type: 'Organization', id: 'centre' as Reference['id'] }
  await update(world, network, centre, { partOf: { reference: 'Organization/hospital' } })
  await world.put(hospital, consentFor(person, 'Organization/centre', {}, shutOut))
}

/** A write with criteria, and one with an Idempotency-Key, each done again. */
const repeatAll = async (world: World): Promise<void> => {
  const person = await world.put(hospital, { resourceType: 'Patient' })
  for (let time = 0; time < 2; time++) {
    const store = world.as(hospital)
    const where = { kind: 'ids', ids: [] } as const
    const { expectation } = await store.match('Goal', where, '_id=none')
    const ref: Reference = { type: 'Goal', id: newId() }
    await store.recall('key')
    await store.write([{ kind: 'create', ref, resource: goal(person) }], [expectation], {
      key: 'key',
      answer: () => 'done'
    })
  }
}

const scenario = async (): Promise<Written> => {
  const written = recording(await openNaiveStore({ now: () => start }))
  const { store } = written
  const world = createWorld(store, () => start)
  await writeAll(world)
  await repeatAll(world)
  const { accessToken, clients } = await makeWorld({ store })
  await accessToken()
  await clients.change('hospital', 'disable', (client) => ({ ...client, disabled: true }))
  await sharedSecret(store, 'cursor', start)
  const leases = createLeases(store, () => start)
  await leases.take('job', 'one', 1000)
  await leases.take('job', 'one', 1000)
  for (const code of ['1', '2']) {
    await changeTables(store, newId, () => new Map([['CarePlan.status', code]]))
  }
  const progress = { tables: '2', scope: 'all', types: [], seen: 0, total: 0, failed: 0 } as const
  await store.commit(batch({ records: [progressRecord(progress, start)] }))
  return written
}

const { expectations, records } = await scenario()
const familyOf = ({ name }: Expectation): string => name.slice(0, name.indexOf('/'))
const counted = Object.entries(recordKinds).flatMap(([kind, row]) => (row.counted ? [kind] : []))

t.test('every counter is raised by one write and compared by another', async (t) => {
  const raised = new Set(expectations.filter(({ bump }) => bump).map(({ name }) => name))
  for (const family of [...Object.keys(counterFamilies), ...counted]) {
    const own = expectations.filter((each) => familyOf(each) === family)
    t.ok(
      own.some(({ bump }) => bump),
      `${family} is raised`
    )
    t.ok(
      own.some(({ name, expect }) => expect !== undefined && expect > 0 && raised.has(name)),
      `${family} is compared with what was raised`
    )
  }
})

t.test('a write about a person raises their rows, whether or not it re-stamps them', async (t) => {
  const rows = expectations.filter((each) => familyOf(each) === 'rows')
  t.ok(rows.some(({ bump, expect }) => bump && expect === undefined))
  t.ok(rows.some(({ bump, expect }) => bump && expect !== undefined))
})

t.test('there is no counter beside those of the tables', async (t) => {
  t.same(
    [...new Set(expectations.map(familyOf))].sort(),
    [...Object.keys(counterFamilies), ...counted].sort()
  )
})

t.test('records are of the listed kinds, and expire as their kind says', async (t) => {
  t.same([...new Set(records.map(({ kind }) => kind))].sort(), Object.keys(recordKinds).sort())
  for (const [kind, { expires }] of Object.entries(recordKinds)) {
    const own = records.filter((record) => record.kind === kind)
    const mortal = own.filter((record) => record.expires !== undefined).length
    const wanted = { never: mortal === 0, always: mortal === own.length, sometimes: mortal > 0 }
    t.ok(wanted[expires] && (expires !== 'sometimes' || mortal < own.length), `${kind}: ${expires}`)
  }
})
