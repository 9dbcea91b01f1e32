// The guarded store: who sees what after which consent, and what a write may do.
import t from 'tap'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { StoreConflict } from '../../src/storage/store.ts'
import { consentFor, createWorld, goal, newId, psiPlan } from './world.ts'
import type { As, World } from './world.ts'

const day = 86_400_000
const start = Date.parse('2026-11-22T12:00:00Z')
const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const centre: As = { organization: 'centre' }
const other: As = { organization: 'other' }
const directory: As = { organization: 'network', rights: ['directory', 'operator'] }

interface Setting extends World {
  patient: Reference
  plan: Reference
  aim: Reference
  sees: (who: As, ref: Reference) => Promise<boolean>
  later: (ms: number) => void
}

const setting = async (): Promise<Setting> => {
  let now = start
  const world = createWorld(await openNaiveStore({ now: () => now }), () => now)
  for (const id of ['hospital', 'centre', 'other', 'network']) {
    await world.put(directory, { resourceType: 'Organization', id, name: id })
  }
  const patient = await world.put(hospital, { resourceType: 'Patient', name: [{ family: 'X' }] })
  const aim = await world.put(hospital, goal(patient))
  const plan = await world.put(
    hospital,
    psiPlan(patient, { goal: [{ reference: `Goal/${aim.id}` }] })
  )
  return {
    ...world,
    patient,
    plan,
    aim,
    sees: async (who, ref) => (await world.as(who).read(ref)) !== undefined,
    later: (ms) => {
      now += ms
    }
  }
}

const update = async (
  world: World,
  who: As,
  ref: Reference,
  change: (resource: Resource) => Resource,
  more: object = {}
) => {
  const stored = await world.as(who).read(ref)
  const resource = change(JSON.parse(new TextDecoder().decode(stored?.json)) as Resource)
  return await world.as(who).write([{ kind: 'update', ref, resource, method: 'PUT', ...more }])
}
const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'allowed'
  } catch (error) {
    return error instanceof FhirError ? error.code : String(error)
  }
}

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

t.test(
  'writing about a patient that one does not see is refused as if the patient did not exist',
  async (t) => {
    const world = await setting()
    const about = async (id: string) => {
      try {
        await world.put(centre, goal({ type: 'Patient', id: id as Reference['id'] }))
      } catch (error) {
        return error instanceof FhirError ? [error.code, error.message.replaceAll(id, 'ID')] : error
      }
      return 'allowed'
    }
    t.same(await about(world.patient.id), await about(newId()))
    t.match(await about(newId()), ['unprocessable'])
  }
)

t.test(
  'seeing is not changing: a consent to access lets nobody create, correct or join the care team',
  async (t) => {
    const world = await setting()
    await world.put(
      hospital,
      consentFor(
        world.patient,
        'Organization/centre',
        {},
        { action: [{ coding: [{ code: 'access' }] }] }
      )
    )
    t.equal(
      await refusal(
        update(world, centre, world.plan, (resource) => ({ ...resource, title: 'ours' }))
      ),
      'forbidden'
    )
    t.equal(await refusal(world.put(centre, goal(world.patient))), 'forbidden')
    t.equal(
      await refusal(
        world.put(centre, {
          resourceType: 'CareTeam',
          status: 'active',
          subject: { reference: `Patient/${world.patient.id}` }
        })
      ),
      'forbidden'
    )
    t.equal(
      await refusal(world.as(centre).write([{ kind: 'delete', ref: world.aim }])),
      'forbidden'
    )
  }
)

t.test(
  'with a consent to every action a partner adds and corrects; what it wrote stays its own',
  async (t) => {
    const world = await setting()
    const consent = await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    const added = await world.put(centre, goal(world.patient))
    t.ok(!(await world.sees(hospital, added)), 'the consent names the centre, not the hospital')
    t.match(
      await update(world, centre, world.plan, (resource) => ({ ...resource, title: 'ours' })),
      [{ outcome: 'updated' }]
    )
    await update(world, hospital, consent, (resource) => ({ ...resource, status: 'inactive' }))
    t.ok(await world.sees(centre, added))
    t.notOk(await world.sees(centre, world.plan), 'correcting does not make it the custodian')
  }
)

