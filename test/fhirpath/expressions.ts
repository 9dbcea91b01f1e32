/**
 * Expressions of our part of FHIRPath, drawn along what a resource holds, so that most of them find
 * something.
 */
import { openTypes } from '../../src/definitions/element.ts'
import type { Json } from '../../src/fhir/json-object.ts'
import { isObject } from '../../src/fhir/json-object.ts'
import { choiceName } from '../../src/fhirpath/choice.ts'
import { looksTemporal } from '../../src/fhirpath/expression.ts'

/** Draws one of a list. */
export type Pick = <T>(list: readonly T[]) => T

/** Of open choices: ofType(string) takes codes as well, and nobody of ours asks an extension so. */
const parents: ReadonlySet<string> = new Set([
  'valueString',
  'valueUri',
  'valueInteger',
  'valueQuantity'
])

/** Names of elements, wherever they stand. */
export interface Names {
  readonly choices: ReadonlySet<string>
  readonly plain: ReadonlySet<string>
}

/** From an element to one inside it: JSON names, and what stands at each of them. */
interface Road {
  readonly names: readonly string[]
  readonly values: readonly unknown[]
}

/** `div` is an operator too; contained resources are typed by what they are. */
const avoided: ReadonlySet<string> = new Set(['resourceType', 'div', 'contained', 'resource'])

