/** Functions of FHIRPath over collections. http://hl7.org/fhirpath/N1/#functions */
import { beyond } from './beyond.ts'
import type { Items } from './collection.ts'
import { bool, none, single, truth } from './collection.ts'
import type { Call } from './expression.ts'
import { isObject } from '../fhir/json-object.ts'

/** What `%resource` and `%rootResource` stand for. */
export interface Surroundings {
  readonly resource: unknown
  readonly root: unknown
}
/** An expression, compiled. `self` is what `$this` stands for. */
export type Closure = (focus: Items, surroundings: Surroundings, self: Items) => Items

const text = (items: Items): string | undefined => {
  const value = single(items)
  if (value !== undefined && typeof value !== 'string') throw beyond
  return value
}

const each = (
  items: Items,
  criterion: Closure,
  surroundings: Surroundings
): (boolean | undefined)[] =>
  items.map((item) => {
    const self = [item]
    return truth(criterion(self, surroundings, self))
  })

/** Undefined: a form that only the engine knows. */
type Compile = (of: Closure, list: readonly Closure[], call: Call) => Closure | undefined

const filter =
  (of: Closure, criterion: Closure): Closure =>
  (focus, surroundings, self) => {
    const items = of(focus, surroundings, self)
    const kept = each(items, criterion, surroundings)
    return items.filter((_, index) => kept[index] === true)
  }

const wholeNumber = (value: string): Items => {
  if (!/^[+-]?\d+$/.test(value)) return none
  // How many bits an integer has is the engine's to say.
  if (value.length > 9) throw beyond
  return [Number(value)]
}

export const functions: Readonly<Partial<Record<string, Compile>>> = {
  where: (of, [criterion]) => criterion && filter(of, criterion),
  exists: (of, [criterion]) => {
    const items = criterion ? filter(of, criterion) : of
    return (focus, surroundings, self) => bool(items(focus, surroundings, self).length > 0)
  },
  empty: (of) => (focus, surroundings, self) => bool(of(focus, surroundings, self).length === 0),
  count: (of) => (focus, surroundings, self) => [of(focus, surroundings, self).length],
  not: (of) => (focus, surroundings, self) => {
    const value = truth(of(focus, surroundings, self))
    return value === undefined ? none : bool(!value)
  },
  all: (of, [criterion]) =>
    criterion &&
    ((focus, surroundings, self) =>
      bool(
        each(of(focus, surroundings, self), criterion, surroundings).every((kept) => kept === true)
      )),
  allTrue: (of) => (focus, surroundings, self) =>
    bool(of(focus, surroundings, self).every((item) => item === true)),
  select: (of, [projection]) =>
    projection &&
    ((focus, surroundings, self) =>
      of(focus, surroundings, self).flatMap((item) => {
        const inner = [item]
        return projection(inner, surroundings, inner)
      })),
  first: (of) => (focus, surroundings, self) => of(focus, surroundings, self).slice(0, 1),
  now: () => () => [new Date()],
  matches: (of, _, { arguments: [pattern] }) => {
    if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return undefined
    const expression = new RegExp(pattern.value, 'us')
    return (focus, surroundings, self) => {
      const value = text(of(focus, surroundings, self))
      return value === undefined ? none : bool(expression.test(value))
    }
  },
  substring: (of, [start, length]) =>
    start &&
    ((focus, surroundings, self) => {
      const value = text(of(focus, surroundings, self))
      const from = single(start(focus, surroundings, self))
      const size = length === undefined ? Infinity : single(length(focus, surroundings, self))
      if (typeof from !== 'number' || typeof size !== 'number') throw beyond
      return value === undefined || from < 0 || from >= value.length
        ? none
        : [value.slice(from, from + size)]
    }),
  toInteger: (of) => (focus, surroundings, self) => {
    const value = text(of(focus, surroundings, self))
    return value === undefined ? none : wholeNumber(value)
  },
  extension: (of, [url]) =>
    url &&
    ((focus, surroundings, self) => {
      const wanted = single(url(focus, surroundings, self))
      return of(focus, surroundings, self).filter(
        (extension) => isObject(extension) && extension['url'] === wanted
      )
    })
}
