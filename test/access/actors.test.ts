// Kinds of user: for whom each acts, what each may create and record, whose journal each reads.
import t from 'tap'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { consentFor, createWorld, goal, psiPlan } from './world.ts'
import type { As, World } from './world.ts'

const start = Date.parse('2026-11-22T12:00:00Z')
const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const centre: As = { organization: 'centre' }
const network: As = { organization: 'network', rights: ['directory'] }

interface Setting extends World {
  readonly person: Reference
  readonly plan: Reference
  readonly relation: Reference
  /** The hospital's own client, with the relative behind it. */
  readonly relative: As
}

const setting = async (): Promise<Setting> => {
  const world = createWorld(await openNaiveStore({ now: () => start }), () => start)
  for (const id of ['hospital', 'centre']) {
    await world.put(network, { resourceType: 'Organization', id, name: id })
  }
  const person = await world.put(hospital, { resourceType: 'Patient' })
  const plan = await world.put(hospital, psiPlan(person))
  const relation = await world.put(hospital, {
    resourceType: 'RelatedPerson',
    patient: { reference: `Patient/${person.id}` }
  })
  const relative: As = { ...hospital, user: `RelatedPerson/${relation.id}` }
  return { ...world, person, plan, relation, relative }
}

const outcome = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'allowed'
  } catch (error) {
    return error instanceof FhirError ? error.code : String(error)
  }
}

const update = async ({ as }: World, who: As, ref: Reference, more: object): Promise<unknown> => {
  const stored = await as(who).read(ref)
  const resource = JSON.parse(new TextDecoder().decode(stored?.json)) as Resource
  return await as(who).write([
    { kind: 'update', ref, resource: { ...resource, ...more }, method: 'PUT' }
  ])
}

const actions = (...codes: readonly string[]): object => ({
  action: codes.map((code) => ({ coding: [{ code }] }))
})

t.test('a relative reads no journal, neither of the house nor of the person', async (t) => {
  const { as, put, person, relative, plan } = await setting()
  const total = async (who: As, patients?: readonly Reference['id'][]): Promise<number> =>
    (await as(who).audit({ limit: 100, ...(patients === undefined ? {} : { patients }) })).total
  t.ok((await total(hospital)) >= 3, 'the house has entries')
  t.ok((await total({ ...hospital, user: 'Practitioner/x' })) >= 3, 'and its professionals')
  t.ok((await total({ ...hospital, user: 'PractitionerRole/x' })) >= 3)
  t.ok((await total({ ...hospital, user: `Patient/${person.id}` })) >= 2, 'the person, their own')
  t.equal(await total({ ...hospital, user: `Patient/${plan.id}` }), 0, 'nobody else those')
  const other = await put(hospital, { resourceType: 'Patient' })
  const self: As = { ...hospital, user: `Patient/${person.id}` }
  t.equal(await total(self, [other.id]), 0, 'who asks about somebody else hears of nobody')
  t.ok((await total(self, [other.id, person.id])) >= 2)
  t.equal(await total(relative), 0)
  t.equal(await total(relative, [person.id]), 0)
  t.equal(await total({ ...hospital, user: `Patient/${plan.id}` }, [person.id]), 0)
})

t.test('what the house keeps is no relative’s to add to, nor the person’s', async (t) => {
  const world = await setting()
  const { person, relation, relative } = world
  const self: As = { ...hospital, user: `Patient/${person.id}` }
  const who = `RelatedPerson/${relation.id}`
  await world.put(hospital, consentFor(person, who, {}, actions('access')))
  t.ok(await world.as(relative).read(person), 'a relative may see it')
  t.equal(await outcome(world.put(relative, goal(person))), 'forbidden')
  t.equal(await outcome(world.put(self, goal(person))), 'forbidden')
  const professional = { ...hospital, user: 'Practitioner/x' }
  t.equal(await outcome(world.put(professional, goal(person))), 'allowed', 'a professional is')
  await world.put(hospital, consentFor(person, who, {}, actions('collect')))
  t.equal(await outcome(world.put(relative, goal(person))), 'allowed', 'by a permit')
})

