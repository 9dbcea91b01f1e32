/** Codes of required bindings. https://hl7.org/fhir/R4/terminologies.html#required */
import type { ValueSetCodes } from '../../definitions/definitions.ts'
import { nearest } from '../../fhir/nearest.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { quote, report } from '../scope.ts'

const mostListed = 20

const expected = (valueSet: ValueSetCodes, found: unknown): string => {
  const codes = [...valueSet.codes]
  const close = typeof found === 'string' ? nearest(found, codes) : undefined
  const listed =
    codes.length <= mostListed ? `one of ${codes.join(', ')}` : `a code of ${valueSet.url}`
  return `${listed}${close === undefined ? '' : `; did you mean "${close}"?`}`
}

const system = (valueSet: ValueSetCodes): string =>
  valueSet.systems.length === 1 ? ` of ${valueSet.systems.join()}` : ''

const isIn = (valueSet: ValueSetCodes, coding: unknown): boolean =>
  isObject(coding) &&
  typeof coding['code'] === 'string' &&
  valueSet.has(coding['system'] as string | undefined, coding['code'])

const checkCoding = (valueSet: ValueSetCodes, coding: Json, scope: Scope): void => {
  if (coding['code'] === undefined || isIn(valueSet, coding)) return
  report(
    scope,
    'error',
    'code-invalid',
    `Found code ${quote(coding['code'])} of ${quote(coding['system'] ?? 'no system')}, expected ${expected(valueSet, coding['code'])}${system(valueSet)} (required binding).`
  )
}

const checkConcept = (valueSet: ValueSetCodes, concept: Json, scope: Scope): void => {
  const codings = Array.isArray(concept['coding']) ? (concept['coding'] as unknown[]) : []
  if (codings.some((coding) => isIn(valueSet, coding))) return
  // An extension such as data-absent-reason stands in for the missing concept.
  if (codings.length === 0 && concept['extension'] !== undefined) return
  const found = codings
    .filter(isObject)
    .map(
      (coding) => `${quote(coding['code'] ?? null)} of ${quote(coding['system'] ?? 'no system')}`
    )
  report(
    scope,
    'error',
    'code-invalid',
    `Found ${found.length === 0 ? 'no coding' : found.slice(0, 3).join(', ')}, expected ${expected(valueSet, isObject(codings[0]) ? codings[0]['code'] : undefined)}${system(valueSet)} (required binding).`
  )
}

/** @param type data type of the element: code, Coding, CodeableConcept */
export const checkCodes = (
  valueSet: ValueSetCodes,
  type: string,
  value: unknown,
  scope: Scope
): void => {
  if (typeof value === 'string') {
    if (!valueSet.codes.has(value)) {
      report(
        scope,
        'error',
        'code-invalid',
        `Found ${quote(value)}, expected ${expected(valueSet, value)} (required binding).`
      )
    }
  } else if (isObject(value)) {
    if (type === 'Coding') checkCoding(valueSet, value, scope)
    if (type === 'CodeableConcept') checkConcept(valueSet, value, scope)
  }
}
