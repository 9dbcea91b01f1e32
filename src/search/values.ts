/** Collects the index values of one resource: each once, and never too many. */
import { FhirError } from '../fhir/fhir-error.ts'
import type { DateReader } from '../fhir/date.ts'
import type { IndexValues, ParameterKey } from './query.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends ReadonlyArray<infer U> ? U[] : T[K] }

export interface Values {
  readonly index: Mutable<IndexValues>
  readonly dates: DateReader
  readonly base: string | undefined
  readonly resourceType: string
  count: number
}

/**
 * A resource with more values than this is an attack or a mistake, and one row each in the index.
 */
export const mostValues = 2000

const counted = (values: Values): void => {
  if (++values.count > mostValues) {
    throw new FhirError(
      'unprocessable',
      `This ${values.resourceType} holds more than ${mostValues} values that search looks at (codes, identifiers, references, dates, names). Split it into several resources.`,
      { issue: 'too-costly' }
    )
  }
}

/* Lists are short and bounded (repetitions count too): looking costs less than a set. */

export const addWord = (
  values: Values,
  parameter: ParameterKey,
  code: string,
  system: string | undefined
): void => {
  counted(values)
  const list = values.index.word
  for (const known of list) {
    if (known.code === code && known.parameter === parameter && known.system === system) return
  }
  list.push(system === undefined ? { parameter, code } : { parameter, code, system })
}

export const addLink = (values: Values, parameter: ParameterKey, target: string): void => {
  counted(values)
  const list = values.index.link
  for (const known of list) if (known.target === target && known.parameter === parameter) return
  list.push({ parameter, target })
}

export const addText = (
  values: Values,
  parameter: ParameterKey,
  value: string,
  exact: string
): void => {
  counted(values)
  const list = values.index.text
  for (const known of list) {
    if (known.exact === exact && known.parameter === parameter && known.value === value) return
  }
  list.push({ parameter, value, exact })
}

export const addSpan = (
  values: Values,
  parameter: ParameterKey,
  { lo, hi }: Pick<IndexValues['span'][number], 'lo' | 'hi'>
): void => {
  if (hi <= lo) return // a period that ends before it starts: nothing lies in it
  counted(values)
  const list = values.index.span
  for (const known of list) {
    if (known.lo === lo && known.hi === hi && known.parameter === parameter) return
  }
  list.push({ parameter, lo, hi })
}
