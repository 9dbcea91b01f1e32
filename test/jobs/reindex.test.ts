/** A store that was indexed by other tables: refused, indexed anew, answered. */
import t from 'tap'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import { leaseName } from '../../src/jobs/reindex.ts'
import type { Store } from '../../src/storage/store.ts'
import { system } from '../storage/sample.ts'
import { appOn, depsFor, fill, indexBy, indexRows, openStore, planOf, plans } from './world.ts'
import { run, today, without } from './world.ts'

const before = without('CarePlan.intent', 'CarePlan.encounter')
const total = async (store: Store, code: string): Promise<number | undefined> => {
  const where = { kind: 'word' as const, parameter: 'CarePlan.intent', code }
  const query = { type: 'CarePlan' as const, where, sort: [], limit: 0, total: 'exact' as const }
  return (await store.search(query, system)).total
}

t.test('until then: not in the CapabilityStatement, refused in every place', async (t) => {
  const { store } = await openStore(t)
  const subject = await fill(store, 3)
  await indexBy(store, before)
  const { send } = await appOn(store, today)
  const visit = {
    resourceType: 'Encounter',
    status: 'planned',
    class: { code: 'HH' },
    subject: { reference: subject }
  }
  t.equal((await send('POST', 'Encounter', { body: visit })).status, 201)
  const refused = [
    'CarePlan?intent=plan',
    'CarePlan?intent:missing=true',
    'CarePlan?_sort=-intent',
    'CarePlan?encounter.status=planned',
    'CarePlan?_include=CarePlan:encounter',
    'Encounter?_revinclude=CarePlan:encounter',
    'Patient?_has:CarePlan:subject:intent=plan'
  ]
  for (const path of refused) {
    const answer = await send('GET', path, { headers: { prefer: 'handling=lenient' } })
    t.match(answer, { status: 400, body: { issue: [{ code: 'transient' }] } }, path)
    t.match(answer.text, /is being indexed: .*Ask again later/, path)
  }
  const conditional = await send('POST', 'CarePlan', {
    body: planOf(subject, 'new'),
    headers: { 'if-none-exist': 'intent=plan' }
  })
  t.match(conditional, { status: 400, body: { issue: [{ code: 'transient' }] } })
  const kept = await send('GET', `CarePlan?status=active&subject=${subject}&_summary=count`)
  t.match(kept, { status: 200, body: { total: 3 } }, 'what did not change keeps working')

  const { text } = await send('GET', 'metadata', { as: null })
  t.notMatch(text, /CarePlan-intent|CarePlan:encounter/)
  t.match(text, /CarePlan-category/)
})

t.test('interrupted, it goes on where it stopped; then all is as if freshly indexed', async (t) => {
  const { store, directory } = await openStore(t)
  await fill(store)
  const fresh = await indexRows(directory)
  await indexBy(store, before)
  t.not((await indexRows(directory)).length, fresh.length)
  const world = await appOn(store, today)
  const untouched = async () => ({
    feed: await store.feed(0, 1000),
    audit: (await store.audit({ limit: 1 })).total,
    read: (await world.send('GET', 'CarePlan?_count=100')).body
  })
  const start = await untouched()

  const stopped = await run(depsFor(store, today), ({ seen }) => seen > 0)
  t.match(stopped, { kind: 'stopped', progress: { seen: 50, total: plans } })
  t.equal(await total(store, 'plan'), 50, 'half of the values are there')
  await world.kept.start()
  await world.kept.stop()
  t.equal(world.kept.unindexed().size, 0)
  t.match(await world.send('GET', 'CarePlan?intent=plan&_summary=count'), {
    status: 200,
    body: { total: plans }
  })
  t.match((await world.send('GET', 'metadata', { as: null })).text, /CarePlan-intent/)
  t.same(await indexRows(directory), fresh)
  const { audit: _audit, ...rest } = await untouched()
  t.match(rest, { feed: start.feed, read: { entry: start.read.entry } })
})

t.test('it goes on from the record, not from the beginning', async (t) => {
  const { store } = await openStore(t)
  await fill(store)
  await indexBy(store, before)
  await run(depsFor(store, today), ({ seen }) => seen > 0)
  let extracted = 0
  const deps = depsFor(store, today)
  const extract = (resource: Parameters<typeof deps.extract>[0]) => {
    extracted += 1
    return deps.extract(resource)
  }
  t.match(await run({ ...deps, extract }), { kind: 'done', progress: { seen: plans } })
  t.equal(extracted, plans - 50)
  extracted = 0
  t.match(await run({ ...deps, extract }), { kind: 'done', progress: { seen: 0 } }, 'nothing to do')
  t.equal(extracted, 0)
  await run({ ...deps, extract }, undefined, 'all')
  t.equal(extracted, plans + 1, 'or all, when asked for')
})

