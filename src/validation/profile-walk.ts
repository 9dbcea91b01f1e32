/** Walks an element along a profile: cardinalities, types, fixed values, slices, bindings, targets, rules. https://hl7.org/fhir/R4/profiling.html */
import type { Definitions, Invariant, Profile, ProfileNode } from '../definitions/definitions.ts'
import { choiceName, looksLikeChoice } from './choice.ts'
import { checkCodes } from './codes.ts'
import { differences, isFixed } from './pattern.ts'
import type { Difference } from './pattern.ts'
import { checkTarget } from './references.ts'
import type { KnowsType } from './references.ts'
import type { Rule } from './rule.ts'
import { pathTest } from './rules.ts'
import type { Json, Scope } from './scope.ts'
import { isObject, quote, report } from './scope.ts'
import { slicesOf } from './slicing.ts'
import type { Slice } from './slicing.ts'
import { tryRules } from './try-rules.ts'

export type SeverityOf = (rule: Invariant) => 'error' | 'warning'

/** An element's items as JSON holds them: the value, or only what stands beside a primitive. */
interface Found { readonly property: string, readonly items: readonly unknown[], readonly indexed: boolean, readonly type: string }

interface Place { readonly profile: Profile, readonly path: string }

const lower = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1)

const find = (name: string, parent: Json): Found => {
  if (!name.endsWith('[x]')) return itemsOf(parent, name, '')
  const base = name.slice(0, -3)
  const property = Object.keys(parent).map((key) => key.startsWith('_') ? key.slice(1) : key).find((key) => looksLikeChoice(key, base))
  return property === undefined ? { property: base, items: [], indexed: false, type: '' } : itemsOf(parent, property, property.slice(base.length))
}

const itemsOf = (parent: Json, property: string, type: string): Found => {
  const value = parent[property]
  const beside = parent[`_${property}`]
  if (Array.isArray(value) || Array.isArray(beside)) {
    const values = Array.isArray(value) ? value as unknown[] : []
    const besides = Array.isArray(beside) ? beside as unknown[] : []
    return { property, items: Array.from({ length: Math.max(values.length, besides.length) }, (_, index) => values[index] ?? besides[index]), indexed: true, type }
  }
  const item = value ?? beside
  return { property, items: item === undefined ? [] : [item], indexed: false, type }
}

