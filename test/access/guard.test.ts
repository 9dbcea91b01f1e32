// The guarded store: who sees what after which consent, and what a write may do.
import t from 'tap'
import './guard/relations.ts'
import './guard/writes.ts'
import { centre, day, hospital, other, setting, update } from './guard/setting.ts'
import { consentFor, goal, psiPlan } from './world.ts'

t.test('what an organisation wrote it sees, and nobody else does', async (t) => {
  const { plan, patient, sees } = await setting()
  t.ok(await sees(hospital, plan))
  t.notOk(await sees(centre, plan))
  t.notOk(await sees(centre, patient))
})

t.test(
  'a consent opens at once what it names, its withdrawal closes it at once, old versions included',
  async (t) => {
    const world = await setting()
    const { plan, aim, patient, sees } = world
    const first = await world.as(hospital).read(plan)
    await update(world, hospital, plan, (resource) => ({ ...resource, title: 'second' }))
    const consent = await world.put(hospital, consentFor(patient, 'Organization/centre'))
    t.ok(await sees(centre, plan))
    t.ok(await sees(centre, aim))
    t.ok(await sees(centre, patient))
    t.ok(await sees(centre, consent), 'a consent is seen by whom it permits')
    t.notOk(await sees(other, plan))
    if (first === undefined) return
    t.ok(await world.as(centre).readVersion(plan, first.version))
    await update(world, hospital, consent, (resource) => ({ ...resource, status: 'inactive' }))
    t.notOk(await sees(centre, plan))
    t.notOk(await sees(centre, consent))
    t.equal(await world.as(centre).readVersion(plan, first.version), undefined)
    t.same((await world.as(centre).history(plan, { limit: 10 })).rows, [])
  }
)

t.test('what is written after a consent is open from its first moment', async (t) => {
  const world = await setting()
  await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  const later = await world.put(hospital, goal(world.patient))
  t.ok(await world.sees(centre, later))
})

t.test('a consent holds from its first day to its last', async (t) => {
  const world = await setting()
  await world.put(
    hospital,
    consentFor(
      world.patient,
      'Organization/centre',
      {},
      { period: { start: '2026-11-24', end: '2026-11-30' } }
    )
  )
  t.notOk(await world.sees(centre, world.plan))
  world.later(3 * day)
  t.ok(await world.sees(centre, world.plan))
  world.later(7 * day)
  t.notOk(await world.sees(centre, world.plan))
})

t.test('another purpose than the one consented to sees nothing', async (t) => {
  const world = await setting()
  await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
  for (const purposes of [[], ['HRESCH'], ['TREAT', 'HRESCH']]) {
    t.notOk(await world.sees({ ...centre, purposes }, world.plan), purposes.join())
  }
})

t.test('a data class that the consent does not name stays closed', async (t) => {
  const world = await setting()
  const crisis = await world.put(
    hospital,
    psiPlan(world.patient, {
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
    })
  )
  await world.put(
    hospital,
    consentFor(
      world.patient,
      'Organization/centre',
      {},
      {
        class: [
          {
            system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-data-class',
            code: 'psi-core'
          }
        ]
      }
    )
  )
  t.ok(await world.sees(centre, world.plan))
  t.notOk(await world.sees(centre, crisis))
})

t.test('the journal: a patient reads their own, an organisation what it did itself', async (t) => {
  const world = await setting()
  const own = await world
    .as({ organization: 'portal', user: `Patient/${world.patient.id}` })
    .audit({ limit: 100 })
  t.equal(own.total, 3)
  t.equal((await world.as(centre).audit({ limit: 100 })).total, 0)
  t.equal(
    (await world.as({ organization: 'portal', user: 'RelatedPerson/r' }).audit({ limit: 100 }))
      .total,
    0
  )
  t.ok((await world.as(hospital).audit({ limit: 100 })).total >= 3)
})
