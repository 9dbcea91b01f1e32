/**
 * The second, independently written interpreter of who sees what: from the raw resources, with no
 * acl, grant or envelope.
 */
import { isConformance, isDirectory } from '../../../src/fhir/type-groups.ts'
import { psiCodeSystem, psiProfile } from '../../../src/psi/canonical.ts'
import { parseReference } from '../../../src/fhir/reference.ts'
import type { Millis, Reference, Resource } from '../../../src/fhir/resource.ts'
import { forSelf } from './actors.ts'
import type { Question } from './actors.ts'
import { consentPermits, deniedEverything, verdictOn } from './consent.ts'
import type { Fact } from './consent.ts'
import {
  codesOf,
  contentOf,
  currentOf,
  instantOf,
  list,
  referenceOf,
  same,
  spanOf,
  versionsOf
} from './world.ts'
import type { Asker, OracleWorld, Span, Version } from './world.ts'

const claims = (resource: Resource, profile: string): boolean =>
  resource.meta?.profile?.includes(psiProfile(profile)) === true

const planClass = (resource: Resource): string => {
  const categories = Array.isArray(resource['category']) ? resource['category'] : []
  const codes = categories.flatMap((category) =>
    codesOf(category, psiCodeSystem('psi-cs-plan-type'))
  )
  if (codes.includes('crisis-plan')) return 'crisis'
  return codes.length > 0 && codes.every((code) => code === 'psi' || code === 'concertation-plan')
    ? 'psi-core'
    : 'clinical'
}

const classOf = (resource: Resource): string => {
  switch (resource.resourceType) {
    case 'CarePlan':
      return planClass(resource)
    case 'Goal':
      return claims(resource, 'psi-goal') ? 'psi-core' : 'clinical'
    case 'CareTeam':
      return claims(resource, 'psi-careteam') ? 'psi-core' : 'clinical'
    case 'Appointment':
      return claims(resource, 'psi-appointment') ? 'psi-core' : 'clinical'
    case 'DocumentReference':
      return claims(resource, 'psi-meeting-report')
        ? 'meeting-report'
        : claims(resource, 'psi-leaflet')
          ? 'psi-core'
          : 'clinical'
    case 'Observation':
      return claims(resource, 'psi-evaluation') ? 'assessment' : 'clinical'
    case 'Patient':
    case 'RelatedPerson':
      return 'contacts'
    case 'Consent':
      return 'consent'
    default:
      return 'clinical'
  }
}

const subjectElement: Readonly<Record<string, string>> = {
  CarePlan: 'subject',
  Goal: 'subject',
  CareTeam: 'subject',
  Observation: 'subject',
  Condition: 'subject',
  Encounter: 'subject',
  DocumentReference: 'subject',
  Task: 'for',
  RelatedPerson: 'patient',
  Consent: 'patient'
}

const subjectsOf = (resource: Resource, ref: Reference): readonly Reference[] => {
  if (ref.type === 'Patient') return [ref]
  const values =
    ref.type === 'Appointment'
      ? list(resource['participant']).map(({ actor }) => actor)
      : [resource[subjectElement[ref.type] ?? '']]
  return values.map(referenceOf).filter((each): each is Reference => each?.type === 'Patient')
}

const dateElements: Readonly<Record<string, readonly string[]>> = {
  CarePlan: ['period'],
  Goal: ['startDate'],
  CareTeam: ['period'],
  Appointment: ['start', 'end'],
  Observation: ['effectiveDateTime', 'effectivePeriod'],
  Condition: ['onsetDateTime', 'recordedDate'],
  Encounter: ['period'],
  DocumentReference: ['date'],
  Task: ['authoredOn'],
  Consent: ['dateTime']
}

const datesOf = (world: OracleWorld, resource: Resource): readonly Span[] =>
  (dateElements[resource.resourceType] ?? []).flatMap((element) => {
    const value = resource[element]
    if (value === undefined) return []
    return typeof value === 'string' ? (instantOf(world, value) ?? []) : [spanOf(world, value)]
  })

const factOf = (world: OracleWorld, resource: Resource, ref: Reference): Fact => ({
  ref,
  dataClass: classOf(resource),
  profiles: resource.meta?.profile ?? [],
  dates: datesOf(world, resource)
})

/** Every literal reference anywhere in the value. */
const referencesIn = (value: unknown): readonly Reference[] => {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  return Object.entries(value).flatMap(([name, child]) =>
    name === 'reference' && typeof child === 'string'
      ? (parseReference(child) ?? [])
      : referencesIn(child)
  )
}

const known = new WeakMap<Resource, readonly Reference[]>()
const references = (resource: Resource): readonly Reference[] => {
  const found = known.get(resource) ?? referencesIn(resource)
  known.set(resource, found)
  return found
}

const targetsOf = (world: OracleWorld, provenance: Resource): readonly Version[] =>
  list(provenance['target']).flatMap((target) => {
    const ref = referenceOf(target)
    return (ref && currentOf(world, ref)) ?? []
  })

interface Told {
  readonly patient: Reference
  readonly fact: Fact
}