t.test(
  'consents: by a client with the right, with proof, or by the patient for themselves',
  async (t) => {
    const world = await setting()
    const wanted = () => consentFor(world.patient, 'Organization/centre')
    t.equal(await refusal(world.put({ organization: 'hospital' }, wanted())), 'forbidden')
    t.equal(
      await refusal(world.put({ organization: 'centre', rights: ['record-consents'] }, wanted())),
      'unprocessable',
      'for a patient that it does not see'
    )
    const { verification: _verification, ...unproven } = wanted()
    t.equal(await refusal(world.put(hospital, unproven)), 'unprocessable')
    const self: As = { organization: 'portal', user: `Patient/${world.patient.id}` }
    t.equal(await refusal(world.put(self, unproven)), 'allowed')
    t.ok(await world.sees(centre, world.plan))
    const somebody = await world.put(hospital, { resourceType: 'Patient' })
    t.equal(
      await refusal(
        world.put({ organization: 'portal', user: `Patient/${somebody.id}` }, wanted())
      ),
      'unprocessable'
    )
  }
)

t.test('an update that equals what is stored makes no version', async (t) => {
  const world = await setting()
  const before = await world.as(hospital).read(world.plan)
  t.match(await update(world, hospital, world.plan, (resource) => resource), [
    { outcome: 'unchanged' }
  ])
  t.equal((await world.as(hospital).read(world.plan))?.version, before?.version)
})

t.test('a stale If-Match changes nothing', async (t) => {
  const world = await setting()
  t.equal(
    await refusal(
      update(world, hospital, world.plan, (resource) => ({ ...resource, title: 'x' }), {
        ifMatch: newId()
      })
    ),
    'precondition-failed'
  )
})

t.test('a batch with one refused entry changes nothing', async (t) => {
  const world = await setting()
  const ref: Reference = { type: 'Goal', id: newId() }
  t.equal(
    await refusal(
      world.as(hospital).write([
        { kind: 'create', ref, resource: goal(world.patient) },
        {
          kind: 'create',
          ref: { type: 'Goal', id: newId() },
          resource: goal({ type: 'Patient', id: newId() })
        }
      ])
    ),
    'unprocessable'
  )
  t.notOk(await world.sees(hospital, ref))
})

t.test(
  'a create beside a consent that is being recorded is never left with the old acl',
  async (t) => {
    const world = await setting()
    const attempt = async (make: () => Promise<unknown>): Promise<void> => {
      for (;;) {
        try {
          await make()
          return
        } catch (error) {
          if (!(error instanceof StoreConflict)) throw error
        }
      }
    }
    const goals = Array.from({ length: 20 }, (): Reference => ({ type: 'Goal', id: newId() }))
    await Promise.all([
      ...goals.map(async ({ id }) => {
        await attempt(async () => await world.put(hospital, { ...goal(world.patient), id }))
      }),
      attempt(
        async () => await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
      )
    ])
    for (const each of goals) t.ok(await world.sees(centre, each))
  }
)

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

t.test(
  'an answer is kept with its write: the same key finds it, another client does not',
  async (t) => {
    const world = await setting()
    const make = async () => {
      const store = world.as(hospital)
      const known = await store.recall('key-1')
      if (known !== undefined) return known
      const ref: Reference = { type: 'Goal', id: newId() }
      await store.write([{ kind: 'create', ref, resource: goal(world.patient) }], [], {
        key: 'key-1',
        answer: () => ref.id
      })
      return ref.id
    }
    const attempt = async (): Promise<string> => {
      try {
        return await make()
      } catch (error) {
        if (error instanceof StoreConflict) return await attempt()
        throw error
      }
    }
    const answers = await Promise.all(Array.from({ length: 8 }, attempt))
    t.equal(new Set(answers).size, 1)
    t.equal(await world.as(centre).recall('key-1'), undefined)
  }
)
