/**
 * The server-derived facts about one version: made from the resource itself and who wrote it, never
 * from the client's security labels.
 */
import { dateReader } from '../../fhir/date.ts'
import type { Millis, Reference, Resource, ResourceId, ResourceType } from '../../fhir/resource.ts'
import { factsOfType } from '../../fhir/type-groups.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { Envelope, Fact, Link, PersonKey } from '../../storage/store.ts'
import { dataClassOf } from '../../psi/data-class.ts'
import { subjectsOf } from '../who/subject.ts'

/** Elements that date a resource for provision.dataPeriod; the first one present counts. */
const dateElements = [
  'period',
  'effectivePeriod',
  'effectiveDateTime',
  'onsetDateTime',
  'occurrencePeriod',
  'occurrenceDateTime',
  'start',
  'startDate',
  'date',
  'authoredOn',
  'created',
  'recordedDate',
  'issued',
  'dateTime'
] as const

const rangeOf = (value: unknown, zone: string): readonly [Millis, Millis] | undefined => {
  if (typeof value === 'string') {
    const found = dateReader(zone)(value)
    return found === undefined ? undefined : [found.lo, found.hi]
  }
  const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown }
  if (typeof start !== 'string' && typeof end !== 'string') return undefined
  return [
    typeof start === 'string' ? (dateReader(zone)(start)?.lo ?? openLo) : openLo,
    typeof end === 'string' ? (dateReader(zone)(end)?.hi ?? openHi) : openHi
  ]
}

const datesOf = (resource: Resource, zone: string): readonly [Millis, Millis] | undefined => {
  const element = dateElements.find((name) => resource[name] !== undefined)
  return element === undefined ? undefined : rangeOf(resource[element], zone)
}

const profilesOf = (resource: Resource): readonly string[] | undefined => {
  const claimed = resource.meta?.profile
  return Array.isArray(claimed) && claimed.length > 0
    ? claimed.map((profile) => profile.split('|')[0] ?? profile)
    : undefined
}

/** Whole facts of what a Provenance is about: it is visible only where every target is. */
const provenanceFacts = (targets: readonly Envelope[]): readonly Fact[] =>
  targets.flatMap(({ facts }) => facts)

const factsOf = (resource: Resource, ref: Reference, zone: string): readonly Fact[] => {
  const profiles = profilesOf(resource)
  const dates = datesOf(resource, zone)
  const dataClass = dataClassOf(resource)
  return subjectsOf(resource).map((person) => ({
    person,
    dataClass,
    type: ref.type,
    id: ref.id,
    ...(profiles === undefined ? {} : { profiles }),
    ...(dates === undefined ? {} : { dates })
  }))
}

export interface EnvelopeInput {
  readonly resource: Resource
  readonly ref: Reference
  readonly custodian: ResourceId
  readonly zone: string
  /** Provenance: envelopes of all its targets; undefined entries make it the custodian's alone. */
  readonly targets?: readonly (Envelope | undefined)[]
  /** Directory entries: what refers to it already. */
  readonly links?: readonly Link[]
  /** Directory entries of a client with the right `directory`. */
  readonly published?: boolean
}

export const personsIn = (links: readonly Link[]): readonly PersonKey[] =>
  [...new Set(links.flatMap(({ persons }) => persons.flat()))].sort()

export const envelopeOf = ({
  resource,
  ref,
  custodian,
  zone,
  targets,
  links,
  published
}: EnvelopeInput): Envelope => {
  const dataClass = dataClassOf(resource)
  const base = {
    dataClass,
    custodian,
    ...((published === true ? { published } : {}) as { readonly published?: true })
  }
  if (dataClass === 'directory') {
    return {
      ...base,
      persons: personsIn(links ?? []),
      patients: [],
      facts: [],
      ...(links === undefined ? {} : { links })
    }
  }
  const known = (targets ?? []).filter((target) => target !== undefined)
  const facts =
    targets === undefined
      ? factsOf(resource, ref, zone)
      : known.length === targets.length
        ? provenanceFacts(known)
        : []
  const persons = [...new Set(facts.map(({ person }) => person))]
  return { ...base, persons, patients: persons as ResourceId[], facts }
}

/** Types whose visibility follows what they are about. */
export const followsTargets = (type: ResourceType): boolean =>
  factsOfType(type).follows !== undefined
