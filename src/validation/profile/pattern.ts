/** Fixed values and patterns. https://hl7.org/fhir/R4/profiling.html#patterns */
import { isObject } from '../../fhir/json-object.ts'

export interface Difference {
  readonly path: readonly (string | number)[]
  readonly found: unknown
  readonly expected: unknown
}

/**
 * Where `value` falls short of a pattern; empty when it has all of it. Array items may stand at any
 * place.
 */
export const differences = (
  pattern: unknown,
  value: unknown,
  path: readonly (string | number)[] = []
): readonly Difference[] => {
  if (Array.isArray(pattern)) {
    const items = Array.isArray(value) ? (value as unknown[]) : []
    return pattern.flatMap(
      (wanted) =>
        fewest(items.map((item, index) => differences(wanted, item, [...path, index]))) ?? [
          { path, found: value, expected: wanted }
        ]
    )
  }
  if (isObject(pattern)) {
    if (!isObject(value)) return [{ path, found: value, expected: pattern }]
    return Object.entries(pattern).flatMap(([name, wanted]) =>
      differences(wanted, value[name], [...path, name])
    )
  }
  return value === pattern ? [] : [{ path, found: value, expected: pattern }]
}

const fewest = (
  candidates: readonly (readonly Difference[])[]
): readonly Difference[] | undefined =>
  candidates.reduce<readonly Difference[] | undefined>(
    (best, one) => (best === undefined || one.length < best.length ? one : best),
    undefined
  )

/** Exactly the fixed value, nothing beside it. */
export const isFixed = (fixed: unknown, value: unknown): boolean => {
  if (Array.isArray(fixed)) {
    return (
      Array.isArray(value) &&
      value.length === fixed.length &&
      fixed.every((one, index) => isFixed(one, value[index]))
    )
  }
  if (!isObject(fixed)) return fixed === value
  return (
    isObject(value) &&
    Object.keys(fixed).length === Object.keys(value).length &&
    Object.entries(fixed).every(([name, one]) => isFixed(one, value[name]))
  )
}
