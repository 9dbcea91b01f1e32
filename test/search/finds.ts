/**
 * Asks a query of resources in memory: extraction, parsing and the naive store's reading of nodes
 * together.
 */
import type { Test } from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'
import { createExtractor } from '../../src/search/extract.ts'
import { parseSearch } from '../../src/search/parse.ts'
import type { ParsedSearch, SearchRequest } from '../../src/search/parse.ts'
import { matches } from '../storage/naive/matches.ts'
import type { Entry } from '../storage/naive/world.ts'

export const definitions = loadDefinitions()
export const base = 'https://psi.example.org/fhir'
export const now = Date.parse('2024-06-01T00:00:00Z')
export const extract = createExtractor(definitions, { timeZone: 'Europe/Brussels', base })

export const parse = (
  type: string,
  query: string,
  more: Partial<SearchRequest> = {}
): ParsedSearch =>
  parseSearch({
    definitions,
    type: type as ResourceType,
    query: [...new URLSearchParams(query)],
    handling: 'strict',
    timeZone: 'Europe/Brussels',
    base,
    now,
    ...more
  })

const entryOf = (resource: Resource): Entry => {
  const ref = { type: resource.resourceType, id: resource.id }
  return {
    ref,
    current: {
      stored: { ref, at: Date.parse(resource.meta?.lastUpdated ?? '2024-01-01T00:00:00Z') },
      index: extract(resource)
    }
  } as unknown as Entry
}

/** Ids of the resources of this type that the query matches. */
export const finds = (
  resources: readonly object[],
  type: string,
  query: string,
  more?: Partial<SearchRequest>
): readonly (string | undefined)[] => {
  const { where } = parse(type, query, more).query
  const entries = (resources as Resource[]).map(entryOf)
  return entries
    .filter((entry) => entry.ref.type === type && matches(where, entry, entries))
    .map((entry) => entry.ref.id)
}

/** The query is refused, for the reason that the message tells. */
export const refuses = (
  t: Test,
  type: string,
  query: string,
  message: RegExp,
  more?: Partial<SearchRequest>
): void => {
  t.throws(() => parse(type, query, more), { code: 'invalid', message }, query)
}

/** The text as one value of a search parameter. */
export const escape = (text: string): string => text.replace(/[\\,|$]/g, '\\$&')
