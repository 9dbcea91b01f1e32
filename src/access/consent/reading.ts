/**
 * What a Consent is read with, and the words for what cannot be read: each is a problem with its
 * FHIRPath, none is thrown.
 */
import { dateReader } from '../../fhir/date.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { Millis, Reference } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'

export type Element = Record<string, unknown>
export const list = (value: unknown): readonly Element[] =>
  Array.isArray(value)
    ? value.filter((each): each is Element => typeof each === 'object' && each !== null)
    : []
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

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
  value: unknown,
  path: string,
  reading: Reading
): readonly [Millis, Millis] => {
  const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown }
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
  value: unknown,
  path: string,
  reading: Reading,
  of: (coding: Element) => T | undefined,
  expected: string
): readonly T[] | undefined => {
  const codings = list(value).flatMap((each) => ('coding' in each ? list(each['coding']) : [each]))
  if (value === undefined) return undefined
  if (codings.length === 0) problem(reading, path, `Found no coding, expected ${expected}.`)
  return codings.flatMap((coding) => {
    const found = of(coding)
    if (found !== undefined) return [found]
    problem(
      reading,
      path,
      `Found ${String(coding['system'])}|${String(coding['code'])}, which this server cannot enforce; expected ${expected}.`
    )
    return []
  })
}

/**
 * A version of a resource is the resource: nobody is to be denied one version of a plan, and shown
 * the next.
 */
export const literal = (
  value: unknown,
  path: string,
  expected: string,
  reading: Reading
): Reference | undefined => {
  const found = text((value as Element | undefined)?.['reference'])
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
export const stated = (
  value: unknown,
  path: string,
  expected: string,
  reading: Reading
): readonly Element[] => {
  const found = list(value)
  if (found.length === 0) {
    problem(reading, path, `Found no item, expected ${expected}; or leave the element out.`)
  }
  return found
}