t.test('writes while it runs win, and are found', async (t) => {
  const { store } = await openStore(t)
  const subject = await fill(store)
  await indexBy(store, before)
  const { send, kept } = await appOn(store, today)
  const page = await send('GET', 'CarePlan?_count=100')
  const entries = page.body.entry as { resource: { id: string; meta: { versionId: string } } }[]
  const change = async ({ resource }: (typeof entries)[number], n: number): Promise<number> => {
    const body = { ...planOf(subject, `changed ${n}`), id: resource.id, intent: 'order' }
    const headers = { 'if-match': `W/"${resource.meta.versionId}"` }
    return (await send('PUT', `CarePlan/${resource.id}`, { body, headers })).status
  }
  const [outcome, statuses] = await Promise.all([
    run(depsFor(store, today)),
    Promise.all(entries.filter((_, n) => n % 2 === 0).map(change))
  ])
  t.match(outcome, { kind: 'done' })
  t.same([...new Set(statuses)], [200])
  t.equal(await total(store, 'order'), statuses.length)
  t.equal(await total(store, 'plan'), plans - statuses.length)
  await kept.stop()
})

t.test('two processes: one works, the other hears who; a dead one is taken over', async (t) => {
  let time = Date.now()
  const { store, reopen } = await openStore(t, () => time)
  const other = await reopen()
  await fill(store)
  await indexBy(store, before)
  const clock = (): number => time
  const both = await Promise.all([
    run(depsFor(store, today, { owner: 'one', clock })),
    run(depsFor(other, today, { owner: 'two', clock }))
  ])
  t.same(both.map(({ kind }) => kind).sort(), ['done', 'held'])
  t.ok(both.some((outcome) => outcome.kind === 'held' && /^(one|two)$/.test(outcome.owner)))

  await indexBy(store, before)
  await store.leases.take(leaseName, 'dead', 30_000)
  t.match(await run(depsFor(other, today, { owner: 'two', clock })), {
    kind: 'held',
    owner: 'dead'
  })
  time += 30_001
  // Its clock stands still: it believes that it still has the lease, and the fence stops it.
  const frozen = time
  const sleep = async (): Promise<void> => {
    time += 40_000
    await store.leases.take(leaseName, 'new', 60_000)
  }
  const late = depsFor(other, today, { owner: 'two', clock: () => frozen, sleep })
  t.match(await run(late), { kind: 'held', owner: 'new' })
  t.equal(await total(store, 'plan'), 50, 'what it committed before stays')
})

t.test('a process with other tables makes the index incomplete, and says so', async (t) => {
  const { store } = await openStore(t)
  await fill(store, 2)
  await indexBy(store, today)
  const newer = await appOn(store, today)
  t.equal(newer.kept.unindexed().size, 0)
  const older = await appOn(store, before)
  t.equal(older.kept.unindexed().size, 0, 'it knows nothing of the others')
  const again = await appOn(store, today)
  t.same([...again.kept.unindexed()].sort(), ['CarePlan.encounter', 'CarePlan.intent'])
})

t.test('a new store is complete; a small one is before the first request', async (t) => {
  const { store } = await openStore(t)
  const first = await appOn(store, before)
  t.equal(first.kept.unindexed().size, 0)
  await fill(store, 20)
  const { kept } = await appOn(store, today)
  t.equal(kept.unindexed().size, 2)
  await kept.start()
  t.equal(kept.unindexed().size, 0)
  t.equal(await total(store, 'plan'), 20)
  await kept.stop()
})

t.test('a store of which nothing is known is indexed whole', async (t) => {
  const { store } = await openStore(t)
  await fill(store, 2)
  const { kept, send } = await appOn(store, today)
  t.equal(kept.unindexed().size, depsFor(store, today).tables.size)
  t.match(await send('GET', 'CarePlan?status=active'), { status: 400 })
  t.match(await send('GET', 'CarePlan'), { status: 200 })
  await kept.start()
  t.match(await send('GET', 'CarePlan?status=active&_summary=count'), { body: { total: 2 } })
  await kept.stop()
})

t.test('what cannot be indexed keeps its values and is counted', async (t) => {
  const { store } = await openStore(t)
  await fill(store, 3)
  const deps = depsFor(store, today)
  const outcome = await run(
    {
      ...deps,
      extract: (resource) => {
        if (resource['title'] === 'plan 1') throw new FhirError('unprocessable', 'too many values')
        return deps.extract(resource)
      }
    },
    undefined,
    'all'
  )
  t.match(outcome, { kind: 'done', progress: { seen: 4, failed: 1 } })
  t.equal(await total(store, 'plan'), 3)
})
