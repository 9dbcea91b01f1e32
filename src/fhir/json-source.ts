/**
 * Numbers as they were written: `1.50` and `1.5` are not the same measurement.
 * https://hl7.org/fhir/R4/datatypes.html#decimal
 */

type Parent = object
type Key = string | number

/**
 * Beside the parsed value, so that everybody else sees plain numbers. Weak: it lives as long as the
 * resource.
 */
const sources = new WeakMap<Parent, Map<Key, string>>()

export const rememberSource = (parent: Parent, key: Key, text: string): void => {
  const known = sources.get(parent)
  if (known === undefined) sources.set(parent, new Map([[key, text]]))
  else known.set(key, text)
}

/** The text of this number, unless the value has changed since. */
export const sourceOf = (parent: Parent, key: Key, value: number): string | undefined => {
  const text = sources.get(parent)?.get(key)
  return text !== undefined && Number(text) === value ? text : undefined
}

/** For a shallow copy: what stood directly in the original. */
export const copyOwnSources = (from: object, to: object): void => {
  const known = sources.get(from)
  if (known !== undefined) sources.set(to, new Map(known))
}

/** For a deep copy of the same shape. */
export const copySources = (from: unknown, to: unknown): void => {
  if (
    typeof from !== 'object' ||
    from === null ||
    typeof to !== 'object' ||
    to === null ||
    from === to
  ) {
    return
  }
  copyOwnSources(from, to)
  for (const key of Object.keys(from)) {
    copySources((from as Record<string, unknown>)[key], (to as Record<string, unknown>)[key])
  }
}

/** Whether anything below was written in a form that JSON.stringify would not give back. */
export const hasSources = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (sources.has(value)) return true
  if (Array.isArray(value)) return value.some(hasSources)
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key]
    if (typeof child === 'object' && child !== null && hasSources(child)) return true
  }
  return false
}
