/**
 * Dates of any precision as half-open intervals of time.
 * https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
import type { Millis } from './resource.ts'

/** From `lo` (inclusive) to `hi` (exclusive). */
export interface Interval {
  readonly lo: Millis
  readonly hi: Millis
}

/** Undefined for what is not a date, dateTime or instant. */
export type DateReader = (text: string) => Interval | undefined

const pattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,20}))?)?(Z|[+-]\d\d:[0-5]\d)?)?)?)?$/
const second = 1000
const minute = 60 * second

const readers = new Map<string, DateReader>()

/** The reader of a zone, made once: Intl takes long to start. */
export const dateReader = (timeZone: string): DateReader => {
  const known = readers.get(timeZone)
  if (known) return known
  const made = createDateReader(timeZone)
  readers.set(timeZone, made)
  return made
}

/**
 * @param timeZone IANA name, e.g. Europe/Brussels: the zone of dates and times that name none. Days
 * there have 23, 24 or 25 hours.
 * @throws RangeError when there is no such zone
 */
const createDateReader = (timeZone: string): DateReader => {
  const toUtc = createLocalClock(timeZone)
  return (text) => {
    const found = pattern.exec(text)
    if (!found) return undefined
    const year = Number(found[1])
    const month = found[2] === undefined ? 1 : Number(found[2])
    const day = found[3] === undefined ? 1 : Number(found[3])
    if (year === 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
      return undefined
    }
    if (found[4] !== undefined) return timeOfDay(found, utc(year, month, day), toUtc)
    const end =
      found[3] !== undefined
        ? utc(year, month, day + 1)
        : found[2] !== undefined
          ? utc(year, month + 1, 1)
          : utc(year + 1, 1, 1)
    return { lo: toUtc(utc(year, month, day)), hi: toUtc(end) }
  }
}

const timeOfDay = (
  found: RegExpExecArray,
  midnight: Millis,
  toUtc: (local: Millis) => Millis
): Interval | undefined => {
  const hours = Number(found[4])
  const minutes = Number(found[5])
  const seconds = Number(found[6] ?? 0)
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined // 60: a leap second
  const digits = found[7] ?? ''
  const fraction = digits === '' ? 0 : Math.floor(Number(`0.${digits}`) * second + 1e-6)
  const local = midnight + hours * 60 * minute + minutes * minute + seconds * second + fraction
  const length = found[6] === undefined ? minute : Math.max(1, second / 10 ** digits.length)
  const zone = found[8]
  if (zone === undefined) {
    const lo = toUtc(local)
    return { lo, hi: lo + length }
  }
  const offset =
    zone === 'Z'
      ? 0
      : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) *
        (zone.startsWith('-') ? -minute : minute)
  if (Math.abs(offset) > 14 * 60 * minute) return undefined
  return { lo: local - offset, hi: local - offset + length }
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999. */
const utc = (year: number, month: number, day: number): Millis =>
  year > 99 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day)

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

/** Far more days than one resource or one query names; Intl costs microseconds a call. */
const mostCached = 50_000
const day = 24 * 60 * minute

/**
 * From the reading of a wall clock (as if it were UTC) to time. A reading that never was (spring)
 * counts from before the change, one that was twice (autumn) is the first.
 */
const createLocalClock = (timeZone: string): ((local: Millis) => Millis) => {
  const offsetAt = createOffsets(timeZone)
  const cache = new Map<Millis, Millis>()
  return (local) => {
    const known = cache.get(local)
    if (known !== undefined) return known
    const before = offsetAt(local - day)
    const after = offsetAt(local + day)
    const early = local - before
    const found =
      before === after || offsetAt(early) === before || offsetAt(local - after) !== after
        ? early
        : local - after
    if (cache.size >= mostCached) cache.clear()
    cache.set(local, found)
    return found
  }
}

const createOffsets = (timeZone: string): ((at: Millis) => number) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return (at) => {
    const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(at))
    if (!found?.[1]) return 0
    const size =
      Number(found[2]) * 60 * minute + Number(found[3]) * minute + Number(found[4] ?? 0) * second
    return found[1] === '-' ? -size : size
  }
}
