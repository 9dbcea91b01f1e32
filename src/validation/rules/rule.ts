/**
 * An invariant, ready to be tried on one element.
 * https://hl7.org/fhir/R4/conformance-rules.html#constraints
 */
import { looksLikeChoice } from '../../fhirpath/choice.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'

export interface Rule {
  readonly key: string
  readonly severity: 'error' | 'warning'
  readonly human: string
  readonly test: Test
}

/** True when the element keeps the rule. */
export type Test = (element: unknown, scope: Scope) => boolean

/**
 * The same as FHIRPath's `name.exists()` on an element of JSON: a value, or only an extension
 * beside it.
 */
export const has = (element: Json, name: string): boolean =>
  element[name] !== undefined || element[`_${name}`] !== undefined

/** `value.exists()` for `value[x]`. */
export const hasChoice = (element: Json, name: string): boolean => {
  for (const property in element) {
    if (looksLikeChoice(property.startsWith('_') ? property.slice(1) : property, name)) return true
  }
  return false
}

/**
 * Items of a repeating element; anything else counts as none (its kind is reported where it is
 * walked).
 */
export const items = (element: Json, name: string): Json[] => {
  const list = element[name]
  return Array.isArray(list)
    ? list.filter((one): one is Json => typeof one === 'object' && one !== null)
    : []
}

export const hasCoding = (concept: unknown, system: string, ...codes: readonly string[]): boolean =>
  typeof concept === 'object' &&
  concept !== null &&
  items(concept as Json, 'coding').some(
    (coding) => coding['system'] === system && codes.includes(coding['code'] as string)
  )
