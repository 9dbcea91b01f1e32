/** Consents, teams and directory entries about one patient, and what is decided on them. */
import type { Directory } from '../../../src/access/consent/directory.ts'
import { judge } from '../../../src/access/consent/judge.ts'
import { readConsent } from '../../../src/access/consent/read-consent.ts'
import type { Vocabulary } from '../../../src/access/consent/reading.ts'
import { resolveActors } from '../../../src/access/consent/resolve-actors.ts'
import type { Grants } from '../../../src/access/consent/rules.ts'
import { readTeam } from '../../../src/access/consent/teams.ts'
import { isOf } from '../../../src/fhir/elements.ts'
import type { ResourceOf } from '../../../src/fhir/elements.ts'
import { namedIn } from '../../../src/fhir/reference.ts'
import type { Resource, ResourceId } from '../../../src/fhir/resource.ts'
import type { Fact } from '../../../src/storage/store.ts'

const zone = 'Europe/Brussels'
const profiles = new Map(
  [
    ['psi-care-plan', 'CarePlan'],
    ['psi-goal', 'Goal']
  ].map(([id, type]) => [
    `https://psy107.example/fhir/psi/StructureDefinition/${String(id)}`,
    String(type)
  ])
)
const types = [
  'CarePlan',
  'Goal',
  'Condition',
  'Patient',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'CareTeam',
  'RelatedPerson',
  'Group',
  'Observation'
]
export const words: Vocabulary = {
  zone,
  isType: (name) => types.includes(name),
  profiledType: (url) => profiles.get(url)
}
export const now = Date.parse('2026-11-22T12:00:00Z')
export const cs = (id: string): string => `https://psy107.example/fhir/psi/CodeSystem/${id}`

export const purpose = (...codes: string[]) =>
  codes.map((code) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }))
export const dataClass = (...codes: string[]) =>
  codes.map((code) => ({ system: cs('psi-cs-data-class'), code }))
export const typeClass = (...codes: string[]) =>
  codes.map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code }))
export const actor = (reference: string, role?: string) => ({
  role: {
    coding: [
      role === undefined ? { code: 'PRCP' } : { system: cs('psi-cs-participant-role'), code: role }
    ]
  },
  reference: { reference }
})

let number = 0
export const consent = (provision: object, more: object = {}): ResourceOf<'Consent'> => ({
  resourceType: 'Consent',
  id: `c${String(number++)}`,
  status: 'active',
  patient: { reference: 'Patient/p' },
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  provision,
  ...more
})

const rolesIn = (resources: readonly Resource[]): readonly ResourceOf<'PractitionerRole'>[] =>
  resources.filter((each) => isOf('PractitionerRole', each))
const directoryOf = (resources: readonly Resource[]): Directory => ({
  role: (reference) =>
    rolesIn(resources).find(({ id }) => `PractitionerRole/${id ?? ''}` === reference),
  rolesOf: (practitioner) =>
    rolesIn(resources)
      .filter((role) => namedIn(role.practitioner) === practitioner)
      .map(({ id }) => `PractitionerRole/${id ?? ''}`),
  unitsOf: (organization) => [
    organization,
    ...resources
      .filter((each) => isOf('Organization', each) && namedIn(each.partOf) === organization)
      .map(({ id }) => `Organization/${id ?? ''}`)
  ]
})

export const grantsOf = (
  consents: readonly ResourceOf<'Consent'>[],
  teams: readonly ResourceOf<'CareTeam'>[] = [],
  entries: readonly Resource[] = []
): Grants => {
  const directory = directoryOf(entries)
  const read = teams.map((team) => readTeam(team, directory, zone))
  return {
    patient: 'p' as Grants['patient'],
    consents: resolveActors(
      consents.map((each) => [each, readConsent(each, words)] as const),
      read,
      directory,
      zone
    ),
    members: read.flatMap(({ members }) => members.flatMap(({ actors }) => actors))
  }
}

export const fact = (
  type: Fact['type'] = 'CarePlan',
  dataClass: Fact['dataClass'] = 'psi-core',
  more: Partial<Fact> = {}
): Fact => ({ person: 'p', type, dataClass, id: 'x' as Fact['id'], ...more })
export const decide = (
  grants: Grants,
  who: string | readonly string[],
  asked = 'TREAT',
  about = fact(),
  at = now,
  action: 'read' | 'correct' = 'read'
) => judge(grants, { whos: [who].flat(), purpose: asked, action, at, fact: about })

/** Keeps the record. */
export const keeper = 'k' as ResourceId
export const A = 'Organization/a'
export const B = 'Organization/b'

export const goalProfile = 'https://psy107.example/fhir/psi/StructureDefinition/psi-goal'
export const uri = (code: string) => [{ system: 'urn:ietf:rfc:3986', code }]
