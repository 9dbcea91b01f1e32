/**
 * Reads a query string: what is asked for, in which order, with what beside it.
 * https://hl7.org/fhir/R4/search.html
 */
import type { Definitions } from '../definitions/definitions.ts'
import { dateReader } from '../fhir/date.ts'
import { FhirError, type Issue } from '../fhir/fhir-error.ts'
import type { Millis, ResourceId, ResourceType } from '../fhir/resource.ts'
import { compartmentNode } from './compartment-node.ts'
import { mostJoins, mostValuesInQuery, parseFilter, type FilterContext } from './filter.ts'
import {
  isResultParameter,
  readResultParameter,
  resultParameterNames,
  type ResultParameters,
  type Summary
} from './result-parameters.ts'
import type { Include, Node, SearchQuery } from './query.ts'
import type { Unknown } from './unknown-parameter.ts'

export interface SearchRequest {
  readonly definitions: Pick<Definitions, 'isType' | 'searchParameters' | 'compartment'>
  readonly type: ResourceType
  /** Decoded pairs in order. */
  readonly query: readonly (readonly [string, string])[]
  /**
   * `lenient` ignores unknown parameters and says so; modifiers and values that cannot be read are
   * errors in both.
   */
  readonly handling: 'strict' | 'lenient'
  readonly timeZone: string
  readonly base: string
  /** For `ap`. */
  readonly now: Millis
  readonly compartment?: { readonly type: ResourceType; readonly id: ResourceId }
  /**
   * All records of the person behind `Patient/id`, as `Patient/id`, itself included. Absent: each
   * record stands alone.
   */
  readonly personTargets?: (target: string) => readonly string[]
  /** Matches per page; 0 asks for their number alone. */
  readonly limit?: number
}

export interface ParsedSearch {
  readonly query: SearchQuery
  readonly includes: readonly Include[]
  readonly summary?: Summary
  readonly elements?: readonly string[]
  /** What was applied, for the self link. */
  readonly used: readonly (readonly [string, string])[]
  /** Warnings about what was ignored (lenient only). */
  readonly ignored: readonly Issue[]
  /**
   * Other types that decide about matches (chains, `_has`) or are asked for by name (`_include`
   * with one target type, `_revinclude`): the caller needs their scopes.
   */
  readonly types: ReadonlySet<ResourceType>
  /** What all pages of this search share: filters in any order, sort in its order. */
  readonly normal: string
}

const mostParameters = 50

/** @throws FhirError `invalid` */
export const parseSearch = (request: SearchRequest): ParsedSearch => {
  const { definitions, type, query, compartment, limit = 20 } = request
  if (query.length > mostParameters) {
    throw new FhirError(
      'invalid',
      `This query has ${query.length} parameters; at most ${mostParameters} are allowed. Join alternatives with commas.`,
      { issue: 'too-costly' }
    )
  }
  const context = createFilterContext(request, resultParameterNames)
  const results: ResultParameters = {
    sort: [],
    total: 'none',
    summary: undefined,
    elements: undefined,
    includes: []
  }
  const nodes: Node[] = compartment
    ? [compartmentNode(definitions, compartment, type, request.personTargets)]
    : []
  const used: (readonly [string, string])[] = []
  const ignored: Issue[] = []
  const seen = new Set<string>()
  for (const [name, value] of query) {
    const isResult = isResultParameter(name)
    if (isResult) once(name, seen)
    const found = isResult
      ? readResultParameter(name, value, results, { definitions, type })
      : parseFilter(context, type, name, value)
    if (found?.kind === 'unknown') {
      ignored.push(ignoredOrRefused(found, request.handling))
      continue
    }
    if (found) nodes.push(found)
    used.push([name, value])
  }
  for (const include of results.includes) {
    const reached = include.direction === 'reverse' ? include.sourceType : include.targetType
    if (reached !== undefined) context.reached.add(reached)
  }
  return {
    ...shape(results, limit),
    query: searchQuery(type, nodes, results, limit),
    used,
    ignored,
    types: context.reached,
    normal: normalForm(request, used)
  }
}

const ignoredOrRefused = ({ diagnostics }: Unknown, handling: SearchRequest['handling']): Issue => {
  if (handling === 'strict') {
    throw new FhirError('invalid', diagnostics, { issue: 'not-supported' })
  }
  return { severity: 'warning', code: 'not-supported', diagnostics: `Ignored: ${diagnostics}` }
}

type FilterRequest = Pick<
  SearchRequest,
  'definitions' | 'timeZone' | 'base' | 'now' | 'personTargets'
>

export const createFilterContext = (
  { definitions, timeZone, base, now, personTargets }: FilterRequest,
  beside: readonly string[]
): FilterContext => ({
  definitions,
  isType: definitions.isType,
  dates: dateReader(timeZone),
  base,
  now,
  ...(personTargets && { personTargets }),
  budget: { values: mostValuesInQuery, joins: mostJoins },
  reached: new Set(),
  beside
})

/** Includes may repeat; a second `_count` or `_sort` would leave open which one holds. */
const once = (name: string, seen: Set<string>): void => {
  if (name.startsWith('_include') || name.startsWith('_revinclude')) return
  if (seen.has(name)) {
    throw new FhirError('invalid', `${name} is given more than once; give it once.`, {
      issue: 'value'
    })
  }
  seen.add(name)
}

const searchQuery = (
  type: ResourceType,
  nodes: readonly Node[],
  { sort, total, summary }: ResultParameters,
  limit: number
): SearchQuery => {
  const counting = summary === 'count' || limit === 0
  return {
    type,
    where: nodes.length === 1 ? (nodes[0] as Node) : { kind: 'and', nodes },
    sort,
    limit: counting ? 0 : limit,
    total: counting ? 'exact' : total
  }
}

const shape = (
  { summary, elements, includes }: ResultParameters,
  limit: number
): Pick<ParsedSearch, 'includes' | 'summary' | 'elements'> => {
  if (summary === 'text' && includes.length > 0) {
    throw new FhirError(
      'invalid',
      '_summary=text leaves out references, so _include and _revinclude cannot go with it. Drop one of them.',
      { issue: 'value' }
    )
  }
  const shown = limit === 0 ? 'count' : summary
  return {
    includes,
    ...(shown !== undefined && { summary: shown }),
    ...(elements && { elements })
  }
}

/** Made of what is used: the next link carries nothing else. */
const normalForm = ({ type, compartment }: SearchRequest, used: ParsedSearch['used']): string => {
  const filters = used
    .filter(([name]) => !isResultParameter(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
  const sort = used.find(([name]) => name === '_sort')?.[1] ?? ''
  return JSON.stringify([
    type,
    compartment ? `${compartment.type}/${compartment.id}` : '',
    filters,
    sort
  ])
}
