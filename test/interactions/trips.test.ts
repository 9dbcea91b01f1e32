/**
 * How often a request waits for its store: what was read is handed on, and what does not depend on
 * one another is asked at once (test/http/trips.ts says how it is counted).
 */
import t from 'tap'
import { countTrips } from '../http/trips.ts'
import type { Trips } from '../http/trips.ts'
import { createWorld, patient, plan } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'
import { openNaiveStore } from '../storage/naive/open.ts'

interface Ward extends World {
  readonly trips: Trips
  readonly patient: string
  readonly ids: Readonly<Record<string, string>>
}

const idOf = ({ headers }: Answer): string => headers['location']?.split('/').at(-3) ?? ''
const created = async ({ send }: World, as: string, resource: object): Promise<string> => {
  const { resourceType } = resource as { readonly resourceType: string }
  const answer = await send('POST', resourceType, { as, body: resource })
  if (answer.status !== 201) throw new Error(`${resourceType}: ${answer.text}`)
  return idOf(answer)
}
const reference = (type: string, id: string | undefined): object => ({
  reference: `${type}/${id ?? ''}`
})

const consent = (patientId: string, actors: readonly string[]): object => ({
  resourceType: 'Consent',
  status: 'active',
  patient: reference('Patient', patientId),
  verification: [{ verified: true }],
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  policyRule: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }]
  },
  provision: {
    type: 'deny',
    provision: [
      {
        type: 'permit',
        actor: actors.map((each) => ({ role: { text: 'x' }, reference: { reference: each } }))
      }
    ]
  }
})

/** A patient with a consent, a team and a plan that all name entries of the directory. */
const openWard = async (): Promise<Ward> => {
  const trips = countTrips()
  const world = await createWorld({ wrap: trips.wrap })
  const house = await created(world, 'operator', { resourceType: 'Organization', name: 'centre' })
  const person = await created(world, 'a', { resourceType: 'Practitioner', active: true })
  const role = await created(world, 'a', {
    resourceType: 'PractitionerRole',
    practitioner: reference('Practitioner', person),
    organization: reference('Organization', house)
  })
  const id = await created(world, 'a', patient('X'))
  const permit = consent(id, [`PractitionerRole/${role}`, `Organization/${house}`])
  const ids = {
    house,
    person,
    role,
    Consent: await created(world, 'a', permit),
    CareTeam: await created(world, 'a', {
      resourceType: 'CareTeam',
      status: 'active',
      subject: reference('Patient', id),
      participant: [{ member: reference('PractitionerRole', role) }]
    }),
    CarePlan: await created(
      world,
      'a',
      plan(id, {
        author: reference('Practitioner', person),
        contributor: [reference('Organization', house)]
      })
    )
  }
  trips.taken()
  return { ...world, trips, patient: id, ids }
}

interface Counted {
  readonly answer: Answer
  readonly rounds: readonly (readonly string[])[]
}

const counted = async (
  { send, trips }: Ward,
  ...request: Parameters<World['send']>
): Promise<Counted> => {
  trips.taken()
  const answer = await send(...request)
  return { answer, rounds: trips.taken() }
}

/** A PUT of what is stored with something added. */
const changed = async (
  ward: Ward,
  type: string,
  more: object,
  ifMatch?: string
): Promise<Counted> => {
  const path = `${type}/${ward.ids[type] ?? ''}`
  const { body, headers } = await ward.send('GET', path)
  return await counted(ward, 'PUT', path, {
    body: { ...body, ...more },
    headers: { 'if-match': ifMatch ?? headers['etag'] ?? '' }
  })
}

const readsOf = ({ rounds }: Counted, path: string): readonly string[] =>
  rounds.flat().filter((call) => call.startsWith('read ') && call.split(' ').includes(path))

const goal = (subject: string): object => ({
  resourceType: 'Goal',
  lifecycleStatus: 'active',
  description: { text: 'g' },
  subject: { reference: subject }
})

t.test('what is asked at once is one trip, what waits for it is another', async (t) => {
  const { wrap, taken } = countTrips()
  const store = wrap(await openNaiveStore({ now: () => 0 }))
  await Promise.all([store.counters(['a']), store.counters(['b'])])
  await store.ping()
  await Promise.all([
    store.counters(['a']).then(async () => await store.records('k', ['a'])),
    store.ping()
  ])
  t.same(taken(), [['counters', 'counters'], ['ping'], ['counters', 'ping'], ['records']])
  t.same(taken(), [])
})

