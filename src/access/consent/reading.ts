/**
 * What a Consent is read with, and the words for what cannot be read: each is a problem with its
 * FHIRPath, none is thrown.
 */
import { dateReader } from '../../fhir/date.ts'
import type { Elements } from '../../fhir/elements.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { Millis, Reference } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'

const isList = (value: unknown): boolean => Array.isArray(value)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const isFilled = (value: unknown): boolean => typeof value === 'object' && value !== null
/**
 * Looked at in spite of its type: a Consent that no validator has seen is a problem, not an error.
 */
export const list = <T>(value: readonly T[] | undefined): readonly T[] =>
  value !== undefined && isList(value) ? value.filter(isFilled) : []

/**
 * What a Consent is read with: the zone of dates without one, and the names that it may speak of.
 */
export interface Vocabulary {
  readonly zone: string
  readonly isType: (name: string) => boolean
  /** The type that a profile is for; undefined: unknown. */
  readonly profiledType: (url: string) => string | undefined
}

export interface Reading extends Vocabulary {
  readonly problems: Issue[]
}

export const problem = (reading: Reading, expression: string, diagnostics: string): void => {
  reading.problems.push({ severity: 'error', code: 'business-rule', expression, diagnostics })
}

export const period = (
  value: Elements<fhir4.Period> | undefined,
  path: string,
  reading: Reading
): readonly [Millis, Millis] => {
  const { start, end } = value ?? {}
  const read = (
    at: unknown,
    name: string
  ): { readonly lo: Millis; readonly hi: Millis } | undefined => {
    if (at === undefined) return undefined
    const found = typeof at === 'string' ? dateReader(reading.zone)(at) : undefined
    if (found === undefined) {
      problem(
        reading,
        `${path}.${name}`,
        `Found ${JSON.stringify(at)}, expected a dateTime such as 2027-03-03.`
      )
    }
    return found ?? { lo: openHi, hi: openLo }
  }
  return [read(start, 'start')?.lo ?? openLo, read(end, 'end')?.hi ?? openHi]
}

export const codes = <T>(
  value: readonly Elements<fhir4.Coding | fhir4.CodeableConcept>[] | undefined,
  path: string,
  reading: Reading,
  of: (coding: Elements<fhir4.Coding>) => T | undefined,
  expected: string
): readonly T[] | undefined => {
  const codings = list(value).flatMap((each) => ('coding' in each ? list(each.coding) : [each]))
  if (value === undefined) return undefined
  if (codings.length === 0) problem(reading, path, `Found no coding, expected ${expected}.`)
  return codings.flatMap((coding) => {
    const found = of(coding)
    if (found !== undefined) return [found]
    problem(
      reading,
      path,
      `Found ${String(coding.system)}|${String(coding.code)}, which this server cannot enforce; expected ${expected}.`
    )
    return []
  })
}

/**
 * A version of a resource is the resource: nobody is to be denied one version of a plan, and shown
 * the next.
 */
export const literal = (
  value: Elements<fhir4.Reference> | undefined,
  path: string,
  expected: string,
  reading: Reading
): Reference | undefined => {
  const found = text(value?.reference)
  const reference = found === undefined ? undefined : parseReference(found)
  if (reference !== undefined && reading.isType(reference.type)) return reference
  problem(
    reading,
    path,
    `Found ${found === undefined ? 'no literal reference' : JSON.stringify(found)}, expected ${expected}.`
  )
  return undefined
}

/** A list that is stated and says nothing would be one that nothing matches. */
export const stated = <T>(
  value: readonly T[] | undefined,
  path: string,
  expected: string,
  reading: Reading
): readonly T[] => {
  const found = list(value)
  if (found.length === 0) {
    problem(reading, path, `Found no item, expected ${expected}; or leave the element out.`)
  }
  return found
}
