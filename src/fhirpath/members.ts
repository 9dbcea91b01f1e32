/**
 * Elements of JSON as FHIRPath sees them: choices under any of their names, extensions beside
 * primitives. https://hl7.org/fhir/R4/json.html#primitive
 */
import { openTypes } from '../definitions/element.ts'
import { beyond } from './beyond.ts'
import { choiceName } from './choice.ts'
import type { Closure } from './functions.ts'
import type { Json } from '../fhir/json-object.ts'
import { isObject } from '../fhir/json-object.ts'

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

export const member =
  (of: Closure, name: string, isChoice: boolean): Closure =>
  (focus, surroundings, self) => {
    const found: unknown[] = []
    for (const item of of(focus, surroundings, self)) membersOf(item, name, isChoice, found)
    return found
  }

/** `value.extension`: what stands beside a primitive, or inside anything else. */
export const extensionsOf =
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