export const createProfileWalk = (definitions: Definitions, knows: KnowsType, severityOf: SeverityOf): (profile: Profile, value: unknown, scope: Scope) => void => {
  const rules = new WeakMap<ProfileNode, readonly Rule[]>()
  const slices = new WeakMap<ProfileNode, readonly Slice[] | 'unknown'>()

  const rulesOf = (node: ProfileNode, path: string): readonly Rule[] => {
    const known = rules.get(node)
    if (known) return known
    const made = (node.rules ?? []).map((rule) => ({ key: rule.key, severity: severityOf(rule), human: rule.human, test: pathTest(rule.expression, knows(path) ? undefined : path) }))
    rules.set(node, made)
    return made
  }

  const hasCode = (key: string, value: unknown): boolean => {
    const valueSet = definitions.valueSet(key)
    if (valueSet === undefined) return false
    const codings = isObject(value) ? Array.isArray(value['coding']) ? value['coding'] as unknown[] : [value] : []
    return typeof value === 'string' ? valueSet.codes.has(value) : codings.some((coding) => isObject(coding) && typeof coding['code'] === 'string' && valueSet.has(coding['system'] as string | undefined, coding['code']))
  }

  const slicing = (node: ProfileNode): readonly Slice[] | 'unknown' => {
    const known = slices.get(node)
    if (known) return known
    const made = slicesOf(node, hasCode) ?? 'unknown'
    slices.set(node, made)
    return made
  }

  const checkNode = (node: ProfileNode, value: unknown, type: string, place: Place, scope: Scope): void => {
    checkValue(node, value, type, place, scope)
    if (node.rules !== undefined) tryRules(rulesOf(node, place.path), value, scope)
    if (node.children === undefined || !isObject(value)) return
    for (const [name, child] of Object.entries(node.children)) checkElement(name, child, value, place, scope)
  }

  const checkValue = (node: ProfileNode, value: unknown, type: string, { profile }: Place, scope: Scope): void => {
    if (node.fixed !== undefined && !isFixed(node.fixed, value)) report(scope, 'error', 'value', `Found ${quote(value)}, expected exactly ${quote(node.fixed)} (profile ${profile.id}).`)
    if (node.pattern !== undefined) for (const one of differences(node.pattern, value)) reportDifference(one, `profile ${profile.id}`, scope)
    if (node.types !== undefined && type !== '' && !node.types.some((wanted) => wanted === type || wanted === lower(type))) report(scope, 'error', 'value', `Found a value of type ${type}, expected ${node.types.join(' or ')} (profile ${profile.id}).`)
    if (node.targets !== undefined && isObject(value)) checkTarget(value, node.targets, scope, knows, ` (profile ${profile.id})`)
    if (node.codes !== undefined) {
      const valueSet = definitions.valueSet(node.codes)
      const kind = isObject(value) ? 'coding' in value || 'text' in value ? 'CodeableConcept' : 'Coding' : 'code'
      if (valueSet !== undefined) checkCodes(valueSet, type === 'CodeableConcept' || type === 'Coding' ? type : kind, value, scope)
    }
    for (const url of node.profiles ?? []) {
      const other = definitions.profile(url)
      // Extensions are checked wherever they stand, by their url.
      if (other !== undefined && other.type !== 'Extension') checkNode(other.root, value, '', { profile: other, path: other.type }, scope)
    }
  }

  const checkElement = (name: string, node: ProfileNode, parent: Json, { profile, path }: Place, scope: Scope): void => {
    const found = find(name, parent)
    const count = found.items.length
    const shown = name.replace('[x]', '')
    if (count < (node.min ?? 0)) report(scope, 'error', 'required', `Profile ${profile.id} expects ${atLeast(node.min ?? 0, shown)}, found ${count === 0 ? 'none' : count}; add ${name.endsWith('[x]') && node.types !== undefined ? choices(shown, node.types) : 'it'}.`)
    if (node.max !== undefined && count > node.max) report(scope, 'error', 'invariant', `Profile ${profile.id} allows ${node.max === 0 ? `no ${shown}` : `at most ${node.max} ${shown}`}, found ${count}; remove ${node.max === 0 ? 'it' : 'the others'}.`, found.property)
    const place = { profile, path: `${path}.${shown}` }
    found.items.forEach((item, index) => at(scope, found, index, () => checkNode(node, item, found.type, place, scope)))
    if (node.slices !== undefined) checkSlices(shown, node, found, place, scope)
  }

  const checkSlices = (name: string, node: ProfileNode, found: Found, place: Place, scope: Scope): void => {
    const list = slicing(node)
    if (list === 'unknown') return
    const taken = new Set<number>()
    for (const slice of list) {
      const members = found.items.flatMap((item, index) => isOfType(slice, found) && slice.distance(item).length === 0 ? [index] : [])
      for (const index of members) {
        taken.add(index)
        at(scope, found, index, () => checkNode(slice.node, found.items[index], found.type, place, scope))
      }
      if (slice.node.max !== undefined && members.length > slice.node.max) report(scope, 'error', 'invariant', `Profile ${place.profile.id} allows at most ${slice.node.max} ${name} of slice ${slice.name}, found ${members.length}; remove the others.`, found.property)
      if (members.length < (slice.node.min ?? 0)) reportMissing(slice, name, found, place, scope)
    }
    if (node.slicing?.closed !== true) return
    found.items.forEach((_, index) => {
      if (!taken.has(index)) at(scope, found, index, () => report(scope, 'error', 'invariant', `Profile ${place.profile.id} allows only the slices ${list.map((slice) => slice.name).join(', ')} of ${name}; change or remove this one.`))
    })
  }

  return (profile, value, scope) => checkNode(profile.root, value, '', { profile, path: profile.type }, scope)
}

const isOfType = (slice: Slice, found: Found): boolean => slice.node.types === undefined || found.type === '' || slice.node.types.some((type) => type === found.type || type === lower(found.type))

const at = (scope: Scope, found: Found, index: number, check: () => void): void => {
  const { path } = scope.run
  path.push(found.property)
  if (found.indexed) path.push(index)
  check()
  path.length -= found.indexed ? 2 : 1
}

const reportDifference = ({ path, found, expected }: Difference, whose: string, scope: Scope): void =>
  report(scope, 'error', 'value', `Found ${found === undefined ? 'nothing' : quote(found)}, expected ${quote(expected)} (${whose}).`, ...path)

/** The slice is missing: say what keeps the item that comes closest from being it. */
const reportMissing = (slice: Slice, name: string, found: Found, { profile }: Place, scope: Scope): void => {
  const nearest = found.items.map((item, index) => ({ index, missing: slice.distance(item) })).sort((left, right) => left.missing.length - right.missing.length)[0]
  const wanted = slice.node.pattern ?? slice.node.fixed ?? urlOf(slice.node)
  // Two extensions are not near each other because both have a url.
  if (nearest === undefined || nearest.missing.length === 0 || nearest.missing.every(({ path }) => path.length === 1 && path[0] === 'url')) {
    report(scope, 'error', 'required', `Profile ${profile.id} expects ${atLeast(slice.node.min ?? 1, name)} of slice ${slice.name}, found none; add one${wanted === undefined ? '' : ` with ${quote(wanted)}`}.`)
    return
  }
  at(scope, found, nearest.index, () => nearest.missing.forEach((one) => reportDifference(one, `profile ${profile.id}, slice ${slice.name} of ${name}, which is missing; this item comes closest`, scope)))
}

const urlOf = (node: ProfileNode): unknown => {
  const url = node.children?.['url']?.fixed ?? node.profiles?.[0]
  return url === undefined ? undefined : { url }
}

const atLeast = (min: number, name: string): string => min === 1 ? `a ${name}`.replace(/^a (?=[aeio])/, 'an ') : `at least ${min} ${name}`
const choices = (name: string, types: readonly string[]): string => types.slice(0, 4).map((type) => choiceName(name, type)).join(' or ')