t.test('a relative records no consent for the person, whatever the client may', async (t) => {
  const world = await setting()
  const { person, relation, relative } = world
  const consent = consentFor(person, `RelatedPerson/${relation.id}`)
  const filed = await world.put({ ...hospital, user: 'Practitioner/x' }, consent)
  t.ok(await world.as(relative).read(filed), 'they see it')
  const wider = consentFor(person, 'Organization/centre')
  t.equal(await outcome(world.put(relative, wider)), 'forbidden')
  t.equal(
    await outcome(update(world, relative, filed, { provision: wider['provision'] })),
    'forbidden'
  )
  t.equal(await outcome(world.as(relative).write([{ kind: 'delete', ref: filed }])), 'forbidden')
  t.notOk(await world.as(centre).read(world.plan))
  t.equal(await outcome(update(world, hospital, filed, { status: 'inactive' })), 'allowed')
})

t.test('a person changes their own consent, and none of somebody else', async (t) => {
  const world = await setting()
  const { person } = world
  const peer = await world.put(hospital, { resourceType: 'Patient' })
  const filed = await world.put(hospital, consentFor(person, `Patient/${peer.id}`))
  const as = ({ id }: Reference): As => ({ organization: 'portal', user: `Patient/${id}` })
  t.ok(await world.as(as(peer)).read(filed), 'the peer sees it')
  const wider = { provision: consentFor(person, 'Organization/centre')['provision'] }
  t.equal(await outcome(update(world, as(peer), filed, wider)), 'forbidden')
  t.equal(
    await outcome(world.put(as(peer), consentFor(person, 'Organization/centre'))),
    'forbidden'
  )
  t.notOk(await world.as(centre).read(world.plan))
  t.equal(await outcome(update(world, as(person), filed, wider)), 'allowed')
  t.ok(await world.as(centre).read(world.plan))
})

t.test('the right to record consents creates and changes nothing else', async (t) => {
  const world = await setting()
  const { person, plan } = world
  await world.put(hospital, consentFor(person, 'Organization/centre', {}, actions('access')))
  const recorder: As = { ...centre, rights: ['record-consents'] }
  const about = { subject: { reference: `Patient/${person.id}` } }
  for (const resource of [
    goal(person),
    psiPlan(person),
    { resourceType: 'CareTeam' as const, status: 'active', ...about },
    { resourceType: 'Observation' as const, status: 'final', ...about }
  ]) {
    t.equal(await outcome(world.put(recorder, resource)), 'forbidden', resource.resourceType)
  }
  t.equal(await outcome(update(world, recorder, plan, { title: 'ours' })), 'forbidden')
  const consent = consentFor(person, 'Organization/hospital')
  t.equal(await outcome(world.put(centre, consent)), 'forbidden', 'without the right')
  t.equal(await outcome(world.put(recorder, consent)), 'allowed')
})

t.test('nothing is written under a permit that has ended or not begun', async (t) => {
  const day = 86_400_000
  const at = (ms: number): string => new Date(start + ms).toISOString()
  const periods = {
    'has ended': [{ start: at(-2 * day), end: at(-1000) }, 'forbidden'],
    'has not begun': [{ start: at(1000), end: at(day) }, 'forbidden'],
    holds: [{ start: at(-day), end: at(day) }, 'allowed'],
    'holds from now on': [{ start: at(0) }, 'allowed']
  } as const
  for (const [name, [period, expected]] of Object.entries(periods)) {
    const world = await setting()
    const permit = (more: object): Resource =>
      consentFor(world.person, 'Organization/centre', {}, more)
    await world.put(hospital, permit(actions('access')))
    await world.put(hospital, permit({ ...actions('collect', 'correct'), period }))
    t.ok(await world.as(centre).read(world.plan), `${name}: reading has its own permit`)
    t.equal(await outcome(world.put(centre, goal(world.person))), expected, `${name}: create`)
    t.equal(
      await outcome(update(world, centre, world.plan, { title: 'ours' })),
      expected,
      `${name}: update`
    )
  }
})
