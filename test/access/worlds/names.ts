/** What requests about a random world name: its types, ids and identifiers. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Resource } from '../../../src/fhir/resource.ts'

/** What a request may name that only the running world knows. */
export interface Known {
  /** Content of a resource as last written, whoever sees it. */
  readonly resource: (type: string, id: string) => Resource | undefined
  /** Versions of a resource, oldest first, whoever sees them. */
  readonly versions: (type: string, id: string) => readonly string[]
}

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}
export type Request = (known: Known) => Sent

export const system = 'urn:oid:1.2.3'
export const ssin = 'https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin'
export const nationalNumber = '00000000128'
/** Shared by visible and hidden resources, so that a conditional request may meet either. */
export const identifierOf = (text: string): string =>
  `n${String(createHash('sha256').update(text).digest().readUInt8() % 3)}`
export const identified: ReadonlySet<string> = new Set([
  'CarePlan',
  'Goal',
  'Condition',
  'Observation',
  'DocumentReference',
  'Encounter',
  'Appointment',
  'RelatedPerson',
  'CareTeam',
  'Patient',
  'Location',
  'Organization',
  'PractitionerRole'
])

export const ids: Readonly<Record<string, readonly string[]>> = {
  Patient: ['x0', 'x1', 'nobody'],
  CarePlan: ['x0-plan', 'x1-plan', 'nothing'],
  Goal: ['x0-goal', 'x1-goal', 'nothing'],
  Condition: ['x0-condition', 'x1-condition', 'nothing'],
  Observation: ['x0-observation', 'x1-observation'],
  DocumentReference: ['x0-document', 'x1-document'],
  Encounter: ['x0-encounter', 'x1-encounter'],
  RelatedPerson: ['rel-x0', 'rel-x1'],
  Appointment: ['meeting', 'nothing'],
  CareTeam: ['x0-team-a', 'x0-team-b', 'x1-team-a', 'nothing'],
  Consent: ['x0-consent-a', 'x0-consent-b', 'x1-consent-a', 'nothing'],
  Provenance: ['provenance', 'nothing'],
  Organization: ['o1', 'o2', 'o3', 'nothing'],
  PractitionerRole: ['r0', 'r1', 'nothing'],
  Practitioner: ['p0', 'nothing'],
  Location: ['l0', 'l1', 'nothing']
}
export const types = Object.keys(ids)
export const anyType = fc.constantFrom(...types)
export const anyRef = anyType.chain((type) =>
  fc.constantFrom(...(ids[type] ?? [])).map((id): [string, string] => [type, id])
)
export const value = fc.constantFrom('n0', 'n1', 'n2').map((code) => `identifier=${system}|${code}`)
export const sent =
  (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown
  ): Request =>
  () => ({ method, path, headers, ...(body === undefined ? {} : { body }) })
