/** Who sees by what they are: a member, a role, the patient; and what is seen with what else. */
import t from 'tap'
import type { Reference } from '../../../src/fhir/resource.ts'
import { consentFor, psiPlan } from '../world.ts'
import type { As } from '../world.ts'
import { centre, directory, hospital, other, setting, update } from './setting.ts'

t.test(
  'a care team alone opens nothing; with a consent that names it, its members see the plan until their period ends',
  async (t) => {
    const world = await setting()
    const team = await world.put(hospital, {
      resourceType: 'CareTeam',
      status: 'active',
      subject: { reference: `Patient/${world.patient.id}` },
      participant: [{ member: { reference: 'Organization/centre' } }]
    })
    t.notOk(await world.sees(centre, world.plan))
    await world.put(hospital, consentFor(world.patient, `CareTeam/${team.id}`))
    t.ok(await world.sees(centre, world.plan))
    await update(world, hospital, team, (resource) => ({
      ...resource,
      participant: [{ member: { reference: 'Organization/centre' }, period: { end: '2026-11-01' } }]
    }))
    t.notOk(await world.sees(centre, world.plan))
  }
)

t.test('a role that moves to another organisation takes its access with it', async (t) => {
  const world = await setting()
  const role = await world.put(directory, {
    resourceType: 'PractitionerRole',
    organization: { reference: 'Organization/centre' }
  })
  const team = await world.put(hospital, {
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${world.patient.id}` },
    participant: [{ member: { reference: `PractitionerRole/${role.id}` } }]
  })
  await world.put(hospital, consentFor(world.patient, `CareTeam/${team.id}`))
  t.ok(await world.sees(centre, world.plan))
  await update(world, directory, role, (resource) => ({
    ...resource,
    organization: { reference: 'Organization/other' }
  }))
  t.notOk(await world.sees(centre, world.plan))
  t.ok(await world.sees(other, world.plan))
})

t.test('a professional excluded by name sees nothing, while their organisation does', async (t) => {
  const world = await setting()
  const practitioner = await world.put(directory, { resourceType: 'Practitioner' })
  const role = await world.put(directory, {
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${practitioner.id}` },
    organization: { reference: 'Organization/centre' }
  })
  const user: As = { ...centre, user: `PractitionerRole/${role.id}` }
  await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  t.ok(await world.sees(user, world.plan))
  await world.put(hospital, {
    ...consentFor(world.patient, 'x'),
    policyRule: { coding: [{ code: 'OPTOUT' }] },
    provision: {
      type: 'deny',
      actor: [{ role: { text: 'x' }, reference: { reference: `Practitioner/${practitioner.id}` } }]
    }
  })
  t.notOk(await world.sees(user, world.plan))
  t.ok(await world.sees(centre, world.plan))
})

t.test('the patient sees their own plan, and no other user of the same client does', async (t) => {
  const world = await setting()
  t.ok(
    await world.sees({ organization: 'hospital', user: `Patient/${world.patient.id}` }, world.plan)
  )
  t.notOk(await world.sees({ organization: 'hospital', user: 'Patient/somebody' }, world.plan))
  t.notOk(
    await world.sees({ organization: 'hospital', user: 'RelatedPerson/somebody' }, world.plan)
  )
})

t.test("a patient who sits in another person's care team does not inherit it", async (t) => {
  const world = await setting()
  const peer = await world.put(hospital, { resourceType: 'Patient' })
  const team = await world.put(hospital, {
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${world.patient.id}` },
    participant: [{ member: { reference: `Patient/${peer.id}` } }]
  })
  t.notOk(await world.sees({ organization: 'hospital', user: `Patient/${peer.id}` }, team))
})

t.test('an appointment of two patients is seen where both allow it', async (t) => {
  const world = await setting()
  const second = await world.put(hospital, { resourceType: 'Patient' })
  const meeting = await world.put(hospital, {
    resourceType: 'Appointment',
    status: 'booked',
    participant: [world.patient, second].map(({ id }) => ({
      actor: { reference: `Patient/${id}` },
      status: 'accepted'
    }))
  })
  await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  t.notOk(await world.sees(centre, meeting))
  await world.put(hospital, consentFor(second, 'Organization/centre'))
  t.ok(await world.sees(centre, meeting))
})

t.test('a Provenance is seen where all its targets are', async (t) => {
  const world = await setting()
  const hidden = await world.put(hospital, {
    resourceType: 'Condition',
    subject: { reference: `Patient/${world.patient.id}` }
  })
  await world.put(
    hospital,
    consentFor(
      world.patient,
      'Organization/centre',
      {},
      { class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'CarePlan' }] }
    )
  )
  const about = async (...targets: Reference[]) =>
    await world.put(hospital, {
      resourceType: 'Provenance',
      target: targets.map(({ type, id }) => ({ reference: `${type}/${id}` })),
      recorded: '2026-11-22T12:00:00Z',
      agent: []
    })
  t.ok(await world.sees(centre, await about(world.plan)))
  t.notOk(await world.sees(centre, await about(world.plan, hidden)))
})

t.test(
  'directory entries of one organisation are seen by those who see data that refer to them',
  async (t) => {
    const world = await setting()
    const practitioner = await world.put(hospital, {
      resourceType: 'Practitioner',
      name: [{ family: 'Y' }]
    })
    t.notOk(await world.sees(centre, practitioner))
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    t.notOk(await world.sees(centre, practitioner), 'nothing refers to it')
    await world.put(
      hospital,
      psiPlan(world.patient, { author: { reference: `Practitioner/${practitioner.id}` } })
    )
    t.ok(await world.sees(centre, practitioner))
    t.notOk(await world.sees(other, practitioner))
  }
)

t.test('a withdrawn consent takes the directory entries with it', async (t) => {
  const world = await setting()
  const practitioner = await world.put(hospital, { resourceType: 'Practitioner' })
  await world.put(
    hospital,
    psiPlan(world.patient, { author: { reference: `Practitioner/${practitioner.id}` } })
  )
  const consent = await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  t.ok(await world.sees(centre, practitioner))
  await update(world, hospital, consent, (resource) => ({ ...resource, status: 'inactive' }))
  t.notOk(await world.sees(centre, practitioner))
})