t.test('a PUT hands on what it has read', async (t) => {
  const ward = await openWard()
  const plan = await changed(ward, 'CarePlan', { title: 'New' })
  t.equal(plan.answer.status, 200)
  t.ok(plan.rounds.length <= 4, JSON.stringify(plan.rounds))
  t.equal(readsOf(plan, `CarePlan/${ward.ids['CarePlan'] ?? ''}`).length, 1)
  t.same(plan.rounds.at(-1), ['commit'], 'the journal in the same commit')

  const permit = await changed(ward, 'Consent', { dateTime: '2026-01-01' })
  t.equal(permit.answer.status, 200)
  t.ok(permit.rounds.length <= 8, JSON.stringify(permit.rounds))
  t.equal(readsOf(permit, `Consent/${ward.ids['Consent'] ?? ''}`).length, 1)

  const team = await changed(ward, 'CareTeam', { name: 'New' })
  t.equal(team.answer.status, 200)
  t.ok(team.rounds.length <= 8, JSON.stringify(team.rounds))
})

t.test('a PUT that is refused or changes nothing takes no more', async (t) => {
  const ward = await openWard()
  const stale = await changed(ward, 'CarePlan', { title: 'New' }, 'W/"old"')
  t.equal(stale.answer.status, 412)
  t.equal(stale.rounds.length, 2, 'one look, one line in the journal')
  const idle = await changed(ward, 'CarePlan', {})
  t.equal(idle.answer.status, 200)
  t.same(
    idle.rounds.map((calls) => calls.map((call) => call.split(' ')[0])),
    [['read'], ['commit']]
  )
  const dangling = await changed(ward, 'CarePlan', { author: { reference: 'Practitioner/none' } })
  t.equal(dangling.answer.status, 422)
  t.ok(dangling.rounds.length <= 4, JSON.stringify(dangling.rounds))
  const broken = await changed(ward, 'Consent', { modifierExtension: [{ url: 'urn:x' }] })
  t.equal(broken.answer.status, 422)
  t.ok(broken.rounds.length <= 8, JSON.stringify(broken.rounds))
})

t.test('a GET reads and is in the journal; includes are gathered at once', async (t) => {
  const ward = await openWard()
  const read = await counted(ward, 'GET', `CarePlan/${ward.ids['CarePlan'] ?? ''}`)
  t.equal(read.answer.status, 200)
  t.equal(read.rounds.length, 2)
  const found = await counted(
    ward,
    'GET',
    'CarePlan?status=active&_include=CarePlan:subject&_include=CarePlan:performer&_revinclude=Provenance:target'
  )
  t.equal(found.answer.status, 200)
  t.same(found.rounds, [['search'], ['include', 'include', 'include'], ['commit']])
})

t.test('a transaction reads all its before-images at once, each once', async (t) => {
  const ward = await openWard()
  const urn = 'urn:uuid:00000000-0000-4000-8000-000000000001'
  const post = async (...entry: readonly object[]): Promise<Counted> =>
    await counted(ward, 'POST', '', {
      body: { resourceType: 'Bundle', type: 'transaction', entry }
    })
  const fresh = await post(
    { fullUrl: urn, resource: patient('Y'), request: { method: 'POST', url: 'Patient' } },
    {
      resource: { ...plan(''), subject: { reference: urn } },
      request: { method: 'POST', url: 'CarePlan' }
    },
    { resource: goal(urn), request: { method: 'POST', url: 'Goal' } }
  )
  t.equal(fresh.answer.status, 200)
  t.ok(fresh.rounds.length <= 3, JSON.stringify(fresh.rounds))

  const paths = [`CarePlan/${ward.ids['CarePlan'] ?? ''}`, `Patient/${ward.patient}`]
  const known = await Promise.all(paths.map(async (path) => (await ward.send('GET', path)).body))
  const mixed = await post(
    ...known.map((resource, i) => ({
      resource: { ...resource, language: 'nl' },
      request: { method: 'PUT', url: paths[i] ?? '' }
    })),
    { resource: goal(`Patient/${ward.patient}`), request: { method: 'POST', url: 'Goal' } }
  )
  t.equal(mixed.answer.status, 200)
  t.ok(mixed.rounds.length <= 5, JSON.stringify(mixed.rounds))
  for (const path of paths) t.equal(readsOf(mixed, path).length, 1, path)
})
