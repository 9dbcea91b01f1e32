/** What changes of a random world are made of: names, days, themes. */
import fc from 'fast-check'
import type { Reference, Resource, ResourceId, ResourceType } from '../../../src/fhir/resource.ts'
import { psiCodeSystem, psiProfile } from '../../../src/psi/canonical.ts'

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

export const optional = <T>(arb: fc.Arbitrary<T>, percent = 66): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(undefined) },
    { weight: percent, arbitrary: arb }
  )
const dayBetween = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((days) => new Date(start + days * day).toISOString().slice(0, 10))
export const date = dayBetween(-40, 40)
/** Mostly one that holds today. */
export const period = fc.oneof(
  { weight: 3, arbitrary: fc.record({ start: dayBetween(-40, 0), end: dayBetween(0, 40) }) },
  { weight: 1, arbitrary: fc.record({ start: date }) },
  { weight: 1, arbitrary: fc.record({ end: date }) }
)
export const organization = fc.constantFrom(...organizations)
export const patient = fc.constantFrom(...patients)

export const roleCoding = fc
  .subarray(['referent', 'partner', 'relative'], { minLength: 1, maxLength: 2 })
  .map((codes) => ({
    coding: codes.map((code) => ({ system: psiCodeSystem('psi-cs-participant-role'), code }))
  }))
export const person = fc.oneof(
  organization.map((id) => link('Organization', id)),
  fc.constantFrom(...roles).map((id) => link('PractitionerRole', id)),
  fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)),
  patient.map((id) => link('RelatedPerson', `rel-${id}`)),
  patient.map((id) => link('Patient', id))
)
export const teamId = fc
  .tuple(patient, fc.constantFrom('a', 'b'))
  .map(([of, letter]) => `${of}-team-${letter}`)

export const few = <T>(arb: fc.Arbitrary<T>, percent = 35): fc.Arbitrary<T[] | undefined> =>
  optional(fc.array(arb, { minLength: 1, maxLength: 2 }), percent)
export const dataClass = fc.oneof(
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
