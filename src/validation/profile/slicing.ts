/**
 * Which slice an item belongs to, and how far it is from the others.
 * https://hl7.org/fhir/R4/profiling.html#slicing
 */
import type { ProfileNode } from '../../definitions/definitions.ts'
import type { Difference } from './pattern.ts'
import { differences } from './pattern.ts'
import { isObject } from '../../fhir/json-object.ts'

export interface Slice {
  readonly name: string
  readonly node: ProfileNode
  /** What keeps an item out of the slice; empty: it belongs to it. */
  readonly distance: (item: unknown) => readonly Difference[]
}

type Distance = Slice['distance']
type Codes = (key: string, value: unknown) => boolean

/**
 * Undefined when a discriminator asks for what one resource does not tell, such as the profile of a
 * target.
 */
export const slicesOf = (node: ProfileNode, codes: Codes): readonly Slice[] | undefined => {
  const made: Slice[] = []
  for (const [name, slice] of Object.entries(node.slices ?? {})) {
    const distances = (node.slicing?.by ?? []).map((by) => distanceBy(by, slice, codes))
    if (distances.length === 0 || distances.includes(undefined)) return undefined
    made.push({
      name,
      node: slice,
      distance: (item) => (distances as Distance[]).flatMap((distance) => distance(item))
    })
  }
  return made
}

const distanceBy = (by: string, slice: ProfileNode, codes: Codes): Distance | undefined => {
  const space = by.indexOf(' ')
  const kind = by.slice(0, space)
  const steps = by.slice(space + 1) === '$this' ? [] : by.slice(space + 1).split('.')
  switch (kind) {
    case 'value':
    case 'pattern':
      return byValue(slice, steps, codes)
    case 'exists':
      return byExistence(slice, steps)
    // The data type of a choice is in its property name; the walker hands items over by it.
    case 'type':
      return steps.length === 0 && slice.types !== undefined ? () => [] : undefined
    default:
      return undefined
  }
}

const byValue = (
  slice: ProfileNode,
  steps: readonly string[],
  codes: Codes
): Distance | undefined => {
  const wanted = expectationAt(slice, steps)
  if (wanted === undefined) return undefined
  if (wanted.codes !== undefined) {
    const key = wanted.codes
    return (item) =>
      valuesAt(item, steps).some(({ value }) => codes(key, value))
        ? []
        : [{ path: steps, found: valuesAt(item, steps)[0]?.value, expected: `a code of ${key}` }]
  }
  const { value } = wanted
  return (item) =>
    nearestOf(
      valuesAt(item, steps).map((found) => differences(value, found.value, found.path))
    ) ?? [{ path: steps, found: undefined, expected: value }]
}

const byExistence = (slice: ProfileNode, steps: readonly string[]): Distance | undefined => {
  const node = steps.reduce<ProfileNode | undefined>((at, step) => at?.children?.[step], slice)
  if (node === undefined) return undefined
  const wanted = node.max !== 0
  return (item) =>
    valuesAt(item, steps).length > 0 === wanted
      ? []
      : [
          {
            path: steps,
            found: wanted ? undefined : 'a value',
            expected: wanted ? 'a value' : 'none'
          }
        ]
}

const nearestOf = (
  candidates: readonly (readonly Difference[])[]
): readonly Difference[] | undefined =>
  candidates.length === 0
    ? undefined
    : candidates.reduce((best, one) => (one.length < best.length ? one : best))

/**
 * The fixed value or pattern that the slice puts at a path, also from inside a pattern further up.
 */
const expectationAt = (
  node: ProfileNode,
  steps: readonly string[]
): { readonly value?: unknown; readonly codes?: string } | undefined => {
  const [step, ...rest] = steps
  if (step === undefined) {
    const value = node.fixed ?? node.pattern
    return value !== undefined
      ? { value }
      : node.codes !== undefined
        ? { codes: node.codes }
        : undefined
  }
  // The url of an extension slice is that of its definition.
  if (step === 'url' && rest.length === 0 && node.profiles?.length === 1) {
    return { value: node.profiles[0] }
  }
  const child =
    node.children?.[step] === undefined ? undefined : expectationAt(node.children[step], rest)
  return child ?? insidePattern(node.fixed ?? node.pattern, steps)
}

const insidePattern = (
  pattern: unknown,
  steps: readonly string[]
): { readonly value: unknown } | undefined => {
  const [only, ...others] = pattern === undefined ? [] : valuesAt(pattern, steps)
  return only === undefined || others.length > 0 ? undefined : { value: only.value }
}

const valuesAt = (
  value: unknown,
  steps: readonly string[],
  path: readonly (string | number)[] = []
): { readonly path: readonly (string | number)[]; readonly value: unknown }[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valuesAt(item, steps, [...path, index]))
  }
  const [step, ...rest] = steps
  if (step === undefined) return value === undefined ? [] : [{ path, value }]
  return isObject(value) ? valuesAt(value[step], rest, [...path, step]) : []
}
