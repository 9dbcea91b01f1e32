/** Invariants of the data types, in code rather than FHIRPath because every resource meets them. https://hl7.org/fhir/R4/datatypes.html */
import { dateReader } from '../fhir/date.ts'
import type { Test } from './rule.ts'
import { has, hasAny, hasChoice } from './rule.ts'
import type { Json } from './scope.ts'
import { isObject } from './scope.ts'

type JsonTest = (element: Json) => boolean
const on = (test: JsonTest): Test => (element) => !isObject(element) || test(element)

const ucum = 'http://unitsofmeasure.org'
const inUcum = (element: Json): boolean => element['system'] === undefined || element['system'] === ucum
const coded = (element: Json): boolean => has(element, 'code') || !has(element, 'value')

const utc = dateReader('UTC')

/** Dates of different precision are in order when some moment of the one is not after some moment of the other. */
export const inOrder = (from: unknown, to: unknown): boolean => {
  if (typeof from !== 'string' || typeof to !== 'string') return true
  const start = utc(from)
  const end = utc(to)
  return start === undefined || end === undefined || start.lo < end.hi
}

/** Only quantities of one unit compare without a conversion. */
const quantitiesInOrder = (low: unknown, high: unknown): boolean => {
  if (!isObject(low) || !isObject(high) || typeof low['value'] !== 'number' || typeof high['value'] !== 'number') return true
  return low['code'] !== high['code'] || low['unit'] !== high['unit'] || low['value'] <= high['value']
}

const meals: ReadonlySet<unknown> = new Set(['C', 'CM', 'CD', 'CV'])
const notNegative = (value: unknown): boolean => typeof value !== 'number' || value >= 0

export const datatypeRules: Readonly<Record<string, Test>> = {
  'Age age-1': on((age) => coded(age) && inUcum(age) && (typeof age['value'] !== 'number' || age['value'] > 0)),
  'Count cnt-3': on((count) => coded(count) && inUcum(count) && (!has(count, 'code') || count['code'] === '1') && (typeof count['value'] !== 'number' || Number.isInteger(count['value']))),
  'Distance dis-1': on((distance) => coded(distance) && inUcum(distance)),
  'Duration drt-1': on((duration) => !has(duration, 'code') || (duration['system'] === ucum && has(duration, 'value'))),
  'Quantity qty-3': on((quantity) => !has(quantity, 'code') || has(quantity, 'system')),
  'ContactPoint cpt-2': on((contact) => !has(contact, 'value') || has(contact, 'system')),
  'Period per-1': on((period) => inOrder(period['start'], period['end'])),
  'Range rng-2': on((range) => quantitiesInOrder(range['low'], range['high'])),
  'Ratio rat-1': on((ratio) => has(ratio, 'numerator') === has(ratio, 'denominator') && hasAny(ratio, 'numerator', 'extension')),
  'Attachment att-1': on((attachment) => !has(attachment, 'data') || has(attachment, 'contentType')),
  'Expression exp-1': on((expression) => hasAny(expression, 'expression', 'reference')),
  'Timing.repeat tim-1': on((repeat) => !has(repeat, 'duration') || has(repeat, 'durationUnit')),
  'Timing.repeat tim-2': on((repeat) => !has(repeat, 'period') || has(repeat, 'periodUnit')),
  'Timing.repeat tim-4': on((repeat) => notNegative(repeat['duration'])),
  'Timing.repeat tim-5': on((repeat) => notNegative(repeat['period'])),
  'Timing.repeat tim-6': on((repeat) => !has(repeat, 'periodMax') || has(repeat, 'period')),
  'Timing.repeat tim-7': on((repeat) => !has(repeat, 'durationMax') || has(repeat, 'duration')),
  'Timing.repeat tim-8': on((repeat) => !has(repeat, 'countMax') || has(repeat, 'count')),
  'Timing.repeat tim-9': on((repeat) => !has(repeat, 'offset') || (Array.isArray(repeat['when']) && !repeat['when'].some((code) => meals.has(code)))),
  'Timing.repeat tim-10': on((repeat) => !has(repeat, 'timeOfDay') || !has(repeat, 'when')),
  'DataRequirement.codeFilter drq-1': on((filter) => has(filter, 'path') !== has(filter, 'searchParam')),
  'DataRequirement.dateFilter drq-2': on((filter) => has(filter, 'path') !== has(filter, 'searchParam')),
  'TriggerDefinition trd-1': on((trigger) => !has(trigger, 'data') || !hasChoice(trigger, 'timing'))
}
