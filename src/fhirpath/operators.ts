/**
 * Operators of FHIRPath over collections: three-valued logic, equality, order.
 * http://hl7.org/fhirpath/N1/#operations
 */
import { beyond } from './beyond.ts'
import type { Items } from './collection.ts'
import { bool, none, single, truth } from './collection.ts'
import { looksTemporal } from './expression.ts'

type Lazy = () => Items
export type Operator = (left: Lazy, right: Lazy) => Items

const day = /^\d{4}-\d\d-\d\d$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

const same = (left: unknown, right: unknown): boolean => {
  if (typeof left !== typeof right || (typeof left === 'object' && left !== right)) throw beyond
  if (left === right) return true
  if (typeof left === 'string' && looksTemporal(left) && looksTemporal(right as string)) {
    throw beyond
  }
  return false
}

const equal: Operator = (left, right) => {
  const [before, after] = [single(left()), single(right())]
  return before === undefined || after === undefined ? none : bool(same(before, after))
}

/** Comes before 0, after 0; throws for what has no order here. */
const order = (left: unknown, right: unknown): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (right instanceof Date) {
    return typeof left === 'string' && moment.test(left)
      ? Date.parse(left) - right.getTime()
      : farFrom(left, right)
  }
  if (typeof left !== 'string' || typeof right !== 'string') throw beyond
  if (day.test(left) && day.test(right)) return left < right ? -1 : left > right ? 1 : 0
  if (moment.test(left) && moment.test(right)) return Date.parse(left) - Date.parse(right)
  throw beyond
}

/** Two days away, a date is before or after a moment in every zone. */
const farFrom = (left: unknown, moment: Date): number => {
  const distance =
    typeof left === 'string' && day.test(left) ? Date.parse(left) - moment.getTime() : 0
  if (Math.abs(distance) < 2 * 86_400_000) throw beyond
  return distance
}

const compare =
  (kept: (order: number) => boolean): Operator =>
  (left, right) => {
    const [before, after] = [single(left()), single(right())]
    return before === undefined || after === undefined ? none : bool(kept(order(before, after)))
  }

const numbers =
  (operation: (left: number, right: number) => number): Operator =>
  (left, right) => {
    const [before, after] = [single(left()), single(right())]
    if (before === undefined || after === undefined) return none
    if (!Number.isInteger(before) || !Number.isInteger(after)) throw beyond
    return [operation(before as number, after as number)]
  }

const perUnit: Readonly<Partial<Record<string, number>>> = {
  year: 12,
  years: 12,
  month: 1,
  months: 1
}

/**
 * A day of a later month; the last one where that month is shorter.
 * http://hl7.org/fhirpath/N1/#datetime-arithmetic
 */
const addMonths = (date: string, months: number): string => {
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0))
  return `${String(last.getUTCFullYear()).padStart(4, '0')}-${String(last.getUTCMonth() + 1).padStart(2, '0')}-${String(Math.min(dayOfMonth, last.getUTCDate())).padStart(2, '0')}`
}

const add: Operator = (left, right) => {
  const [before, after] = [single(left()), single(right())]
  if (before === undefined || after === undefined) return none
  if (typeof after !== 'object') {
    return numbers((a, b) => a + b)(
      () => [before],
      () => [after]
    )
  }
  const { unit, value } = after as { unit: string; value: number }
  const months = perUnit[unit]
  if (months === undefined || typeof before !== 'string' || !day.test(before)) throw beyond
  return [addMonths(before, months * value)]
}

const operators: Readonly<Partial<Record<string, Operator>>> = {
  and: (left, right) => {
    const before = truth(left())
    if (before === false) return [false]
    const after = truth(right())
    return after === false ? [false] : bool(before === true && after === true ? true : undefined)
  },
  or: (left, right) => {
    const before = truth(left())
    if (before === true) return [true]
    const after = truth(right())
    return after === true ? [true] : bool(before === false && after === false ? false : undefined)
  },
  xor: (left, right) => {
    const [before, after] = [truth(left()), truth(right())]
    return bool(before === undefined || after === undefined ? undefined : before !== after)
  },
  implies: (left, right) => {
    const before = truth(left())
    if (before === false) return [true]
    const after = truth(right())
    return after === true ? [true] : bool(before === true ? after : undefined)
  },
  '=': equal,
  '!=': (left, right) => {
    const [value] = equal(left, right)
    return value === undefined ? none : [value !== true]
  },
  in: (left, right) => {
    const value = single(left())
    return value === undefined ? none : bool(right().some((item) => same(value, item)))
  },
  '|': (left, right) => {
    const items = [...left(), ...right()]
    if (items.some((item) => typeof item === 'object')) throw beyond
    return [...new Set(items)]
  },
  '<': compare((at) => at < 0),
  '>': compare((at) => at > 0),
  '<=': compare((at) => at <= 0),
  '>=': compare((at) => at >= 0),
  '+': add,
  '-': numbers((left, right) => left - right),
  mod: numbers((left, right) => left % right)
}

/** @throws beyond for operators that only the engine knows */
export const operatorNamed = (operator: string): Operator => {
  const found = operators[operator]
  if (found === undefined) throw beyond
  return found
}