const roadsFrom = (element: Json, names: Names, before: Road = { names: [], values: [] }): Road[] =>
  Object.entries(element).flatMap(([name, value]): Road[] => {
    if (name.startsWith('_') || avoided.has(name)) return []
    if (before.names.at(-1) === 'extension' && parents.has(name)) return []
    // procedureCode is an element of its own in one type, a choice in another.
    if (names.plain.has(name) && choiceOf(name, names)[1] !== undefined) return []
    return [value].flat().flatMap((item, index): Road[] => {
      const road = {
        names: [...before.names, name],
        values: [...before.values, item]
      }
      const inner = isObject(item) && before.names.length < 3 ? roadsFrom(item, names, road) : []
      return index === 0 ? [road, ...inner] : inner
    })
  })

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`
const isPlain = (value: unknown): value is string =>
  typeof value === 'string' && value.length < 60 && !looksTemporal(value)

/** `valueQuantity` as `value` and `Quantity`. */
const choiceOf = (name: string, names: Names): readonly [string, string?] => {
  for (const { code } of openTypes) {
    const suffix = choiceName('', code)
    const base = name.slice(0, -suffix.length)
    if (name.endsWith(suffix) && names.choices.has(base)) return [base, code]
  }
  return [name]
}

/** What search parameters are written in: choices spelled out, three kinds of conditions. */
export const searchExpression = (pick: Pick, resource: Json, names: Names): string => {
  const roads = roadsFrom(resource, names)
  const type = String(resource['resourceType'])
  const path = (conditions: boolean): { readonly text: string; readonly road: Road } => {
    const road = pick(roads)
    const steps = road.names.map((name, index) => {
      const [base, code] = choiceOf(name, names)
      const step = code === undefined ? base : `${base}.ofType(${code})`
      const value = road.values[index]
      return conditions && isObject(value) && pick([true, false, false])
        ? step + condition(pick, value, names)
        : step
    })
    return { text: [type, ...steps].join('.'), road }
  }
  const one = (): string => path(true).text
  return pick([
    one,
    one,
    () => `${one()} | ${one()}`,
    () => `${one()} | (${one()} | ${one()})`,
    () => `(${one()} | ${one()}).exists()`,
    () => `${one()}.exists() and ${one()}.exists()`,
    () => {
      const { text, road } = path(false)
      const value = road.values.at(-1)
      const literal = isPlain(value) ? quoted(value) : pick(['true', 'false', "'x'"])
      return `${pick([text, `(${text} | ${one()})`])}.exists() and ${text} ${pick(['=', '!='])} ${literal}`
    }
  ])()
}

const condition = (pick: Pick, element: Json, names: Names): string => {
  const { reference, extension } = element
  const texts = Object.entries(element).filter(
    ([name, value]) =>
      !name.startsWith('_') && isPlain(value) && choiceOf(name, names)[1] === undefined
  )
  return pick([
    ...texts.map(([name, value]) => `.where(${name} = ${quoted(value as string)})`),
    ...texts.slice(0, 1).map(([name]) => `.where(${name} = 'something else')`),
    ...(typeof reference === 'string'
      ? [
          `.where(resolve() is ${reference.split('/')[0]!.replace(/\W.*/, '')})`,
          '.where(resolve() is Group)'
        ].filter((text) => /is [A-Z]/.test(text))
      : []),
    ...(Array.isArray(extension)
      ? extension.map((one) => `.where(hasExtension(${quoted(String((one as Json)['url']))}))`)
      : []),
    ''
  ])
}

const plainName = (road: Road, names: Names): string =>
  road.names.map((name) => choiceOf(name, names)[0]).join('.')

/** What invariants are written in: yes or no, on an element. */
export const invariant = (pick: Pick, element: Json, names: Names, depth = 3): string => {
  const roads = roadsFrom(element, names)
  if (roads.length === 0) return pick(['$this.exists()', 'nothing.empty()', 'true', '{}'])
  const road = pick(roads)
  const path = pick(['', '', '', '$this.']) + plainName(road, names)
  const leaf = () => onItems(pick, path, road, plainName(pick(roads), names), names)
  if (depth === 0) return leaf()
  const value = road.values.at(-1)
  const inner = (): string =>
    isObject(value) ? invariant(pick, value, names, depth - 1) : pick(['$this.exists()', 'true'])
  const again = (): string => invariant(pick, element, names, depth - 1)
  const operator = pick(['and', 'or', 'xor', 'implies'])
  return pick([
    leaf,
    leaf,
    () => `${path}.where(${inner()}).exists()`,
    () => `${path}.exists(${inner()})`,
    () => `${path}.all(${inner()})`,
    () => `${path}.select(${inner()}).allTrue()`,
    () => `(${again()}).not()`,
    () => `${again()} ${operator} ${again()}`,
    () => `${again()} ${operator} (${again()})`
  ])()
}

/** Asks for the items at the end of a road: whether and how many there are, what they hold. */
const onItems = (pick: Pick, path: string, road: Road, other: string, names: Names): string => {
  const [, code] = choiceOf(road.names.at(-1) ?? '', names)
  const value = road.values.at(-1)
  return pick([
    `${path}.exists()`,
    `${path}.empty()`,
    `${path}.count() ${pick(['<', '>', '<=', '>=', '=', '!='])} ${pick([0, 1, 2])}`,
    `${path}.count() ${pick(['+', '-', 'mod'])} ${pick([1, 2])} ${pick(['=', '>'])} 1`,
    `(${path} | ${other}).count() ${pick(['<=', '>'])} 1`,
    `${path}.extension('http://example.org/x').empty()`,
    `${path}.first().exists()`,
    `${path}.not()`,
    `${path} | ${other} != {}`,
    ...(code === undefined ? [] : [`${path}.ofType(${code}).exists()`]),
    ...(isPlain(value) ? onText(pick, path, value) : []),
    ...(typeof value === 'boolean' || (typeof value === 'number' && value >= 0)
      ? [`${path} ${pick(['=', '!='])} ${value}`]
      : [])
  ])
}

const onText = (pick: Pick, path: string, value: string): readonly string[] => [
  `${path} ${pick(['=', '!='])} ${pick([quoted(value), "'x'"])}`,
  `${path}.first() ${pick(['=', '!='])} ${quoted(value)}`,
  `${path} in (${quoted(value)} | 'x')`,
  `${path}.matches('^[a-z]+$')`,
  `${path}.substring(0, ${pick([1, 3])}) = ${quoted(value.slice(0, 3))}`,
  `${path}.select($this.substring(1)).count() = 1`,
  `${path}.toInteger() > 5`
]
