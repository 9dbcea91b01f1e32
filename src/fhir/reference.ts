/**
 * Literal references: `Type/id`, `Type/id/_history/vid`, or the same under this server's base; and
 * one spelling for them, so that whatever decides, checks or finds by a reference reads the same.
 * https://hl7.org/fhir/R4/references.html#literal
 */
import { idPattern } from './id.ts'
import { copyOwnSources } from './json-source.ts'
import type { Reference, Resource, ResourceId, ResourceType, VersionId } from './resource.ts'

const type = '([A-Z][A-Za-z]{1,63})'
const literal = new RegExp(`^${type}/(${idPattern})(?:/_history/(${idPattern}))?$`)
const anywhere = new RegExp(`(?:^|/)${type}/${idPattern}(?:/_history/${idPattern})?$`)
const sought = new RegExp(`(?:^|/)${type}\\?`)
const web = /^\s*https?:/i

/**
 * Host and path as a browser would go there: case of the host, default port, dots and escapes are
 * one spelling. Not the scheme:
 * the same place is meant by http and https. undefined: no URL, or one with a query.
 */
const placeOf = (url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined
  const { host, pathname, search } = new URL(url)
  try {
    return search === '' ? host + decodeURIComponent(pathname).replace(/\/+$/, '') : undefined
  } catch {
    // an escape that is none
    return undefined
  }
}

const belowBase = (text: string, base: string): string => {
  if (text.startsWith(`${base}/`) && literal.test(text.slice(base.length + 1))) {
    return text.slice(base.length + 1)
  }
  const own = web.test(text) ? placeOf(base) : undefined
  const place = own === undefined ? undefined : placeOf(text)
  return place?.startsWith(`${own ?? ''}/`) === true ? place.slice((own ?? '').length + 1) : text
}

/**
 * Reads a literal reference.
 * @param base this server's FHIR base without a final slash; an absolute URL under it, however it
 * is spelled, counts as relative
 * @returns undefined for anything else: absolute URLs elsewhere, `#contained`, `urn:…`, conditional
 * references
 */
export const parseReference = (
  text: string,
  base?: string
): (Reference & { readonly version?: VersionId }) | undefined => {
  const found =
    literal.exec(text) ?? (base === undefined ? null : literal.exec(belowBase(text, base)))
  if (!found) return undefined
  const reference = { type: found[1] as ResourceType, id: found[2] as ResourceId }
  return found[3] === undefined ? reference : { ...reference, version: found[3] as VersionId }
}

/** The type that a literal reference names, whatever server it leads to. */
export const typeNamedBy = (text: string): string | undefined => anywhere.exec(text)?.[1]
/** The same, of a conditional reference too. */
export const typeMeantBy = (text: string): string | undefined =>
  typeNamedBy(text) ?? sought.exec(text)?.[1]

export const formatReference = (reference: Reference): string => `${reference.type}/${reference.id}`

/**
 * What a literal reference names, whatever version of it: `Type/id`. Anything else stays as it is.
 */
export const namedBy = (text: string): string => {
  const found = parseReference(text)
  return found === undefined ? text : formatReference(found)
}

/** The same of what a Reference element holds; undefined where it has no literal one. */
export const namedIn = (
  element: { readonly reference?: string } | undefined
): string | undefined => (element?.reference === undefined ? undefined : namedBy(element.reference))

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
