/**
 * One write in a random world: a Consent, a care team, data of a patient, an entry of the
 * directory. A theme says what is common in it, so that rare rules meet often enough.
 */
import fc from 'fast-check'
import { psiCodeSystem, psiProfile } from '../../src/psi/canonical.ts'
import type { Reference, Resource, ResourceId, ResourceType } from '../../src/fhir/resource.ts'

export const day = 86_400_000
export const start = Date.parse('2026-11-22T12:00:00Z')

export interface Change {
  readonly ref: Reference
  /** Absent: delete. */ readonly resource?: Resource
}

export const organizations = ['o0', 'o1', 'o2', 'o3', 'o4']
export const patients = ['x0', 'x1']
export const roles = ['r0', 'r1', 'r2']
export const practitioners = ['p0', 'p1']

export const at = (type: ResourceType, id: string): Reference => ({ type, id: id as ResourceId })
export const link = (type: string, id: string): { readonly reference: string } => ({
  reference: `${type}/${id}`
})
/** Drops what is undefined, as JSON would. */
export const clean = (resource: { readonly [element: string]: unknown }): Resource =>
  JSON.parse(JSON.stringify(resource)) as Resource

/** Percentages: how often a provision has the element. Weights: who is named, what is written. */
export interface Theme {
  readonly has: {
    readonly period: number
    readonly purpose: number
    readonly action: number
    readonly class: number
    readonly dates: number
    readonly data: number
  }
  readonly names: {
    readonly house: number
    readonly role: number
    readonly professional: number
    readonly relative: number
    readonly team: number
  }
  readonly writes: {
    readonly consent: number
    readonly team: number
    readonly data: number
    readonly role: number
    readonly house: number
    readonly place: number
    readonly removal: number
  }
}

const plain: Theme['has'] = { period: 0, purpose: 0, action: 0, class: 0, dates: 0, data: 0 }
export const themes: Readonly<Record<string, Theme>> = {
  everything: {
    has: { period: 20, purpose: 25, action: 8, class: 35, dates: 10, data: 8 },
    names: { house: 3, role: 2, professional: 2, relative: 3, team: 4 },
    writes: { consent: 8, team: 3, data: 6, role: 1, house: 1, place: 1, removal: 1 }
  },
  houses: {
    has: { ...plain, class: 15 },
    names: { house: 6, role: 3, professional: 3, relative: 0, team: 1 },
    writes: { consent: 5, team: 1, data: 1, role: 2, house: 6, place: 0, removal: 0 }
  },
  people: {
    has: { ...plain, class: 15, purpose: 10 },
    names: { house: 4, role: 5, professional: 4, relative: 1, team: 3 },
    writes: { consent: 6, team: 3, data: 1, role: 4, house: 0, place: 0, removal: 2 }
  },
  classes: {
    has: { ...plain, class: 85, data: 10 },
    names: { house: 6, role: 1, professional: 0, relative: 1, team: 0 },
    writes: { consent: 6, team: 1, data: 9, role: 0, house: 0, place: 0, removal: 0 }
  },
  dates: {
    has: { ...plain, dates: 80, class: 20 },
    names: { house: 6, role: 1, professional: 0, relative: 1, team: 0 },
    writes: { consent: 6, team: 1, data: 9, role: 0, house: 0, place: 0, removal: 0 }
  },
  times: {
    has: { ...plain, period: 85, purpose: 20, action: 20 },
    names: { house: 4, role: 2, professional: 1, relative: 1, team: 4 },
    writes: { consent: 6, team: 4, data: 1, role: 2, house: 0, place: 0, removal: 1 }
  }
}

const optional = <T>(arb: fc.Arbitrary<T>, percent = 66): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(undefined) },
    { weight: percent, arbitrary: arb }
  )
const dayBetween = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((days) => new Date(start + days * day).toISOString().slice(0, 10))
const date = dayBetween(-40, 40)
/** Mostly one that holds today. */
const period = fc.oneof(
  { weight: 3, arbitrary: fc.record({ start: dayBetween(-40, 0), end: dayBetween(0, 40) }) },
  { weight: 1, arbitrary: fc.record({ start: date }) },
  { weight: 1, arbitrary: fc.record({ end: date }) }
)
const organization = fc.constantFrom(...organizations)
const patient = fc.constantFrom(...patients)

