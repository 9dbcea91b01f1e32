/**
 * Profiles, arranged for walking: rules compiled, slices told apart by one look where their
 * discriminator allows. Made per profile when first met.
 */
import type {
  Definitions,
  Invariant,
  Profile,
  ProfileNode,
  ValueSetCodes
} from '../../definitions/definitions.ts'
import type { KnowsType } from '../structure/references.ts'
import type { Rule } from '../rules/rule.ts'
import { pathTest } from '../rules/rules.ts'
import { isObject } from '../../fhir/json-object.ts'
import { slicesOf } from './slicing.ts'
import type { Slice } from './slicing.ts'

export type SeverityOf = (rule: Invariant) => 'error' | 'warning'

export interface ElementRules {
  readonly node: ProfileNode
  /** Id of the profile, for sentences. */
  readonly profile: string
  /** As in JSON; of choices the part before the type. */
  readonly name: string
  readonly isChoice: boolean
  readonly beside: string
  readonly rules: readonly Rule[]
  readonly valueSet: ValueSetCodes | undefined
  readonly children: readonly ElementRules[]
  readonly slicing: Slicing | undefined
  /** Nothing to check on an item: number and slices are all there is. */
  readonly isBare: boolean
}

export interface Slicing {
  readonly slices: readonly (Slice & { readonly rules: ElementRules })[]
  readonly closed: boolean
  /** Indices of the slices that an item belongs to. */
  readonly of: (item: unknown) => readonly number[]
}

export type RulesOfProfile = (profile: Profile) => ElementRules

/** Undefined: no more than one look at one primitive tells the slices apart. */
const byKey = (node: ProfileNode): ((item: unknown) => readonly number[]) | undefined => {
  const [by, ...others] = node.slicing?.by ?? []
  const step = /^(?:value|pattern) (\w+)$/.exec(by ?? '')?.[1]
  if (step === undefined || others.length > 0 || by?.endsWith('$this') === true) return undefined
  const keys = new Map<unknown, number[]>()
  for (const [index, slice] of Object.values(node.slices ?? {}).entries()) {
    const child = slice.children?.[step]
    const key = child?.fixed ?? child?.pattern ?? (step === 'url' ? slice.profiles?.[0] : undefined)
    if (typeof key !== 'string') return undefined
    keys.set(key, [...(keys.get(key) ?? []), index])
  }
  const none: number[] = []
  return (item) => (isObject(item) ? (keys.get(item[step]) ?? none) : none)
}

export const createRulesOfProfile = (
  definitions: Definitions,
  knows: KnowsType,
  severityOf: SeverityOf
): RulesOfProfile => {
  const known = new Map<string, ElementRules>()
  return (profile) => {
    const made =
      known.get(profile.url) ??
      elementRules(profile.root, {
        ...{ definitions, knows, severityOf, profile: profile.id },
        ...{ name: profile.type, path: profile.type }
      })
    known.set(profile.url, made)
    return made
  }
}

/** An element of a profile, and what its rules are made with. */
interface Place {
  readonly definitions: Definitions
  readonly knows: KnowsType
  readonly severityOf: SeverityOf
  /** Id of the profile. */
  readonly profile: string
  readonly name: string
  readonly path: string
}

const elementRules = (node: ProfileNode, place: Place): ElementRules => {
  const { definitions, knows, severityOf, name, path } = place
  const isChoice = name.endsWith('[x]')
  const plain = isChoice ? name.slice(0, -3) : name
  return {
    node,
    profile: place.profile,
    name: plain,
    isChoice,
    beside: `_${plain}`,
    rules: (node.rules ?? []).map((rule) => ({
      key: rule.key,
      severity: severityOf(rule),
      human: rule.human,
      test: pathTest(definitions.structures, rule.expression, knows(path) ? undefined : path)
    })),
    valueSet: node.codes === undefined ? undefined : definitions.valueSet(node.codes),
    children: Object.entries(node.children ?? {}).map(([child, rules]) =>
      elementRules(rules, { ...place, name: child, path: `${path}.${child.replace('[x]', '')}` })
    ),
    slicing: slicingOf(node, place),
    isBare: isBare(node, definitions)
  }
}

const isBare = (node: ProfileNode, definitions: Definitions): boolean => {
  const { min: _min, max: _max, slicing: _slicing, slices: _slices, ...checks } = node
  // Extensions are checked wherever they stand, by their url.
  return (
    Object.keys(checks).every((key) => key === 'profiles') &&
    (node.profiles ?? []).every((url) => definitions.profile(url)?.type === 'Extension')
  )
}

const slicingOf = (node: ProfileNode, place: Place): Slicing | undefined => {
  if (node.slices === undefined) return undefined
  const slices = slicesOf(node, codesOf(place.definitions))?.map((slice) => ({
    ...slice,
    rules: elementRules(slice.node, place)
  }))
  return (
    slices && {
      slices,
      closed: node.slicing?.closed === true,
      of:
        byKey(node) ??
        ((item) =>
          slices.flatMap((slice, index) => (slice.distance(item).length === 0 ? [index] : [])))
    }
  )
}

/** Whether a code, Coding or CodeableConcept has a code of a value set. */
const codesOf =
  (definitions: Definitions) =>
  (key: string, value: unknown): boolean => {
    const valueSet = definitions.valueSet(key)
    if (valueSet === undefined) return false
    const codings = isObject(value)
      ? Array.isArray(value['coding'])
        ? (value['coding'] as unknown[])
        : [value]
      : []
    return typeof value === 'string'
      ? valueSet.codes.has(value)
      : codings.some(
          (coding) =>
            isObject(coding) &&
            typeof coding['code'] === 'string' &&
            valueSet.has(coding['system'] as string | undefined, coding['code'])
        )
  }
