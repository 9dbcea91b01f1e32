/** Random worlds as plain data, so that they shrink: who exists, and the writes in order. Times are days from the start. */
import fc from 'fast-check'
import { psiCodeSystem, psiProfile } from '../../src/fhir/canonical.ts'
import type { Reference, Resource, ResourceId, ResourceType } from '../../src/fhir/resource.ts'

export const day = 86_400_000
export const start = Date.parse('2026-11-22T12:00:00Z')

export interface Change { readonly ref: Reference, /** Absent: delete. */ readonly resource?: Resource }
export type Step =
  | { readonly kind: 'write', readonly by: string, readonly publishes: boolean, readonly changes: readonly Change[] }
  | { readonly kind: 'wait', readonly days: number }

const organizations = ['o0', 'o1', 'o2', 'o3', 'o4']
const patients = ['x0', 'x1']
const roles = ['r0', 'r1', 'r2']
const practitioners = ['p0', 'p1']

export const at = (type: ResourceType, id: string): Reference => ({ type, id: id as ResourceId })
const link = (type: string, id: string): { readonly reference: string } => ({ reference: `${type}/${id}` })
/** Drops what is undefined, as JSON would. */
const clean = (resource: { readonly [element: string]: unknown }): Resource => JSON.parse(JSON.stringify(resource)) as Resource

const optional = <T>(arb: fc.Arbitrary<T>, percent = 66): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary: arb })
const dayBetween = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((days) => new Date(start + days * day).toISOString().slice(0, 10))
const date = dayBetween(-40, 40)
/** Mostly one that holds today. */
const period = fc.oneof(
  { weight: 3, arbitrary: fc.record({ start: dayBetween(-40, 0), end: dayBetween(0, 40) }) },
  { weight: 1, arbitrary: fc.record({ start: date }) },
  { weight: 1, arbitrary: fc.record({ end: date }) }
)
const organization = fc.constantFrom(...organizations)
const patient = fc.constantFrom(...patients)

const roleCoding = fc.constantFrom('referent', 'partner').map((code) => ({ coding: [{ system: psiCodeSystem('psi-cs-participant-role'), code }] }))
const person = fc.oneof(
  organization.map((id) => link('Organization', id)),
  fc.constantFrom(...roles).map((id) => link('PractitionerRole', id)),
  fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)),
  patient.map((id) => link('RelatedPerson', `rel-${id}`)),
  patient.map((id) => link('Patient', id))
)
const team = fc.tuple(patient, fc.constantFrom('a', 'b')).map(([of, letter]) => `${of}-team-${letter}`)
const actor = (own: string): fc.Arbitrary<object> => fc.record({
  role: fc.oneof({ weight: 3, arbitrary: fc.constant({ text: 'partner' }) }, { weight: 1, arbitrary: roleCoding }),
  reference: fc.oneof(
    { weight: 5, arbitrary: person },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b').map((letter) => link('CareTeam', `${own}-team-${letter}`)) }
  )
})

const few = <T>(arb: fc.Arbitrary<T>, percent = 35): fc.Arbitrary<T[] | undefined> => optional(fc.array(arb, { minLength: 1, maxLength: 2 }), percent)
const dataClass = fc.oneof(
  fc.constantFrom('psi-core', 'contacts', 'crisis', 'meeting-report', 'assessment', 'clinical').map((code) => ({ system: psiCodeSystem('psi-cs-data-class'), code })),
  fc.constantFrom('CarePlan', 'Goal', 'Condition', 'Patient').map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code })),
  fc.constantFrom('psi-goal', 'psi-evaluation').map((id) => ({ system: 'urn:ietf:rfc:3986', code: psiProfile(id) }))
)
const purpose = fc.constantFrom('TREAT', 'TREAT', 'HRESCH').map((code) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }))
const action = fc.constantFrom('access', 'use', 'collect', 'correct').map((code) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code }] }))

const provision = (own: string, withActor: number): fc.Arbitrary<object> => fc.record({
  type: fc.constantFrom('permit', 'permit', 'deny'),
  period: optional(period, 20),
  actor: few(actor(own), withActor),
  purpose: few(purpose, 25),
  action: few(action, 8),
  class: few(dataClass, 35),
  dataPeriod: optional(period, 10),
  data: few(fc.constantFrom('plan', 'goal', 'condition').map((kind) => ({ meaning: 'instance', reference: link(typeOf[kind] ?? 'CarePlan', `${own}-${kind}`) })), 8)
})
const typeOf: Readonly<Record<string, ResourceType>> = { plan: 'CarePlan', goal: 'Goal', condition: 'Condition' }

