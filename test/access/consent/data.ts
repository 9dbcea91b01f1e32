/** Which data a provision is about: classes, periods, named resources. */
import t from 'tap'
import type { Fact } from '../../../src/storage/store.ts'
import { A, B, actor, consent, dataClass, decide, fact } from './scene.ts'
import { grantsOf, now, purpose, typeClass } from './scene.ts'

t.test('classes: the named data, the patient with the plan, a type, a profile', async (t) => {
  const core = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], class: dataClass('psi-core') })
  ])
  t.equal(decide(core, A), 'permit')
  t.equal(decide(core, A, 'TREAT', fact('Patient', 'contacts')), 'permit')
  t.equal(decide(core, A, 'TREAT', fact('RelatedPerson', 'contacts')), undefined)
  t.equal(decide(core, A, 'TREAT', fact('CarePlan', 'crisis')), undefined)
  t.equal(decide(core, A, 'TREAT', fact('Condition', 'clinical')), undefined)
  const typed = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], class: typeClass('Condition') })
  ])
  t.equal(decide(typed, A, 'TREAT', fact('Condition', 'clinical')), 'permit')
  t.equal(decide(typed, A), undefined)
  const profile = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      class: [
        {
          system: 'urn:ietf:rfc:3986',
          code: 'https://psy107.example/fhir/psi/StructureDefinition/psi-goal'
        }
      ]
    })
  ])
  t.equal(
    decide(
      profile,
      A,
      'TREAT',
      fact('Goal', 'psi-core', {
        profiles: ['https://psy107.example/fhir/psi/StructureDefinition/psi-goal']
      })
    ),
    'permit'
  )
  t.equal(decide(profile, A, 'TREAT', fact('Goal', 'psi-core')), undefined)
})

t.test('a deny of the plan catches a plan that dropped its profile', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', class: dataClass('psi-core') }]
    })
  ])
  t.equal(decide(grants, A, 'TREAT', fact('Goal', 'clinical')), 'deny')
  t.equal(decide(grants, A, 'TREAT', fact('Condition', 'clinical')), 'permit')
})

t.test('data elements are not inherited: a nested permit reaches beyond its parent', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(B)],
      class: dataClass('psi-core'),
      provision: [{ type: 'permit', actor: [actor(A)], class: dataClass('crisis') }]
    })
  ])
  t.equal(decide(grants, A, 'TREAT', fact('CarePlan', 'crisis')), 'permit')
  t.equal(decide(grants, B, 'TREAT', fact('CarePlan', 'crisis')), undefined)
  t.equal(decide(grants, A), undefined)
})

t.test(
  'actor, purpose and action are inherited: a nested permit opens no more of them',
  async (t) => {
    const grants = grantsOf([
      consent({
        type: 'permit',
        actor: [actor(A)],
        purpose: purpose('TREAT'),
        action: [{ coding: [{ code: 'access' }] }],
        class: dataClass('psi-core'),
        provision: [{ type: 'permit', class: dataClass('crisis') }]
      })
    ])
    const crisis = fact('CarePlan', 'crisis')
    t.equal(decide(grants, A, 'TREAT', crisis), 'permit')
    t.equal(decide(grants, B, 'TREAT', crisis), undefined, 'another house')
    t.equal(decide(grants, A, 'HRESCH', crisis), undefined, 'another purpose')
    t.equal(decide(grants, A, 'TREAT', crisis, now, 'correct'), undefined, 'another action')
  }
)

t.test('a denied period catches what overlaps it or has no date', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', dataPeriod: { start: '2018', end: '2018' } }]
    })
  ])
  const during = (from: string, to: string) =>
    fact('CarePlan', 'psi-core', { dates: [Date.parse(from), Date.parse(to)] })
  t.equal(decide(grants, A, 'TREAT', during('2017-01-01', '2019-12-31')), 'deny')
  t.equal(decide(grants, A, 'TREAT', during('2019-02-01', '2019-12-31')), 'permit')
  t.equal(decide(grants, A, 'TREAT', fact()), 'deny')
})

t.test('instances: only the named resource', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      data: [{ meaning: 'instance', reference: { reference: 'CarePlan/x' } }]
    })
  ])
  t.equal(decide(grants, A), 'permit')
  t.equal(
    decide(grants, A, 'TREAT', fact('CarePlan', 'psi-core', { id: 'y' as Fact['id'] })),
    undefined
  )
})
