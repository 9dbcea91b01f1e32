/** Collects the index values of one resource: each once, and never too many. */
import { FhirError } from '../fhir/fhir-error.ts'
import type { DateReader, Interval } from '../fhir/date.ts'
import type { IndexValues, ParameterKey } from './query.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends ReadonlyArray<infer U> ? U[] : T[K] }

export interface Values {
  readonly index: Mutable<IndexValues>
  readonly dates: DateReader
  readonly base: string | undefined
  readonly resourceType: string
  count: number
}

/** A resource with more values than this is an attack or a mistake, and one row each in the index. */
export const mostValues = 2000

const counted = (values: Values): void => {
  if (++values.count > mostValues) {
    throw new FhirError('unprocessable', `This ${values.resourceType} holds more than ${mostValues} values that search looks at (codes, identifiers, references, dates, names). Split it into several resources.`, { issue: 'too-costly' })
  }
}

/* Values of one parameter lie side by side, so the search for an equal one ends at the first of another parameter. */

export const addToken = (values: Values, parameter: ParameterKey, code: string, system: string | undefined): void => {
  const list = values.index.token
  for (let i = list.length - 1; i >= 0 && list[i]?.parameter === parameter; i--) if (list[i]?.code === code && list[i]?.system === system) return
  counted(values)
  list.push(system === undefined ? { parameter, code } : { parameter, code, system })
}

export const addReference = (values: Values, parameter: ParameterKey, target: string): void => {
  const list = values.index.reference
  for (let i = list.length - 1; i >= 0 && list[i]?.parameter === parameter; i--) if (list[i]?.target === target) return
  counted(values)
  list.push({ parameter, target })
}

export const addString = (values: Values, parameter: ParameterKey, value: string, exact: string): void => {
  const list = values.index.string
  for (let i = list.length - 1; i >= 0 && list[i]?.parameter === parameter; i--) if (list[i]?.exact === exact && list[i]?.value === value) return
  counted(values)
  list.push({ parameter, value, exact })
}

export const addDate = (values: Values, parameter: ParameterKey, { lo, hi }: Interval): void => {
  if (hi <= lo) return // a period that ends before it starts: no point in time lies in it
  const list = values.index.date
  for (let i = list.length - 1; i >= 0 && list[i]?.parameter === parameter; i--) if (list[i]?.lo === lo && list[i]?.hi === hi) return
  counted(values)
  list.push({ parameter, lo, hi })
}
