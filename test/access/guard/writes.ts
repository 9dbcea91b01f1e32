/** What a write may do, about whom, and what it leaves when it is refused. */
import t from 'tap'
import { FhirError } from '../../../src/fhir/fhir-error.ts'
import type { Reference } from '../../../src/fhir/resource.ts'
import { StoreConflict } from '../../../src/storage/store.ts'
import { consentFor, goal, newId } from '../world.ts'
import type { As } from '../world.ts'
import { centre, hospital, refusal, setting, update } from './setting.ts'

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