const roleCoding = fc
  .subarray(['referent', 'partner', 'relative'], { minLength: 1, maxLength: 2 })
  .map((codes) => ({
    coding: codes.map((code) => ({ system: psiCodeSystem('psi-cs-participant-role'), code }))
  }))
const person = fc.oneof(
  organization.map((id) => link('Organization', id)),
  fc.constantFrom(...roles).map((id) => link('PractitionerRole', id)),
  fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)),
  patient.map((id) => link('RelatedPerson', `rel-${id}`)),
  patient.map((id) => link('Patient', id))
)
const teamId = fc
  .tuple(patient, fc.constantFrom('a', 'b'))
  .map(([of, letter]) => `${of}-team-${letter}`)
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

const few = <T>(arb: fc.Arbitrary<T>, percent = 35): fc.Arbitrary<T[] | undefined> =>
  optional(fc.array(arb, { minLength: 1, maxLength: 2 }), percent)
const dataClass = fc.oneof(
  fc
    .constantFrom('psi-core', 'contacts', 'crisis', 'meeting-report', 'assessment', 'clinical')
    .map((code) => ({ system: psiCodeSystem('psi-cs-data-class'), code })),
  fc
    .constantFrom('CarePlan', 'Goal', 'Condition', 'Patient')
    .map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code })),
  fc
    .constantFrom('psi-goal', 'psi-evaluation')
    .map((id) => ({ system: 'urn:ietf:rfc:3986', code: psiProfile(id) }))
)
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

const consent = (theme: Theme): fc.Arbitrary<Change> =>
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

const careTeam = teamId.chain((id) =>
  fc
    .record({
      resourceType: fc.constant('CareTeam'),
      meta: fc.constantFrom(undefined, { profile: [psiProfile('psi-careteam')] }),
      status: fc.constantFrom('active', 'active', 'active', 'inactive'),
      period: optional(period, 20),
      subject: fc.constant(link('Patient', id.slice(0, 2))),
      participant: fc.array(
        fc.record({
          role: optional(roleCoding.map((role) => [role])),
          member: person,
          onBehalfOf: optional(
            organization.map((of) => link('Organization', of)),
            25
          ),
          period: optional(period, 35)
        }),
        { maxLength: 3 }
      )
    })
    .map((resource): Change => ({ ref: at('CareTeam', id), resource: clean(resource) }))
)

const planType = fc
  .constantFrom('psi', 'concertation-plan', 'crisis-plan', 'ppi')
  .map((code) => ({ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code }] }))
const claim = (...ids: readonly string[]): fc.Arbitrary<object | undefined> =>
  fc.constantFrom(undefined, ...ids.map((id) => ({ profile: [psiProfile(id)] })))
const entry = fc.oneof(
  fc.constant(link('Location', 'l0')),
  fc.constant(link('Location', 'l1')),
  person
)