/** What kind of data it is, of whom: which resource and of when is not kept. */
const toldBy = (world: OracleWorld, { ref }: Version, resource: Resource): readonly Told[] =>
  subjectsOf(resource, ref).map((patient) => ({
    patient,
    fact: {
      ...factOf(world, resource, ref),
      ref: { type: ref.type, id: '' as Reference['id'] },
      dates: []
    }
  }))

/** A Provenance tells of its targets as they were when it was written, if all were there. */
const toldOf = (world: OracleWorld, version: Version): readonly Told[] => {
  const { ref, resource } = version
  if (resource === undefined) return []
  if (ref.type !== 'Provenance') return toldBy(world, version, resource)
  const targets = list(resource['target'])
    .flatMap((target) => referenceOf(target) ?? [])
    .map((target) => versionsOf(world, target).findLast(({ seq }) => seq <= version.seq))
  return targets.some((target) => target?.resource === undefined)
    ? []
    : targets.flatMap((target) =>
        target?.resource === undefined ? [] : toldBy(world, target, target.resource)
      )
}

/**
 * What each version tells that refers, or referred, to the entry while this version of it stood or
 * before.
 */
const referring = (world: OracleWorld, entry: Version): readonly (readonly Told[])[] => {
  const next = versionsOf(world, entry.ref).find(({ seq }) => seq > entry.seq)?.seq ?? Infinity
  const found = world.versions.filter(
    ({ seq, resource }) =>
      seq < next &&
      resource !== undefined &&
      references(resource).some((ref) => same(ref, entry.ref))
  )
  return found.map((version) => toldOf(world, version)).filter((told) => told.length > 0)
}

/**
 * An entry of the directory may serve many patients: it is open to the house or to the person
 * behind its client, each for itself.
 */
const identities = (asker: Asker): readonly Asker[] => {
  const { user, ...house } = asker
  return user === undefined || forSelf(asker)
    ? [asker]
    : [asker, house, { ...asker, organization: '' }]
}

/** Does this version alone admit the caller, under the consents of today? */
const admits = (world: OracleWorld, asker: Asker, version: Version, at: Millis): boolean => {
  const { ref } = version
  const resource = contentOf(world, version)
  const first = versionsOf(world, ref)[0]
  if (resource === undefined || first === undefined) return false
  if (isConformance(ref.type)) return true
  const keeps = first.organization === asker.organization && !forSelf(asker)
  const about = (patient: Reference): Question => ({ world, asker, at, patient })
  const isSelf = (patient: Reference): boolean => same(asker.user, patient)
  if (isDirectory(ref.type)) {
    return (
      keeps ||
      first.publishes ||
      referring(world, version).some((told) =>
        told.every(
          ({ patient, fact }) =>
            isSelf(patient) ||
            (fact.dataClass !== 'consent' &&
              identities(asker).some(
                (identity) => verdictOn({ ...about(patient), asker: identity }, fact) === 'permit'
              ))
        )
      )
    )
  }
  if (ref.type === 'Provenance') {
    const targets = targetsOf(world, resource)
    return targets.every((target) => isDirectory(target.ref.type))
      ? keeps
      : targets.every((target) =>
          keeps ? !excluded(world, asker, target, at) : opens(world, asker, target, at)
        )
  }
  if (keeps) return !excluded(world, asker, version, at)
  return ref.type === 'Consent'
    ? subjectsOf(resource, ref).some(
        (patient) =>
          isSelf(patient) ||
          (version === currentOf(world, ref) &&
            consentPermits(about(patient), ref) &&
            !deniedEverything(about(patient)))
      )
    : opens(world, asker, version, at)
}

/**
 * What the subjects themselves allow. Keeping a record does not open what others tell of it;
 * entries of the directory are nobody's data.
 */
const opens = (world: OracleWorld, asker: Asker, version: Version, at: Millis): boolean => {
  const resource = contentOf(world, version)
  if (resource === undefined || isDirectory(version.ref.type)) return resource !== undefined
  const subjects = subjectsOf(resource, version.ref)
  const fact = factOf(world, resource, version.ref)
  return (
    subjects.length > 0 &&
    subjects.every(
      (patient) =>
        same(asker.user, patient) || verdictOn({ world, asker, at, patient }, fact) === 'permit'
    )
  )
}

/**
 * The caller's own person is kept from this resource by name, whatever their house wrote itself.
 */
const excluded = (world: OracleWorld, asker: Asker, version: Version, at: Millis): boolean => {
  const resource = contentOf(world, version)
  if (resource === undefined) return false
  return subjectsOf(resource, version.ref)
    .map((patient): Question => ({ world, asker, at, patient }))
    .some((question) =>
      version.ref.type === 'Consent'
        ? deniedEverything(question, 'person')
        : verdictOn(question, factOf(world, resource, version.ref), 'person') === 'deny'
    )
}

/** Today's version and this version must both admit the caller. */
export const sees = (world: OracleWorld, asker: Asker, version: Version, at: Millis): boolean => {
  const current = currentOf(world, version.ref)
  return (
    current !== undefined && admits(world, asker, current, at) && admits(world, asker, version, at)
  )
}