const nested = (own: string): fc.Arbitrary<object> => fc.tuple(provision(own, 90), fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(provision(own, 35), { minLength: 1, maxLength: 2 }) }))
  .map(([outer, inner]) => inner.length === 0 ? outer : { ...outer, provision: inner })

const root = (own: string): fc.Arbitrary<object> => fc.oneof(
  { weight: 5, arbitrary: fc.tuple(optional(period, 20), fc.array(nested(own), { minLength: 1, maxLength: 3 })).map(([bounds, children]) => ({ type: 'deny', period: bounds, provision: children })) },
  { weight: 2, arbitrary: fc.tuple(provision(own, 90), fc.array(nested(own), { maxLength: 2 })).map(([outer, inner]) => inner.length === 0 ? outer : { ...outer, provision: inner }) }
)

const consent = patient.chain((own) => fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.record({
  resourceType: fc.constant('Consent'),
  status: fc.constantFrom('active', 'active', 'active', 'active', 'active', 'inactive', 'draft'),
  scope: fc.constant({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] }),
  category: fc.constant([{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }]),
  policyRule: fc.constant({ text: 'as stated' }),
  patient: fc.constant(link('Patient', own)),
  dateTime: optional(fc.oneof({ weight: 5, arbitrary: fc.constant('2026-10-01') }, { weight: 1, arbitrary: date })),
  verification: fc.constant([{ verified: true }]),
  provision: root(own)
})).map(([letter, resource]): Change => ({ ref: at('Consent', `${own}-consent-${letter}`), resource: clean(resource) })))

const careTeam = team.chain((id) => fc.record({
  resourceType: fc.constant('CareTeam'),
  meta: fc.constantFrom(undefined, { profile: [psiProfile('psi-careteam')] }),
  status: fc.constantFrom('active', 'active', 'active', 'inactive'),
  period: optional(period, 20),
  subject: fc.constant(link('Patient', id.slice(0, 2))),
  participant: fc.array(fc.record({ role: optional(roleCoding.map((role) => [role])), member: person, onBehalfOf: optional(organization.map((of) => link('Organization', of)), 25), period: optional(period, 35) }), { maxLength: 3 })
}).map((resource): Change => ({ ref: at('CareTeam', id), resource: clean(resource) })))

const planType = fc.constantFrom('psi', 'concertation-plan', 'crisis-plan', 'ppi').map((code) => ({ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code }] }))
const claim = (...ids: readonly string[]): fc.Arbitrary<object | undefined> => fc.constantFrom(undefined, ...ids.map((id) => ({ profile: [psiProfile(id)] })))
const entry = fc.oneof(fc.constant(link('Location', 'l0')), fc.constant(link('Location', 'l1')), person)