/** Resources about one patient, each in its own slot so that it is updated as often as created. */
const data = fc.oneof(
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('CarePlan'),
        category: few(planType, 85),
        subject: fc.constant(link('Patient', own)),
        period: optional(period),
        contributor: few(person)
      })
      .map((resource): Change => ({
        ref: at('CarePlan', `${own}-plan`),
        resource: clean({ status: 'active', intent: 'plan', ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Goal'),
        meta: claim('psi-goal'),
        subject: fc.constant(link('Patient', own)),
        startDate: optional(date)
      })
      .map((resource): Change => ({
        ref: at('Goal', `${own}-goal`),
        resource: clean({ lifecycleStatus: 'active', description: { text: 'g' }, ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Condition'),
        subject: fc.constant(link('Patient', own)),
        recordedDate: optional(date),
        asserter: optional(person)
      })
      .map((resource): Change => ({
        ref: at('Condition', `${own}-condition`),
        resource: clean(resource)
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Observation'),
        meta: claim('psi-evaluation'),
        subject: fc.constant(link('Patient', own)),
        effectivePeriod: optional(period)
      })
      .map((resource): Change => ({
        ref: at('Observation', `${own}-observation`),
        resource: clean({ status: 'final', code: { text: 'o' }, ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('DocumentReference'),
        meta: claim('psi-meeting-report', 'psi-leaflet'),
        subject: fc.constant(link('Patient', own))
      })
      .map((resource): Change => ({
        ref: at('DocumentReference', `${own}-document`),
        resource: clean({
          status: 'current',
          content: [{ attachment: { title: 'd' } }],
          ...resource
        })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Encounter'),
        subject: fc.constantFrom(link('Patient', own), { display: 'unknown' }),
        period: optional(period),
        location: optional(
          entry
            .filter(({ reference }) => reference.startsWith('Location'))
            .map((location) => [{ location }])
        )
      })
      .map((resource): Change => ({
        ref: at('Encounter', `${own}-encounter`),
        resource: clean({ status: 'finished', class: { code: 'AMB' }, ...resource })
      }))
  ),
  fc
    .record({
      resourceType: fc.constant('Appointment'),
      meta: claim('psi-appointment'),
      participant: fc
        .subarray([...patients], { minLength: 1 })
        .map((ids) => ids.map((id) => ({ actor: link('Patient', id), status: 'accepted' }))),
      start: optional(date.map((on) => `${on}T10:00:00Z`))
    })
    .map((resource): Change => ({
      ref: at('Appointment', 'meeting'),
      resource: clean({ status: 'booked', ...resource })
    })),
  fc
    .tuple(
      fc.subarray(['CarePlan/x0-plan', 'Goal/x1-goal', 'Location/l0', 'Condition/x0-condition'], {
        minLength: 1,
        maxLength: 2
      })
    )
    .map(([targets]): Change => ({
      ref: at('Provenance', 'provenance'),
      resource: clean({
        resourceType: 'Provenance',
        target: targets.map((reference) => ({ reference })),
        recorded: '2026-11-01T00:00:00Z',
        agent: [{ who: { display: 'w' } }]
      })
    })),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Patient'),
        managingOrganization: optional(organization.map((id) => link('Organization', id)))
      })
      .map((resource): Change => ({
        ref: at('Patient', own),
        resource: clean({ name: [{ family: own }], ...resource })
      }))
  ),
  patient.map((own): Change => ({
    ref: at('RelatedPerson', `rel-${own}`),
    resource: clean({
      resourceType: 'RelatedPerson',
      name: [{ family: 'r' }],
      patient: link('Patient', own)
    })
  }))
)

const role = fc
  .record({
    id: fc.constantFrom(...roles),
    active: fc.constantFrom(undefined, true, true, false),
    practitioner: optional(
      fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)),
      85
    ),
    organization: optional(
      organization.map((id) => link('Organization', id)),
      85
    ),
    period: optional(period, 30)
  })
  .map(({ id, ...resource }): Change => ({
    ref: at('PractitionerRole', id),
    resource: clean({ resourceType: 'PractitionerRole', ...resource })
  }))
const house = fc
  .record({
    id: organization,
    partOf: optional(
      organization.map((id) => link('Organization', id)),
      75
    )
  })
  .map(({ id, ...resource }): Change => ({
    ref: at('Organization', id),
    resource: clean({ resourceType: 'Organization', name: id, ...resource })
  }))
const place = fc
  .tuple(fc.constantFrom('l0', 'l1'), fc.constantFrom('here', 'there'))
  .map(([id, name]): Change => ({
    ref: at('Location', id),
    resource: clean({ resourceType: 'Location', name })
  }))

const deletable = fc
  .constantFrom(
    ...[
      'Consent/x0-consent-a',
      'Consent/x1-consent-b',
      'CareTeam/x0-team-a',
      'CareTeam/x1-team-b',
      'CarePlan/x0-plan',
      'Goal/x1-goal',
      'Condition/x0-condition',
      'Appointment/meeting',
      'PractitionerRole/r0',
      'PractitionerRole/r1',
      'PractitionerRole/r2',
      'Location/l0',
      'Patient/x1',
      'Provenance/provenance'
    ]
  )
  .map((text): Change => {
    const [type = '', id = ''] = text.split('/')
    return { ref: at(type as ResourceType, id) }
  })

export const change = (theme: Theme): fc.Arbitrary<Change> =>
  fc.oneof(
    { weight: theme.writes.consent, arbitrary: consent(theme) },
    { weight: theme.writes.team, arbitrary: careTeam },
    { weight: theme.writes.data, arbitrary: data },
    { weight: theme.writes.role, arbitrary: role },
    { weight: theme.writes.house, arbitrary: house },
    { weight: theme.writes.place, arbitrary: place },
    { weight: theme.writes.removal, arbitrary: deletable }
  )
