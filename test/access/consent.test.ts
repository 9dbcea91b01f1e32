// Consent decision: golden vectors, and the rules one by one.
import t from 'tap'
import { permits } from '../../src/access/consent/permits.ts'
import './consent/data.ts'
import './consent/actors.ts'
import './consent/refused.ts'
import {
  A,
  B,
  actor,
  consent,
  decide,
  fact,
  grantsOf,
  keeper,
  now,
  purpose
} from './consent/scene.ts'

t.test('a root permit for TREAT says nothing to a caller without a purpose', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', purpose: purpose('TREAT'), actor: [actor(A)] })
  ])
  t.equal(decide(grants, A, ''), undefined)
  t.equal(decide(grants, A, 'TREAT'), 'permit')
  t.same(
    permits(grants, fact(), keeper).map(({ key }) => key),
    ['Organization/a|TREAT|*']
  )
})

t.test('a root deny with a nested permit for break-glass opens to break-glass alone', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'deny',
      provision: [{ type: 'permit', actor: [actor(A)], purpose: purpose('BTG') }]
    })
  ])
  t.not(decide(grants, A, 'TREAT'), 'permit')
  t.equal(decide(grants, A, 'BTG'), 'permit')
})

t.test('one consent that permits and one that denies: denied', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)] }),
    consent({ type: 'deny', actor: [actor(A)] })
  ])
  t.equal(decide(grants, A), 'deny')
  t.same(permits(grants, fact(), keeper), [])
})

t.test('two consents that each open the plan to one partner leave each other alone', async (t) => {
  const one = (who: string) =>
    consent({ type: 'deny', provision: [{ type: 'permit', actor: [actor(who)] }] })
  const grants = grantsOf([one(A), one(B)])
  t.equal(decide(grants, A), 'permit')
  t.equal(decide(grants, B), 'permit')
})

t.test('a root deny without anything nested is an exclusion of everybody', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)] }),
    consent({ type: 'deny' })
  ])
  t.equal(decide(grants, A), 'deny')
})

t.test(
  'permits end with their period, and start no earlier than the consent was given',
  async (t) => {
    const grants = grantsOf([
      consent(
        {
          type: 'deny',
          provision: [
            {
              type: 'permit',
              actor: [actor(A)],
              period: { start: '2026-01-01', end: '2026-12-31' }
            }
          ]
        },
        { dateTime: '2026-06-01' }
      )
    ])
    const entries = permits(grants, fact(), keeper)
    t.same(entries, [
      {
        key: 'Organization/a|*|*',
        from: Date.parse('2026-05-31T22:00:00Z'),
        to: Date.parse('2026-12-31T23:00:00Z')
      }
    ])
  }
)

t.test('a deny of one purpose leaves the others, and nothing to who declares none', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', purpose: purpose('HRESCH') }]
    })
  ])
  const keys = permits(grants, fact(), keeper).map(({ key }) => key)
  t.notOk(keys.includes('Organization/a|*|*'))
  t.notOk(keys.some((key) => key.includes('HRESCH')))
  t.ok(keys.includes('Organization/a|TREAT|*'))
})

t.test('actions: reading without changing', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], action: [{ coding: [{ code: 'access' }] }] })
  ])
  t.same(
    permits(grants, fact(), keeper).map(({ key }) => key),
    ['Organization/a|*|read']
  )
  t.equal(decide(grants, A, 'TREAT', fact(), now, 'correct'), undefined)
})