/** Resources about one patient, each in its own slot so that it is updated as often as created. */
const data = fc.oneof(
  patient.chain((own) => fc.record({ resourceType: fc.constant('CarePlan'), category: few(planType, 85), subject: fc.constant(link('Patient', own)), period: optional(period), contributor: few(person) }).map((resource): Change => ({ ref: at('CarePlan', `${own}-plan`), resource: clean({ status: 'active', intent: 'plan', ...resource }) }))),
  patient.chain((own) => fc.record({ resourceType: fc.constant('Goal'), meta: claim('psi-goal'), subject: fc.constant(link('Patient', own)), startDate: optional(date) }).map((resource): Change => ({ ref: at('Goal', `${own}-goal`), resource: clean({ lifecycleStatus: 'active', description: { text: 'g' }, ...resource }) }))),
  patient.chain((own) => fc.record({ resourceType: fc.constant('Condition'), subject: fc.constant(link('Patient', own)), recordedDate: optional(date), asserter: optional(person) }).map((resource): Change => ({ ref: at('Condition', `${own}-condition`), resource: clean(resource) }))),
  patient.chain((own) => fc.record({ resourceType: fc.constant('Observation'), meta: claim('psi-evaluation'), subject: fc.constant(link('Patient', own)), effectivePeriod: optional(period) }).map((resource): Change => ({ ref: at('Observation', `${own}-observation`), resource: clean({ status: 'final', code: { text: 'o' }, ...resource }) }))),
  patient.chain((own) => fc.record({ resourceType: fc.constant('DocumentReference'), meta: claim('psi-meeting-report', 'psi-leaflet'), subject: fc.constant(link('Patient', own)) }).map((resource): Change => ({ ref: at('DocumentReference', `${own}-document`), resource: clean({ status: 'current', content: [{ attachment: { title: 'd' } }], ...resource }) }))),
  patient.chain((own) => fc.record({ resourceType: fc.constant('Encounter'), subject: fc.constantFrom(link('Patient', own), { display: 'unknown' }), period: optional(period), location: optional(entry.filter(({ reference }) => reference.startsWith('Location')).map((location) => [{ location }])) }).map((resource): Change => ({ ref: at('Encounter', `${own}-encounter`), resource: clean({ status: 'finished', class: { code: 'AMB' }, ...resource }) }))),
  fc.record({ resourceType: fc.constant('Appointment'), meta: claim('psi-appointment'), participant: fc.subarray([...patients], { minLength: 1 }).map((ids) => ids.map((id) => ({ actor: link('Patient', id), status: 'accepted' }))), start: optional(date.map((on) => `${on}T10:00:00Z`)) }).map((resource): Change => ({ ref: at('Appointment', 'meeting'), resource: clean({ status: 'booked', ...resource }) })),
  fc.tuple(fc.subarray(['CarePlan/x0-plan', 'Goal/x1-goal', 'Location/l0', 'Condition/x0-condition'], { minLength: 1, maxLength: 2 })).map(([targets]): Change => ({ ref: at('Provenance', 'provenance'), resource: clean({ resourceType: 'Provenance', target: targets.map((reference) => ({ reference })), recorded: '2026-11-01T00:00:00Z', agent: [{ who: { display: 'w' } }] }) })),
  patient.chain((own) => fc.record({ resourceType: fc.constant('Patient'), managingOrganization: optional(organization.map((id) => link('Organization', id))) }).map((resource): Change => ({ ref: at('Patient', own), resource: clean({ name: [{ family: own }], ...resource }) }))),
  patient.map((own): Change => ({ ref: at('RelatedPerson', `rel-${own}`), resource: clean({ resourceType: 'RelatedPerson', name: [{ family: 'r' }], patient: link('Patient', own) }) }))
)

const directory = fc.oneof(
  fc.record({ id: fc.constantFrom(...roles), active: fc.constantFrom(undefined, true, true, false), practitioner: optional(fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)), 80), organization: optional(organization.map((id) => link('Organization', id)), 80), period: optional(period, 35) })
    .map(({ id, ...resource }): Change => ({ ref: at('PractitionerRole', id), resource: clean({ resourceType: 'PractitionerRole', ...resource }) })),
  fc.record({ id: organization, partOf: optional(organization.map((id) => link('Organization', id)), 75) }).map(({ id, ...resource }): Change => ({ ref: at('Organization', id), resource: clean({ resourceType: 'Organization', name: id, ...resource }) })),
  fc.tuple(fc.constantFrom('l0', 'l1'), fc.constantFrom('here', 'there')).map(([id, name]): Change => ({ ref: at('Location', id), resource: clean({ resourceType: 'Location', name }) }))
)

const deletable = fc.constantFrom(...['Consent/x0-consent-a', 'Consent/x1-consent-b', 'CareTeam/x0-team-a', 'CareTeam/x1-team-b', 'CarePlan/x0-plan', 'Goal/x1-goal', 'Condition/x0-condition', 'Appointment/meeting', 'PractitionerRole/r0', 'PractitionerRole/r1', 'Location/l0', 'Patient/x1', 'Provenance/provenance'])
  .map((text): Change => { const [type = '', id = ''] = text.split('/'); return { ref: at(type as ResourceType, id) } })

const change = fc.oneof({ weight: 8, arbitrary: consent }, { weight: 3, arbitrary: careTeam }, { weight: 6, arbitrary: data }, { weight: 2, arbitrary: directory }, { weight: 1, arbitrary: deletable })
const keeper = 'keeper'
/** Mostly by whoever keeps the record already, sometimes by anybody. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('write' as const), by: fc.oneof({ weight: 6, arbitrary: fc.constant(keeper) }, { weight: 1, arbitrary: organization }), publishes: fc.boolean(), changes: fc.uniqueArray(change, { minLength: 1, maxLength: 2, selector: ({ ref }) => `${ref.type}/${ref.id}` }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 15 }) }) }
)

export interface WorldPlan {
  /** Which organisation keeps each patient's record. */
  readonly keepers: Readonly<Record<string, string>>
  readonly publishes: boolean
  readonly steps: readonly Step[]
}

