/**
 * Links among the entries of a transaction, replaced by what the entries became: references,
 * uri-like elements and narrative, never canonicals. https://hl7.org/fhir/R4/http.html#trules
 */
import type { Structures } from '../../definitions/definitions.ts'
import { copyOwnSources } from '../../fhir/json-source.ts'
import { elementType } from './element-type.ts'

/** What a link becomes; undefined: leave it. */
export type Resolve = (text: string) => string | undefined

const rewritten: ReadonlySet<string | undefined> = new Set(['uri', 'url', 'oid', 'uuid'])
const narrativeLink = /\b(href|src)\s*=\s*(["'])(.*?)\2/g

const inNarrative = (div: string, resolve: Resolve): string =>
  div.replace(narrativeLink, (whole, name: string, quote: string, target: string) => {
    const found = resolve(target.replaceAll('&amp;', '&'))
    return found === undefined ? whole : `${name}=${quote}${found}${quote}`
  })

/**
 * Copies only what changes, and what it hangs from: the body stays as it was sent, for a second
 * run.
 * @param visit is given every reference as it stands afterwards
 */
export const rewriteLinks = (
  structures: Structures,
  body: unknown,
  resolve: Resolve,
  visit?: (reference: string) => void
): unknown => {
  const textAt = (text: string, path: readonly string[]): string => {
    const name = path.at(-1)
    if (name === 'div') return inNarrative(text, resolve)
    const found = resolve(text)
    if (name === 'reference') {
      visit?.(found ?? text)
      return found ?? text
    }
    return found !== undefined && rewritten.has(elementType(structures, path)) ? found : text
  }

  const rewrite = (value: unknown, path: string[]): unknown => {
    if (typeof value === 'string') return textAt(value, path)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      const items = value.map((each) => rewrite(each, path))
      return items.some((item, i) => item !== value[i]) ? kept(value, items) : value
    }
    return rewriteObject(value as Record<string, unknown>, path)
  }

  /** `path` is one stack for the whole walk: this runs on every element of every entry. */
  const rewriteObject = (
    object: Record<string, unknown>,
    path: string[]
  ): Record<string, unknown> => {
    const { resourceType } = object
    const from = typeof resourceType === 'string' ? [resourceType] : path
    let copy: Record<string, unknown> | undefined
    for (const name in object) {
      const child = object[name]
      if (typeof child !== 'string' && typeof child !== 'object') continue
      from.push(name)
      const result = rewrite(child, from)
      from.pop()
      if (result !== child) (copy ??= kept(object, { ...object }))[name] = result
    }
    return copy ?? object
  }

  return rewrite(body, [])
}

const kept = <T extends object>(from: object, copy: T): T => {
  copyOwnSources(from, copy)
  return copy
}
