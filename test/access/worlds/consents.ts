/** Random consents, by theme. */
import fc from 'fast-check'
import type { ResourceType } from '../../../src/fhir/resource.ts'
import {
  at,
  clean,
  dataClass,
  date,
  few,
  link,
  optional,
  organization,
  patient,
  period,
  practitioners,
  roleCoding,
  roles
} from './vocabulary.ts'
import type { Change, Theme } from './vocabulary.ts'

const actor = ({ names }: Theme, own: string): fc.Arbitrary<object> =>
  fc.record({
    role: fc.oneof(
      { weight: 3, arbitrary: fc.constant({ text: 'partner' }) },
      { weight: 1, arbitrary: roleCoding }
    ),
    reference: fc.oneof(
      { weight: names.house, arbitrary: organization.map((id) => link('Organization', id)) },
      {
        weight: names.role,
        arbitrary: fc.constantFrom(...roles).map((id) => link('PractitionerRole', id))
      },
      {
        weight: names.professional,
        arbitrary: fc.constantFrom(...practitioners).map((id) => link('Practitioner', id))
      },
      {
        weight: names.relative,
        arbitrary: fc.oneof(
          patient.map((id) => link('RelatedPerson', `rel-${id}`)),
          patient.map((id) => link('Patient', id))
        )
      },
      {
        weight: names.team,
        arbitrary: fc
          .constantFrom('a', 'b')
          .map((letter) => link('CareTeam', `${own}-team-${letter}`))
      }
    )
  })
const purpose = fc
  .constantFrom('TREAT', 'TREAT', 'HRESCH')
  .map((code) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }))
const action = fc.constantFrom('access', 'use', 'collect', 'correct').map((code) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code }]
}))

const typeOf: Readonly<Record<string, ResourceType>> = {
  plan: 'CarePlan',
  goal: 'Goal',
  condition: 'Condition'
}

const provision = (theme: Theme, own: string, withActor: number): fc.Arbitrary<object> =>
  fc.record({
    type: fc.constantFrom('permit', 'permit', 'deny'),
    period: optional(period, theme.has.period),
    actor: few(actor(theme, own), withActor),
    purpose: few(purpose, theme.has.purpose),
    action: few(action, theme.has.action),
    class: few(dataClass, theme.has.class),
    dataPeriod: optional(period, theme.has.dates),
    data: few(
      fc.constantFrom('plan', 'goal', 'condition').map((kind) => ({
        meaning: 'instance',
        reference: link(typeOf[kind] ?? 'CarePlan', `${own}-${kind}`)
      })),
      theme.has.data
    )
  })

const within = ([outer, inner]: readonly [object, readonly object[]]): object =>
  inner.length === 0 ? outer : { ...outer, provision: inner }

const nested = (theme: Theme, own: string): fc.Arbitrary<object> =>
  fc
    .tuple(
      provision(theme, own, 90),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(provision(theme, own, 35), { minLength: 1, maxLength: 2 })
        }
      )
    )
    .map(within)

const root = (theme: Theme, own: string): fc.Arbitrary<object> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          optional(period, theme.has.period),
          fc.array(nested(theme, own), { minLength: 1, maxLength: 3 })
        )
        .map(([bounds, children]) => ({ type: 'deny', period: bounds, provision: children }))
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(provision(theme, own, 90), fc.array(nested(theme, own), { maxLength: 2 }))
        .map(within)
    }
  )

export const consent = (theme: Theme): fc.Arbitrary<Change> =>
  patient.chain((own) =>
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.record({
          resourceType: fc.constant('Consent'),
          status: fc.constantFrom(
            'active',
            'active',
            'active',
            'active',
            'active',
            'active',
            'inactive',
            'draft'
          ),
          scope: fc.constant({
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/consentscope',
                code: 'patient-privacy'
              }
            ]
          }),
          category: fc.constant([{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }]),
          policyRule: fc.constant({ text: 'as stated' }),
          patient: fc.constant(link('Patient', own)),
          dateTime: optional(
            fc.oneof(
              { weight: 5, arbitrary: fc.constant('2026-10-01') },
              { weight: 1, arbitrary: date }
            )
          ),
          verification: fc.constant([{ verified: true }]),
          provision: root(theme, own)
        })
      )
      .map(([letter, resource]): Change => ({
        ref: at('Consent', `${own}-consent-${letter}`),
        resource: clean(resource)
      }))
  )

/**
 * Opens some of a patient's record to one partner, so that there is something to see beside what is
 * hidden.
 */
export const opening = (who: string): fc.Arbitrary<Change> =>
  fc.tuple(patient, few(dataClass, 60)).map(([own, classes]): Change => ({
    ref: at('Consent', `${own}-consent-c`),
    resource: clean({
      resourceType: 'Consent',
      status: 'active',
      scope: {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
        ]
      },
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      policyRule: { text: 'as stated' },
      patient: link('Patient', own),
      verification: [{ verified: true }],
      provision: {
        type: 'deny',
        provision: [
          {
            type: 'permit',
            actor: [{ role: { text: 'partner' }, reference: { reference: who } }],
            class: classes
          }
        ]
      }
    })
  }))
