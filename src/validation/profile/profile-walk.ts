/**
 * Walks an element along a profile: cardinalities, types, fixed values, slices, bindings, targets,
 * rules. https://hl7.org/fhir/R4/profiling.html
 */
import type { Definitions, Profile, ProfileNode } from '../../definitions/definitions.ts'
import { choiceName, looksLikeChoice } from '../../fhirpath/choice.ts'
import { checkCodes } from '../structure/codes.ts'
import { differences, isFixed } from './pattern.ts'
import type { Difference } from './pattern.ts'
import { createRulesOfProfile } from './profile-node.ts'
import type { ElementRules, SeverityOf, Slicing } from './profile-node.ts'
import { checkTarget } from '../structure/references.ts'
import type { KnowsType } from '../structure/references.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { quote, report } from '../scope.ts'
import type { Slice } from './slicing.ts'
import { tryRules } from '../rules/try-rules.ts'

/** An element's items as JSON holds them: the value, or only what stands beside a primitive. */
interface Found {
  readonly property: string
  readonly items: readonly unknown[]
  readonly indexed: boolean
  readonly type: string
}

const none: readonly unknown[] = []

const find = ({ name, beside, isChoice }: ElementRules, parent: Json): Found => {
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

export const createProfileWalk = (
  definitions: Definitions,
  knows: KnowsType,
  severityOf: SeverityOf
): ((profile: Profile, value: unknown, scope: Scope) => void) => {
  const rulesOf = createRulesOfProfile(definitions, knows, severityOf)

  const checkItem = (rules: ElementRules, value: unknown, type: string, scope: Scope): void => {
    checkValue(rules, value, type, scope)
    if (rules.rules.length > 0) tryRules(rules.rules, value, scope)
    if (rules.children.length > 0 && isObject(value)) {
      for (const child of rules.children) checkElement(child, value, scope)
    }
  }

  const checkValue = (
    { node, profile, valueSet }: ElementRules,
    value: unknown,
    type: string,
    scope: Scope
  ): void => {
    if (node.fixed !== undefined && !isFixed(node.fixed, value)) {
      report(
        scope,
        'error',
        'value',
        `Found ${quote(value)}, expected exactly ${quote(node.fixed)} (profile ${profile}).`
      )
    }
    if (node.pattern !== undefined) {
      for (const one of differences(node.pattern, value)) {
        reportDifference(one, `profile ${profile}`, scope)
      }
    }
    if (node.types !== undefined && type !== '' && !isOfType(node, type)) {
      report(
        scope,
        'error',
        'value',
        `Found a value of type ${type}, expected ${node.types.join(' or ')} (profile ${profile}).`
      )
    }
    if (node.targets !== undefined && isObject(value)) {
      checkTarget(value, node.targets, scope, knows, ` (profile ${profile})`)
    }
    if (valueSet !== undefined) {
      checkCodes(
        valueSet,
        type === 'CodeableConcept' || type === 'Coding' ? type : kindOf(value),
        value,
        scope
      )
    }
    for (const url of node.profiles ?? []) {
      const other = definitions.profile(url)
      // Extensions are checked wherever they stand, by their url.
      if (other !== undefined && other.type !== 'Extension') {
        checkItem(rulesOf(other), value, '', scope)
      }
    }
  }

  const checkElement = (rules: ElementRules, parent: Json, scope: Scope): void => {
    const { node, name, profile } = rules
    const found = find(rules, parent)
    const count = found.items.length
    if (count < (node.min ?? 0)) {
      report(
        scope,
        'error',
        'required',
        `Profile ${profile} expects ${atLeast(node.min ?? 0, name)}, found ${count === 0 ? 'none' : count}; add ${rules.isChoice && node.types !== undefined ? choices(name, node.types) : 'it'}.`
      )
    }
    if (node.max !== undefined && count > node.max) {
      report(
        scope,
        'error',
        'invariant',
        `Profile ${profile} allows ${node.max === 0 ? `no ${name}` : `at most ${node.max} ${name}`}, found ${count}; remove ${node.max === 0 ? 'it' : 'the others'}.`,
        found.property
      )
    }
    if (!rules.isBare) {
      for (let index = 0; index < count; index++) {
        at(scope, found, index, () => checkItem(rules, found.items[index], found.type, scope))
      }
    }
    if (rules.slicing !== undefined) checkSlices(rules, rules.slicing, found, scope)
  }

  const checkSlices = (
    { name, profile }: ElementRules,
    { slices, closed, of }: Slicing,
    found: Found,
    scope: Scope
  ): void => {
    const counts = new Array<number>(slices.length).fill(0)
    found.items.forEach((item, index) => {
      let taken = false
      for (const which of of(item)) {
        const slice = slices[which]
        if (slice === undefined || (found.type !== '' && !isOfType(slice.node, found.type))) {
          continue
        }
        taken = true
        counts[which] = (counts[which] ?? 0) + 1
        if (!slice.rules.isBare) {
          at(scope, found, index, () => checkItem(slice.rules, item, found.type, scope))
        }
      }
      if (closed && !taken) {
        at(scope, found, index, () =>
          report(
            scope,
            'error',
            'invariant',
            `Profile ${profile} allows only the slices ${slices.map((slice) => slice.name).join(', ')} of ${name}; change or remove this one.`
          )
        )
      }
    })
    slices.forEach((slice, which) => {
      const count = counts[which] ?? 0
      if (slice.node.max !== undefined && count > slice.node.max) {
        report(
          scope,
          'error',
          'invariant',
          `Profile ${profile} allows at most ${slice.node.max} ${name} of slice ${slice.name}, found ${count}; remove the others.`,
          found.property
        )
      }
      if (count < (slice.node.min ?? 0)) reportMissing(slice, name, found, profile, scope)
    })
  }

  return (profile, value, scope) => checkItem(rulesOf(profile), value, '', scope)
}

/** The type as a property name ends in it: `Date` for date. */
const isOfType = (node: ProfileNode, type: string): boolean =>
  node.types === undefined || node.types.some((wanted) => choiceName('', wanted) === type)

const kindOf = (value: unknown): string =>
  !isObject(value) ? 'code' : 'coding' in value || 'text' in value ? 'CodeableConcept' : 'Coding'

const at = (scope: Scope, found: Found, index: number, check: () => void): void => {
  const { path } = scope.run
  path.push(found.property)
  if (found.indexed) path.push(index)
  check()
  path.length -= found.indexed ? 2 : 1
}

const reportDifference = (
  { path, found, expected }: Difference,
  whose: string,
  scope: Scope
): void =>
  report(
    scope,
    'error',
    'value',
    `Found ${found === undefined ? 'nothing' : quote(found)}, expected ${quote(expected)} (${whose}).`,
    ...path
  )

/** The slice is missing: say what keeps the item that comes closest from being it. */
const reportMissing = (
  slice: Slice,
  name: string,
  found: Found,
  profile: string,
  scope: Scope
): void => {
  const nearest = found.items
    .map((item, index) => ({ index, missing: slice.distance(item) }))
    .sort((left, right) => left.missing.length - right.missing.length)[0]
  // Two extensions are not near each other because both have a url.
  if (
    nearest === undefined ||
    nearest.missing.length === 0 ||
    nearest.missing.every(({ path }) => path.length === 1 && path[0] === 'url')
  ) {
    const wanted = slice.node.pattern ?? slice.node.fixed ?? urlOf(slice.node)
    report(
      scope,
      'error',
      'required',
      `Profile ${profile} expects ${atLeast(slice.node.min ?? 1, name)} of slice ${slice.name}, found none; add one${wanted === undefined ? '' : ` with ${quote(wanted)}`}.`
    )
    return
  }
  at(scope, found, nearest.index, () =>
    nearest.missing.forEach((one) =>
      reportDifference(
        one,
        `profile ${profile}, slice ${slice.name} of ${name}, which is missing; this item comes closest`,
        scope
      )
    )
  )
}

const urlOf = (node: ProfileNode): unknown => {
  const url = node.children?.['url']?.fixed ?? node.profiles?.[0]
  return url === undefined ? undefined : { url }
}

const atLeast = (min: number, name: string): string =>
  min === 1 ? `a ${name}`.replace(/^a (?=[aeio])/, 'an ') : `at least ${min} ${name}`
const choices = (name: string, types: readonly string[]): string =>
  types
    .slice(0, 4)
    .map((type) => choiceName(name, type))
    .join(' or ')
