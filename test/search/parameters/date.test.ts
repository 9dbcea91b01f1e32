import fc from 'fast-check'
import t from 'tap'
import { dateReader } from '../../../src/fhir/date.ts'
import type { Interval } from '../../../src/fhir/date.ts'
import { openHi, openLo } from '../../../src/search/query.ts'
import { finds, now } from '../finds.ts'

const read = dateReader('Europe/Brussels')
const contains = (outer: Interval, inner: Interval) => outer.lo <= inner.lo && inner.hi <= outer.hi
const intersects = (a: Interval, b: Interval) => a.lo < b.hi && b.lo < a.hi
const above = ({ hi }: Interval): Interval => ({ lo: hi, hi: openHi })
const below = ({ lo }: Interval): Interval => ({ lo: openLo, hi: lo })

/** The words of https://hl7.org/fhir/R4/search.html#prefix, one by one. */
const naive: Readonly<Record<string, (search: Interval, target: Interval) => boolean>> = {
  '': (search, target) => contains(search, target),
  eq: (search, target) => contains(search, target),
  ne: (search, target) => !contains(search, target),
  gt: (search, target) => intersects(above(search), target),
  lt: (search, target) => intersects(below(search), target),
  ge: (search, target) => intersects(above(search), target) || contains(search, target),
  le: (search, target) => intersects(below(search), target) || contains(search, target),
  sa: (search, target) => !intersects(search, target) && contains(above(search), target),
  eb: (search, target) => !intersects(search, target) && contains(below(search), target),
  ap: (search, target) => {
    const tenth = Math.floor(Math.abs(now - search.lo) / 10)
    return intersects({ lo: search.lo - tenth, hi: search.hi + tenth }, target)
  }
}

const moment = fc.date({
  min: new Date('2024-03-28T00:00:00Z'),
  max: new Date('2024-04-03T00:00:00Z'),
  noInvalidDate: true
})
const text = fc
  .tuple(moment, fc.constantFrom(4, 7, 10, 16, 19, 23))
  .map(([date, length]) => date.toISOString().slice(0, length) + (length > 10 ? 'Z' : ''))
const period = fc
  .record({ start: text, end: text }, { requiredKeys: [] })
  .filter(({ start, end }) => start !== undefined || end !== undefined)

t.test('each prefix means what the standard says, for every precision', async (t) => {
  const seconds = (value: string | undefined) => value?.replace(/T(\d\d:\d\d)Z/, 'T$1:00Z')
  const run = fc.check(
    fc.property(
      fc.constantFrom(...Object.keys(naive)),
      text,
      period,
      (prefix, searched, { start, end }) => {
        const stored = {
          lo: start === undefined ? openLo : (read(seconds(start) ?? '')?.lo ?? NaN),
          hi: end === undefined ? openHi : (read(seconds(end) ?? '')?.hi ?? NaN)
        }
        fc.pre(stored.lo < stored.hi)
        const resource = {
          resourceType: 'CarePlan',
          id: 'a',
          period: {
            ...(start !== undefined && { start: seconds(start) }),
            ...(end !== undefined && { end: seconds(end) })
          }
        }
        const search = read(searched)
        return (
          search !== undefined &&
          (finds([resource], 'CarePlan', `date=${prefix}${encodeURIComponent(searched)}`).length ===
            1) ===
            naive[prefix]?.(search, stored)
        )
      }
    ),
    { numRuns: 3000 }
  )
  t.notOk(run.failed, fc.defaultReportMessage(run) ?? `seed ${run.seed}`)
})

t.test('resources without a date match no prefix', async (t) => {
  for (const prefix of Object.keys(naive)) {
    t.same(
      finds([{ resourceType: 'CarePlan', id: 'a' }], 'CarePlan', `date=${prefix}2024-03-31`),
      [],
      prefix
    )
  }
})

t.test('days are days in Brussels when the clock changes', async (t) => {
  const meetings = [
    '2024-03-30T23:30:00Z',
    '2024-03-31T21:30:00Z',
    '2024-03-31T22:30:00Z',
    '2024-10-26T22:30:00Z',
    '2024-10-27T22:30:00Z',
    '2024-10-27T23:30:00Z'
  ].map((start) => ({ resourceType: 'Appointment', id: start, start }))
  t.same(finds(meetings, 'Appointment', 'date=2024-03-31'), [
    '2024-03-30T23:30:00Z',
    '2024-03-31T21:30:00Z'
  ])
  t.same(finds(meetings, 'Appointment', 'date=2024-10-27'), [
    '2024-10-26T22:30:00Z',
    '2024-10-27T22:30:00Z'
  ])
  t.same(finds(meetings, 'Appointment', 'date=ge2024-10-27&date=lt2024-10-28'), [
    '2024-10-26T22:30:00Z',
    '2024-10-27T22:30:00Z'
  ])
})

t.test('a plus sign that was not percent-encoded still counts', async (t) => {
  t.same(
    finds(
      [{ resourceType: 'Appointment', id: 'a', start: '2024-01-01T10:00:00+01:00' }],
      'Appointment',
      'date=2024-01-01T10:00:00+01:00'
    ),
    ['a']
  )
})

t.test('_lastUpdated is a date', async (t) => {
  const plans = ['2024-01-01T10:00:00Z', '2024-02-01T10:00:00Z'].map((lastUpdated) => ({
    resourceType: 'CarePlan',
    id: lastUpdated,
    meta: { lastUpdated }
  }))
  t.same(finds(plans, 'CarePlan', '_lastUpdated=gt2024-01-15'), ['2024-02-01T10:00:00Z'])
})

t.test('what is no date is refused with the forms that are', async (t) => {
  for (const value of ['20240331', 'xx2024-01-01', 'eq', 'gt gt2024', '2024-02-30', 'tomorrow']) {
    t.throws(
      () => finds([], 'CarePlan', `date=${value}`),
      { code: 'invalid', message: /expected a date such as/ },
      value
    )
  }
})
