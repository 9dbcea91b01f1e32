/**
 * Walks an element along a profile: cardinalities, types, fixed values, slices, bindings, targets,
 * rules. https://hl7.org/fhir/R4/profiling.html
 */
import type { Definitions, Profile } from '../../definitions/definitions.ts'
import { checkCodes } from '../structure/codes.ts'
import type { Found } from './found.ts'
import { at, find, isOfType } from './found.ts'
import { differences, isFixed } from './pattern.ts'
import { checkCount, checkSliceCount, reportDifference, reportNoSlice } from './profile-faults.ts'
import { createRulesOfProfile } from './profile-node.ts'
import type { ElementRules, RulesOfProfile, SeverityOf, Slicing } from './profile-node.ts'
import { checkTarget } from '../structure/references.ts'
import type { KnowsType } from '../structure/references.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { quote, report } from '../scope.ts'
import { tryRules } from '../rules/try-rules.ts'

interface Walk {
  readonly definitions: Definitions
  readonly knows: KnowsType
  readonly rulesOf: RulesOfProfile
}

export const createProfileWalk = (
  definitions: Definitions,
  knows: KnowsType,
  severityOf: SeverityOf
): ((profile: Profile, value: unknown, scope: Scope) => void) => {
  const rulesOf = createRulesOfProfile(definitions, knows, severityOf)
  const walk: Walk = { definitions, knows, rulesOf }
  return (profile, value, scope) => checkItem(walk, rulesOf(profile), value, '', scope)
}

const checkItem = (
  walk: Walk,
  rules: ElementRules,
  value: unknown,
  type: string,
  scope: Scope
): void => {
  checkContent(walk, rules, value, type, scope)
  for (const url of rules.node.profiles ?? []) {
    const other = walk.definitions.profile(url)
    // Extensions are checked wherever they stand, by their url.
    if (other !== undefined && other.type !== 'Extension') {
      checkItem(walk, walk.rulesOf(other), value, '', scope)
    }
  }
  if (rules.rules.length > 0) tryRules(rules.rules, value, scope)
  if (rules.children.length > 0 && isObject(value)) {
    for (const child of rules.children) checkElement(walk, child, value, scope)
  }
}

const checkContent = (
  { knows }: Walk,
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
    const isCoded = type === 'CodeableConcept' || type === 'Coding'
    checkCodes(valueSet, isCoded ? type : kindOf(value), value, scope)
  }
}

const kindOf = (value: unknown): string =>
  !isObject(value) ? 'code' : 'coding' in value || 'text' in value ? 'CodeableConcept' : 'Coding'

const checkElement = (walk: Walk, rules: ElementRules, parent: Json, scope: Scope): void => {
  const found = find(rules, parent)
  checkCount(rules, found, scope)
  if (!rules.isBare) {
    for (let index = 0; index < found.items.length; index++) {
      at(scope, found, index, () => checkItem(walk, rules, found.items[index], found.type, scope))
    }
  }
  if (rules.slicing !== undefined) checkSlices(walk, rules, rules.slicing, found, scope)
}

const checkSlices = (
  walk: Walk,
  rules: ElementRules,
  { slices, closed, of }: Slicing,
  found: Found,
  scope: Scope
): void => {
  const counts = new Array<number>(slices.length).fill(0)
  found.items.forEach((item, index) => {
    let taken = false
    for (const which of of(item)) {
      const slice = slices[which]
      if (slice === undefined || (found.type !== '' && !isOfType(slice.node, found.type))) continue
      taken = true
      counts[which] = (counts[which] ?? 0) + 1
      if (!slice.rules.isBare) {
        at(scope, found, index, () => checkItem(walk, slice.rules, item, found.type, scope))
      }
    }
    if (closed && !taken) at(scope, found, index, () => reportNoSlice(rules, slices, scope))
  })
  slices.forEach((slice, which) => checkSliceCount(slice, counts[which] ?? 0, rules, found, scope))
}