/** What every world begins with, so that most writes find what they refer to. */
export const foundation = ({ keepers, publishes }: WorldPlan): readonly Step[] => [
  { kind: 'write', by: 'o0', publishes, changes: organizations.map((id) => ({ ref: at('Organization', id), resource: clean({ resourceType: 'Organization', name: id }) })) },
  { kind: 'write', by: 'o0', publishes: true, changes: practitioners.map((id) => ({ ref: at('Practitioner', id), resource: clean({ resourceType: 'Practitioner' }) })) },
  { kind: 'write', by: 'o0', publishes: true, changes: roles.map((id, i) => ({ ref: at('PractitionerRole', id), resource: clean({ resourceType: 'PractitionerRole', practitioner: link('Practitioner', practitioners[i % 2] ?? 'p0'), organization: link('Organization', organizations[i + 1] ?? 'o1') }) })) },
  { kind: 'write', by: 'o1', publishes: false, changes: ['l0', 'l1'].map((id) => ({ ref: at('Location', id), resource: clean({ resourceType: 'Location', name: id }) })) },
  ...patients.map((id): Step => ({
    kind: 'write',
    by: keepers[id] ?? 'o0',
    publishes: false,
    changes: [
      { ref: at('Patient', id), resource: clean({ resourceType: 'Patient', name: [{ family: id }] }) },
      { ref: at('RelatedPerson', `rel-${id}`), resource: clean({ resourceType: 'RelatedPerson', patient: link('Patient', id) }) },
      ...['a', 'b'].map((letter): Change => ({ ref: at('CareTeam', `${id}-team-${letter}`), resource: clean({ resourceType: 'CareTeam', status: 'active', subject: link('Patient', id) }) })),
      { ref: at('CarePlan', `${id}-plan`), resource: clean({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: link('Patient', id), category: [{ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code: 'psi' }] }] }) },
      { ref: at('Goal', `${id}-goal`), resource: clean({ resourceType: 'Goal', lifecycleStatus: 'active', description: { text: 'g' }, subject: link('Patient', id) }) },
      { ref: at('Condition', `${id}-condition`), resource: clean({ resourceType: 'Condition', subject: link('Patient', id) }) }
    ]
  }))
]

/** The organisation that a write comes from: the one that keeps the record of the patient whom the first change is about. */
export const writerOf = ({ keepers }: WorldPlan, { by, changes }: Extract<Step, { kind: 'write' }>): string => {
  if (by !== keeper) return by
  const about = /(?:^|-)(x\d)/.exec(changes[0]?.ref.id ?? '')?.[1]
  if (about !== undefined) return keepers[about] ?? 'o0'
  return changes[0]?.ref.type === 'Location' ? 'o1' : 'o0'
}

export const worldPlan = (most: number): fc.Arbitrary<WorldPlan> => fc.record({
  keepers: fc.record({ x0: fc.constantFrom('o0', 'o1'), x1: fc.constantFrom('o0', 'o3') }),
  publishes: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: most, size: 'max' })
})

export interface Who { readonly organization: string, readonly user?: string, readonly purposes?: readonly string[] }

export const callers: readonly Who[] = [
  ...organizations.map((organization) => ({ organization })),
  { organization: 'o1', purposes: [] },
  { organization: 'o2', purposes: ['HRESCH'] },
  { organization: 'o3', purposes: ['TREAT', 'HRESCH'] },
  { organization: 'o1', user: 'PractitionerRole/r0' },
  { organization: 'o0', user: 'PractitionerRole/r0' },
  { organization: 'o4', user: 'PractitionerRole/r1' },
  { organization: 'o2', user: 'PractitionerRole/r2', purposes: ['HRESCH'] },
  { organization: 'o0', user: 'Practitioner/p0' },
  { organization: 'o3', user: 'Practitioner/p1' },
  { organization: 'o0', user: 'Patient/x0' },
  { organization: 'o4', user: 'Patient/x1' },
  { organization: 'o0', user: 'RelatedPerson/rel-x0' },
  { organization: 'o2', user: 'RelatedPerson/rel-x1', purposes: [] }
]
