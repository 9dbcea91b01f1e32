/**
 * Dates, times and periods as intervals. https://hl7.org/fhir/R4/search.html#date, prefixes:
 * https://hl7.org/fhir/R4/search.html#prefix
 */
import type { Interval } from '../../fhir/date.ts'
import type { Millis } from '../../fhir/resource.ts'
import { unescape } from '../escape.ts'
import { openHi, openLo, type SpanNode, type Node } from '../query.ts'
import { addSpan, type Values } from '../values.ts'
import { malformed } from './malformed.ts'
import type { ParameterKind, Reading } from './parameter-kind.ts'

interface TimingValue {
  readonly start?: unknown
  readonly end?: unknown
  readonly event?: unknown
  readonly repeat?: { readonly boundsPeriod?: unknown }
}

const values: ParameterKind['values'] =
  ({ key }) =>
  (value, into) => {
    const interval = intervalOf(value, into)
    if (interval) addSpan(into, key, interval)
  }

/** date, dateTime, instant, Period, or the outer limits of a Timing. */
const intervalOf = (value: unknown, into: Values): Interval | undefined => {
  if (typeof value === 'string') return into.dates(value)
  if (typeof value !== 'object' || value === null) return undefined
  const { start, end, event, repeat } = value as TimingValue
  if (start !== undefined || end !== undefined) return periodOf(start, end, into)
  const parts = Array.isArray(event) ? event.map((item) => intervalOf(item, into)) : []
  if (repeat?.boundsPeriod !== undefined) parts.push(intervalOf(repeat.boundsPeriod, into))
  const known = parts.filter((part) => part !== undefined)
  return known.length === 0
    ? undefined
    : { lo: Math.min(...known.map(({ lo }) => lo)), hi: Math.max(...known.map(({ hi }) => hi)) }
}

const periodOf = (start: unknown, end: unknown, into: Values): Interval | undefined => {
  const first = typeof start === 'string' ? into.dates(start) : undefined
  const last = typeof end === 'string' ? into.dates(end) : undefined
  return (first ?? last) ? { lo: first?.lo ?? openLo, hi: last?.hi ?? openHi } : undefined
}

/** One prefix each, as bounds on a stored [lo, hi) against the searched [from, to). */
const prefixes: Readonly<
  Record<string, (parameter: string, from: Millis, to: Millis, now: Millis) => Node>
> = {
  eq: (parameter, from, to) => within(parameter, from, to),
  ne: (parameter, from, to) => ({
    kind: 'or',
    nodes: [
      { kind: 'span', parameter, loMax: from },
      { kind: 'span', parameter, hiMin: to }
    ]
  }),
  gt: (parameter, _from, to) => ({ kind: 'span', parameter, hiMin: to }),
  lt: (parameter, from) => ({ kind: 'span', parameter, loMax: from }),
  ge: (parameter, from, to) => ({
    kind: 'or',
    nodes: [{ kind: 'span', parameter, hiMin: to }, within(parameter, from, to)]
  }),
  le: (parameter, from, to) => ({
    kind: 'or',
    nodes: [{ kind: 'span', parameter, loMax: from }, within(parameter, from, to)]
  }),
  sa: (parameter, _from, to) => ({ kind: 'span', parameter, loMin: to }),
  eb: (parameter, from) => ({ kind: 'span', parameter, hiMax: from }),
  ap: (parameter, from, to, now) => {
    // a tenth of the gap between now and the date
    const margin = Math.floor(Math.abs(now - from) / 10)
    return { kind: 'span', parameter, loMax: to + margin, hiMin: from - margin }
  }
}

const within = (parameter: string, from: Millis, to: Millis): SpanNode => ({
  kind: 'span',
  parameter,
  loMin: from,
  hiMax: to
})

const node: ParameterKind['node'] = ({ key, code }, alternatives, _modifier, reading) => {
  const nodes = alternatives.map((alternative) => one(key, code, alternative, reading))
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', nodes }
}

const one = (key: string, code: string, alternative: string, { dates, now }: Reading): Node => {
  const text = unescape(alternative)
  const [, prefix = 'eq', rest = ''] = /^([a-z]{2})?(.*)$/s.exec(text) ?? []
  // a + that was not percent-encoded arrives as a space
  const interval = dates(rest.replace(/ (\d\d:\d\d)$/, '+$1'))
  const build = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined
  if (!interval || !build) {
    throw malformed(
      code,
      alternative,
      `a date such as 2024-03-31 or 2024-03-31T10:00:00+02:00, with one of ${Object.keys(prefixes).join(' ')} before it if wanted`
    )
  }
  return build(key, interval.lo, interval.hi, now)
}

export const date: ParameterKind = {
  form: 'span',
  version: 1,
  datatypes: ['date', 'dateTime', 'instant', 'Period', 'Timing'],
  modifiers: [],
  values,
  node
}
