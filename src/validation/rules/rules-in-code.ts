/**
 * Invariants that FHIRPath over one element does not say well or fast enough: order of dates and
 * quantities, whole Bundles, what is contained.
 * https://hl7.org/fhir/R4/conformance-rules.html#constraints
 */
import { typeMeantBy } from '../../fhir/reference.ts'
import { dateReader } from '../../fhir/date.ts'
import { definitionRules } from './definition-rules.ts'
import type { Test } from './rule.ts'
import { has, hasChoice, items } from './rule.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'

const on =
  (test: (element: Json, scope: Scope) => boolean): Test =>
  (element, scope) =>
    !isObject(element) || test(element, scope)

const utc = dateReader('UTC')

/**
 * Dates of different precision are in order when some moment of the one is not after some moment of
 * the other.
 */
const inOrder = (from: unknown, to: unknown): boolean => {
  if (typeof from !== 'string' || typeof to !== 'string') return true
  const start = utc(from)
  const end = utc(to)
  return start === undefined || end === undefined || start.lo < end.hi
}

/** Only quantities of one unit compare without a conversion. */
const quantitiesInOrder = (low: unknown, high: unknown): boolean => {
  if (
    !isObject(low) ||
    !isObject(high) ||
    typeof low['value'] !== 'number' ||
    typeof high['value'] !== 'number'
  ) {
    return true
  }
  return (
    low['code'] !== high['code'] || low['unit'] !== high['unit'] || low['value'] <= high['value']
  )
}

const ucum = 'http://unitsofmeasure.org'
const codedInUcum = (quantity: Json): boolean =>
  (has(quantity, 'code') || !has(quantity, 'value')) &&
  (quantity['system'] === undefined || quantity['system'] === ucum)

/** ctm-1 asks for the type of the member, which its reference tells or not. */
const typeOf = (reference: unknown): string | undefined => {
  if (!isObject(reference)) return undefined
  const literal =
    typeof reference['reference'] === 'string' ? typeMeantBy(reference['reference']) : undefined
  return literal ?? (typeof reference['type'] === 'string' ? reference['type'] : undefined)
}

const codings = (concept: unknown): string[] =>
  (isObject(concept) ? items(concept, 'coding') : []).map((coding) =>
    JSON.stringify([
      coding['system'],
      coding['version'],
      coding['code'],
      coding['display'],
      coding['userSelected']
    ])
  )

/** obs-7: a value beside a component that carries the same code would say one thing twice. */
const ownCodeInComponent = (observation: Json): boolean => {
  const own = new Set(codings(observation['code']))
  return items(observation, 'component').some((component) =>
    codings(component['code']).some((coding) => own.has(coding))
  )
}

const isType = (bundle: Json, type: string): boolean => bundle['type'] === type
const firstIs = (bundle: Json, type: string): boolean => {
  const resource = items(bundle, 'entry')[0]?.['resource']
  return isObject(resource) && resource['resourceType'] === type
}

/** bdl-7: one resource once, except for its versions in a history. */
const distinctUrls = (bundle: Json): boolean => {
  const urls = items(bundle, 'entry')
    .filter((entry) => typeof entry['fullUrl'] === 'string')
    .map((entry) => {
      const meta = isObject(entry['resource']) ? entry['resource']['meta'] : undefined
      return JSON.stringify([entry['fullUrl'], isObject(meta) ? meta['versionId'] : undefined])
    })
  return new Set(urls).size === urls.length
}

/** dom-3: nothing is contained that nothing points to, unless it points to what contains it. */
const referredTo = (contained: Json, fragments: ReadonlySet<string>): boolean =>
  (typeof contained['id'] === 'string' && fragments.has(`#${contained['id']}`)) ||
  pointsToContainer(contained)

const pointsToContainer = (value: unknown): boolean =>
  value === '#' ||
  (Array.isArray(value)
    ? value.some(pointsToContainer)
    : isObject(value) && Object.values(value).some(pointsToContainer))

/** By path and key, as the tables name them. */
export const rulesInCode: Readonly<Partial<Record<string, Test>>> = {
  ...definitionRules,
  'Age age-1': on(
    (age) => codedInUcum(age) && (typeof age['value'] !== 'number' || age['value'] > 0)
  ),
  'Count cnt-3': on(
    (count) =>
      codedInUcum(count) &&
      (!has(count, 'code') || count['code'] === '1') &&
      (typeof count['value'] !== 'number' || Number.isInteger(count['value']))
  ),
  'Period per-1': on((period) => inOrder(period['start'], period['end'])),
  'Range rng-2': on((range) => quantitiesInOrder(range['low'], range['high'])),
  'Appointment app-4': on(
    (appointment) =>
      !has(appointment, 'cancelationReason') ||
      ['no-show', 'cancelled'].includes(appointment['status'] as string)
  ),
  'CareTeam.participant ctm-1': on(
    (participant) =>
      !has(participant, 'onBehalfOf') ||
      (typeOf(participant['member']) ?? 'Practitioner') === 'Practitioner'
  ),
  'Observation obs-7': on(
    (observation) =>
      !hasChoice(observation, 'value') ||
      !has(observation, 'component') ||
      !ownCodeInComponent(observation)
  ),
  'Task inv-1': on((task) => inOrder(task['authoredOn'], task['lastModified'])),
  'Bundle bdl-7': on((bundle) => isType(bundle, 'history') || distinctUrls(bundle)),
  'Bundle bdl-10': on(
    (bundle) => !isType(bundle, 'document') || typeof bundle['timestamp'] === 'string'
  ),
  'Bundle bdl-11': on((bundle) => !isType(bundle, 'document') || firstIs(bundle, 'Composition')),
  'Bundle bdl-12': on((bundle) => !isType(bundle, 'message') || firstIs(bundle, 'MessageHeader')),
  'Bundle.entry bdl-8': on(
    (entry) => typeof entry['fullUrl'] !== 'string' || !entry['fullUrl'].includes('/_history/')
  ),
  'DomainResource dom-3': on(
    (resource, scope) =>
      scope.resource !== scope.root ||
      items(resource, 'contained').every((contained) => referredTo(contained, scope.fragments))
  )
}
