/** The items of an element that a profile speaks of, as JSON holds them. */
import { choiceName, looksLikeChoice } from '../../fhirpath/choice.ts'
import type { ProfileNode } from '../../definitions/definitions.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import type { ElementRules } from './profile-node.ts'

/** An element's items as JSON holds them: the value, or only what stands beside a primitive. */
export interface Found {
  readonly property: string
  readonly items: readonly unknown[]
  readonly indexed: boolean
  /** Of a choice, as the property name ends in it: `Date` for date; else empty. */
  readonly type: string
}

const none: readonly unknown[] = []

export const find = ({ name, beside, isChoice }: ElementRules, parent: Json): Found => {
  if (!isChoice) return itemsOf(parent[name], parent[beside], name, '')
  for (const key in parent) {
    const property = key.startsWith('_') ? key.slice(1) : key
    if (looksLikeChoice(property, name)) {
      return itemsOf(
        parent[property],
        parent[`_${property}`],
        property,
        property.slice(name.length)
      )
    }
  }
  return { property: name, items: none, indexed: false, type: '' }
}

const itemsOf = (value: unknown, beside: unknown, property: string, type: string): Found => {
  if (Array.isArray(value) && beside === undefined) {
    return { property, items: value as unknown[], indexed: true, type }
  }
  if (Array.isArray(value) || Array.isArray(beside)) {
    const values = Array.isArray(value) ? (value as unknown[]) : none
    const besides = Array.isArray(beside) ? (beside as unknown[]) : none
    return {
      property,
      items: Array.from(
        { length: Math.max(values.length, besides.length) },
        (_, index) => values[index] ?? besides[index]
      ),
      indexed: true,
      type
    }
  }
  const item = value ?? beside
  return { property, items: item === undefined ? none : [item], indexed: false, type }
}

/** Checks at the place of an item. */
export const at = (scope: Scope, found: Found, index: number, check: () => void): void => {
  const { path } = scope.run
  path.push(found.property)
  if (found.indexed) path.push(index)
  check()
  path.length -= found.indexed ? 2 : 1
}

/** @param type as `Found` has it */
export const isOfType = (node: ProfileNode, type: string): boolean =>
  node.types === undefined || node.types.some((wanted) => choiceName('', wanted) === type)
