// An entry of the directory shows to whoever sees data that name it, and to nobody through data
// that are hidden.
import t from 'tap'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { consentFor, createWorld, psiPlan } from './world.ts'
import type { As, World } from './world.ts'

const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const centre: As = { organization: 'centre' }
const core = {
  class: [
    { system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-data-class', code: 'psi-core' }
  ]
}

interface Setting extends World {
  readonly patient: Reference
  readonly doctor: Reference
  readonly author: { reference: string }
  readonly seen: (who?: As) => Promise<boolean>
}

const setting = async (): Promise<Setting> => {
  let now = Date.parse('2026-11-22T12:00:00Z')
  const world = createWorld(await openNaiveStore({ now: () => ++now }), () => ++now)
  for (const id of ['hospital', 'centre']) {
    await world.put(
      { organization: 'network', rights: ['directory'] },
      { resourceType: 'Organization', id, name: id }
    )
  }
  const patient = await world.put(hospital, { resourceType: 'Patient' })
  const doctor = await world.put(hospital, { resourceType: 'Practitioner' })
  return {
    ...world,
    patient,
    doctor,
    author: { reference: `Practitioner/${doctor.id}` },
    seen: async (who = centre) => (await world.as(who).read(doctor)) !== undefined
  }
}

const note = (patient: Reference, more: object): Resource => ({
  resourceType: 'Basic',
  code: { text: 'secret' },
  subject: { reference: `Patient/${patient.id}` },
  ...more
})
const crisis = {
  category: [
    {
      coding: [
        {
          system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-plan-type',
          code: 'crisis-plan'
        }
      ]
    }
  ]
}

t.test(
  'named in hidden data alone: hidden; named in a plan that is open as well: seen',
  async (t) => {
    const world = await setting()
    await world.put(hospital, consentFor(world.patient, 'Organization/centre', {}, core))
    await world.put(hospital, note(world.patient, { author: world.author }))
    await world.put(hospital, psiPlan(world.patient, { author: world.author, ...crisis }))
    t.notOk(await world.seen())
    t.ok(await world.seen({ organization: 'elsewhere', user: `Patient/${world.patient.id}` }))
    await world.put(hospital, psiPlan(world.patient, { author: world.author }))
    t.ok(await world.seen())
  }
)

t.test(
  'a consent that opens or closes the data opens or closes the entry, also after a new version of it',
  async (t) => {
    const world = await setting()
    await world.put(hospital, note(world.patient, { author: world.author }))
    await world.put(hospital, consentFor(world.patient, 'Organization/centre', {}, core))
    t.notOk(await world.seen())
    await world.as(hospital).write([
      {
        kind: 'update',
        ref: world.doctor,
        resource: { resourceType: 'Practitioner', active: true },
        method: 'PUT'
      }
    ])
    t.notOk(await world.seen())
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    t.ok(await world.seen())
    await world.put(hospital, {
      ...consentFor(world.patient, 'x'),
      policyRule: { coding: [{ code: 'OPTOUT' }] },
      provision: {
        type: 'deny',
        class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Basic' }]
      }
    })
    t.notOk(await world.seen())
  }
)

t.test(
  'named in an appointment of two patients: seen where both allow the appointment',
  async (t) => {
    const world = await setting()
    const second = await world.put(hospital, { resourceType: 'Patient' })
    const actors = [world.patient, second].map(({ id }) => ({
      actor: { reference: `Patient/${id}` },
      status: 'accepted'
    }))
    await world.put(hospital, {
      resourceType: 'Appointment',
      status: 'booked',
      participant: [...actors, { actor: world.author, status: 'accepted' }]
    })
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    t.notOk(await world.seen())
    await world.put(hospital, consentFor(second, 'Organization/centre'))
    t.ok(await world.seen())
  }
)

t.test('whom a consent names is told by that consent to nobody but the patient', async (t) => {
  const world = await setting()
  await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  await world.put(hospital, {
    ...consentFor(world.patient, 'x'),
    policyRule: { coding: [{ code: 'OPTOUT' }] },
    provision: { type: 'deny', actor: [{ role: { text: 'x' }, reference: world.author }] }
  })
  t.notOk(await world.seen())
  t.ok(await world.seen({ organization: 'elsewhere', user: `Patient/${world.patient.id}` }))
})

t.test(
  'where a consent tells dates or single resources apart, an entry that it cannot place stays hidden',
  async (t) => {
    const world = await setting()
    const plan = await world.put(
      hospital,
      psiPlan(world.patient, {
        author: world.author,
        period: { start: '2026-02-01', end: '2026-03-01' }
      })
    )
    await world.put(
      hospital,
      consentFor(world.patient, 'Organization/centre', {}, { dataPeriod: { start: '2026-01-01' } })
    )
    t.ok(await world.as(centre).read(plan))
    t.notOk(await world.seen())
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    t.ok(await world.seen())
    const other = await world.put(hospital, psiPlan(world.patient))
    await world.put(hospital, {
      ...consentFor(world.patient, 'x'),
      policyRule: { coding: [{ code: 'OPTOUT' }] },
      provision: {
        type: 'deny',
        data: [{ meaning: 'instance', reference: { reference: `CarePlan/${other.id}` } }]
      }
    })
    t.ok(await world.as(centre).read(plan))
    t.notOk(await world.seen())
  }
)

t.test(
  'an entry keeps one line for each kind of data and patient, however often it is named',
  async (t) => {
    const world = await setting()
    for (let i = 0; i < 5; i++) {
      await world.put(hospital, psiPlan(world.patient, { author: world.author }))
    }
    await world.put(hospital, note(world.patient, { author: world.author }))
    const stored = await world.as(hospital).read(world.doctor)
    t.same(stored?.envelope.persons, [world.patient.id])
    t.same(stored?.envelope.links, [
      { kinds: [{ dataClass: 'psi-core', type: 'CarePlan' }], persons: [[world.patient.id]] },
      { kinds: [{ dataClass: 'clinical', type: 'Basic' }], persons: [[world.patient.id]] }
    ])
  }
)
