/**
 * Turns the parsed FHIRPath of an invariant into closures over JSON: fifty times as fast as the
 * general engine, which decides what these leave open.
 */
import { openTypes } from '../definitions/element.ts'
import { choiceName } from './choice.ts'
import { beyond } from './rule-beyond.ts'
import { evaluateBinary } from './rule-operators.ts'
import { parseRule } from './rule-parser.ts'
import type { Term } from './rule-parser.ts'
import type { Json } from '../fhir/json-object.ts'
import { isObject } from '../fhir/json-object.ts'

export interface Surroundings {
  readonly resource: unknown
  readonly root: unknown
}
type Items = readonly unknown[]
type Closure = (focus: Items, surroundings: Surroundings, self: Items) => Items

const none: Items = []
const yes: Items = [true]
const no: Items = [false]
const choiceSuffixes: ReadonlySet<string> = new Set(
  openTypes.map(({ code }) => choiceName('', code))
)

/** Items of one element; choices under any of their names. */
const membersOf = (item: unknown, name: string, isChoice: boolean, into: unknown[]): void => {
  if (!isObject(item)) {
    if (item !== null && typeof item === 'object') throw beyond
    return
  }
  const property = isChoice ? choiceProperty(item, name) : name
  if (property === undefined) return
  // A primitive with an extension beside it is more than its JSON value.
  if (item[`_${property}`] !== undefined) throw beyond
  const value = item[property]
  if (Array.isArray(value)) into.push(...(value as unknown[]))
  else if (value !== undefined) into.push(value)
}

const choiceProperty = (item: Json, name: string): string | undefined => {
  if (item[name] !== undefined || item[`_${name}`] !== undefined) return name
  for (const key in item) {
    const plain = key.startsWith('_') ? key.slice(1) : key
    if (
      plain.length > name.length &&
      plain.startsWith(name) &&
      choiceSuffixes.has(plain.slice(name.length))
    ) {
      return plain
    }
  }
  return undefined
}

const member =
  (of: Closure, name: string, isChoice: boolean): Closure =>
  (focus, surroundings, self) => {
    const found: unknown[] = []
    for (const item of of(focus, surroundings, self)) membersOf(item, name, isChoice, found)
    return found
  }

/** `value.extension`: what stands beside a primitive, or inside anything else. */
const extensionsOf =
  (of: Closure, name: string, isChoice: boolean): Closure =>
  (focus, surroundings, self) => {
    const found: unknown[] = []
    for (const item of of(focus, surroundings, self)) {
      if (!isObject(item)) throw beyond
      const property = isChoice ? choiceProperty(item, name) : name
      if (property === undefined) continue
      for (const half of [item[property], item[`_${property}`]].flat()) {
        if (isObject(half) && Array.isArray(half['extension'])) {
          found.push(...(half['extension'] as unknown[]))
        }
      }
    }
    return found
  }

const truth = (items: Items): boolean | undefined => {
  if (items.length > 1) throw beyond
  return items.length === 0 ? undefined : items[0] !== false
}
const single = (items: Items): unknown => {
  if (items.length > 1) throw beyond
  return items[0]
}
const bool = (value: boolean): Items => (value ? yes : no)

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

type Call = (
  of: Closure,
  list: readonly Closure[],
  term: Term & { readonly kind: 'call' }
) => Closure | undefined

const filter =
  (of: Closure, criterion: Closure): Closure =>
  (focus, surroundings, self) => {
    const items = of(focus, surroundings, self)
    const kept = each(items, criterion, surroundings)
    return items.filter((_, index) => kept[index] === true)
  }

const wholeNumber = (value: string): Items =>
  /^[+-]?\d{1,9}$/.test(value) ? [Number(value)] : none

const calls: Readonly<Partial<Record<string, Call>>> = {
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

const focusItself: Closure = (focus) => focus

type Choices = ReadonlySet<string>
/** What stands before the dot; the focus where nothing does. */
const before = (of: Term | undefined, choices: Choices): Closure =>
  of === undefined ? focusItself : compile(of, choices)

const compileCall = (term: Term & { readonly kind: 'call' }, choices: Choices): Closure => {
  const { name, of } = term
  if (name === 'ofType') return compileOfType(term, choices)
  const base =
    name === 'extension'
      ? compileMember({ kind: 'member', name: 'extension', ...(of && { of }) }, choices)
      : before(of, choices)
  const made = calls[name]?.(
    base,
    term.arguments.map((argument) => compile(argument, choices)),
    term
  )
  if (made === undefined) throw beyond
  return made
}

/** `scheduled.ofType(Period)` is the property scheduledPeriod. */
const compileOfType = (
  { of, arguments: [type] }: Term & { readonly kind: 'call' },
  choices: Choices
): Closure => {
  if (
    of?.kind !== 'member' ||
    !choices.has(of.name) ||
    type?.kind !== 'member' ||
    type.of !== undefined
  ) {
    throw beyond
  }
  return member(before(of.of, choices), choiceName(of.name, type.name), false)
}

const compileMember = (
  { of, name }: Term & { readonly kind: 'member' },
  choices: Choices
): Closure => {
  // `CarePlan.status`: a type before the path, which only the engine understands everywhere.
  if (of === undefined && /^[A-Z]/.test(name)) throw beyond
  if (name === 'extension' && of?.kind === 'member') {
    return extensionsOf(before(of.of, choices), of.name, choices.has(of.name))
  }
  return member(before(of, choices), name, choices.has(name))
}

const compile = (term: Term, choices: Choices): Closure => {
  switch (term.kind) {
    case 'literal': {
      const items = [term.value]
      return () => items
    }
    case 'quantity': {
      const items = [term]
      return () => items
    }
    case 'empty':
      return () => none
    case 'variable':
      return compileVariable(term.name)
    case 'member':
      return compileMember(term, choices)
    case 'call':
      return compileCall(term, choices)
    case 'binary':
      return compileBinary(term, choices)
  }
}

const compileVariable = (name: string): Closure => {
  switch (name) {
    case '$this':
      return (_focus, _surroundings, self) => self
    case '%resource':
      return (_focus, { resource }) => [resource]
    case '%rootResource':
      return (_focus, { root }) => [root]
    case '%ucum':
      return () => ['http://unitsofmeasure.org']
    default:
      throw beyond
  }
}

const compileBinary = (
  { operator, left, right }: Term & { readonly kind: 'binary' },
  choices: Choices
): Closure => {
  const [first, second] = [compile(left, choices), compile(right, choices)]
  const evaluate = evaluateBinary(operator)
  return (focus, surroundings, self) =>
    evaluate(
      () => first(focus, surroundings, self),
      () => second(focus, surroundings, self)
    )
}

/**
 * Undefined when the expression as such is beyond; the closure throws `beyond` when the content is.
 * @param choices names of choice elements: `value` may stand as valueString
 */
export const closureOf = (
  expression: string,
  choices: Choices
): ((focus: unknown, surroundings: Surroundings) => Items) | undefined => {
  try {
    const closure = compile(parseRule(expression), choices)
    return (focus, surroundings) => {
      const self = [focus]
      return closure(self, surroundings, self)
    }
  } catch {
    return undefined
  }
}
