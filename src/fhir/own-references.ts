/**
 * One spelling for references to this server: relative. Whatever decides, checks or finds by a
 * reference then reads the same. https://hl7.org/fhir/R4/references.html#literal
 */
import { copyOwnSources } from './json-source.ts'
import { formatReference, parseReference } from './reference.ts'
import type { Resource } from './resource.ts'

const relative = (text: string, base: string): string => {
  if (text.startsWith('#') || text.startsWith('urn:')) return text
  const found = parseReference(text, base)
  if (found === undefined) return text
  return formatReference(found) + (found.version === undefined ? '' : `/_history/${found.version}`)
}

const kept = <T extends object>(from: object, copy: T): T => {
  copyOwnSources(from, copy)
  return copy
}

const rewriteObject = (
  object: Readonly<Record<string, unknown>>,
  base: string
): Readonly<Record<string, unknown>> => {
  let copy: Record<string, unknown> | undefined
  for (const name in object) {
    const child = object[name]
    const result =
      name === 'reference' && typeof child === 'string'
        ? relative(child, base)
        : rewrite(child, base)
    if (result !== child) (copy ??= kept(object, { ...object }))[name] = result
  }
  return copy ?? object
}

const rewrite = (value: unknown, base: string): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) return rewriteObject(value as Record<string, unknown>, base)
  const items = value.map((each) => rewrite(each, base))
  return items.some((item, i) => item !== value[i]) ? kept(value, items) : value
}

/**
 * The resource with every reference under `base`, however it is spelled, as `Type/id` or
 * `Type/id/_history/vid`.
 * Copies only what changes: the body stays as it was sent.
 */
export const withOwnReferences = <T extends Resource>(resource: T, base: string): T =>
  rewrite(resource, base) as T
