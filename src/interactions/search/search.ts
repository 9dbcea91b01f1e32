/**
 * search by GET and POST, within a type or a compartment. https://hl7.org/fhir/R4/http.html#search
 */
import type { Issue } from '../../fhir/fhir-error.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { isConformance } from '../../fhir/type-groups.ts'
import { decodeCursor, encodeCursor } from '../../search/cursor.ts'
import { parseSearch } from '../../search/parse.ts'
import type { ParsedSearch } from '../../search/parse.ts'
import type { Page, Stored } from '../../storage/store.ts'
import { searchAudit } from '../unstored/audit-search.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import { searchConformance } from '../unstored/conformance.ts'
import type { Context, FhirRequest, Interaction, Target } from '../../exchange/context.ts'
import { gatherIncludes } from './includes.ts'
import { linkUrl } from '../../exchange/link-url.ts'
import { findPersonTargets } from './person-records.ts'
import { requireScope } from '../../exchange/scope.ts'
import { isSubset, subsetOf } from '../read/subset.ts'

const encoder = new TextEncoder()

const linksOf = (
  context: Context,
  request: FhirRequest,
  parsed: ParsedSearch,
  page: Page
): readonly { readonly relation: string; readonly url: string }[] => {
  const path = request.path.replace(/\/_search$/, '')
  const url = (pairs: ParsedSearch['used']): string => linkUrl(context.base, path, pairs)
  const self = {
    relation: 'self',
    url: url(
      parsed.cursor === undefined ? parsed.used : [...parsed.used, ['_cursor', parsed.cursor]]
    )
  }
  if (page.next === undefined || parsed.query.limit === 0) return [self]
  const cursor = encodeCursor(context.cursorKey, {
    client: context.caller.client,
    query: parsed.normal,
    keyset: page.next
  })
  return [self, { relation: 'next', url: url([...parsed.used, ['_cursor', cursor]]) }]
}

const entryOf =
  (context: Context, parsed: ParsedSearch, mode: 'match' | 'include') =>
  (stored: Stored): BundleEntry => ({
    fullUrl: `${context.base}/${stored.ref.type}/${stored.ref.id}`,
    resource: isSubset(parsed)
      ? subsetOf(context.definitions.structures, stored.json, parsed)
      : stored.json,
    search: { mode }
  })

const outcomeEntry = (issues: readonly Issue[]): readonly BundleEntry[] =>
  issues.length === 0
    ? []
    : [
        {
          resource: encoder.encode(JSON.stringify(operationOutcome(issues))),
          search: { mode: 'outcome' }
        }
      ]

type PersonTargets = Awaited<ReturnType<typeof findPersonTargets>>

const parse = (
  context: Context,
  request: FhirRequest,
  target: Target,
  type: ResourceType,
  personTargets?: PersonTargets
): ParsedSearch =>
  parseSearch({
    definitions: context.definitions,
    type,
    query: request.query,
    handling: request.prefer.handling ?? 'strict',
    timeZone: context.timeZone,
    base: context.base,
    now: context.now,
    defaultCount: context.limits.page,
    maxCount: context.limits.maxPage,
    ...(target.compartment !== undefined && { compartment: target.compartment }),
    ...(personTargets !== undefined && { personTargets })
  })

/** Refusals come from token and request line alone; only then is anything looked up. */
const understand = async (
  context: Context,
  request: FhirRequest,
  target: Target,
  type: ResourceType
): Promise<ParsedSearch> => {
  const parsed = parse(context, request, target, type)
  for (const reached of parsed.types) requireScope(context.caller, reached, 's')
  const personTargets = await findPersonTargets(context, request, target)
  return personTargets === undefined ? parsed : parse(context, request, target, type, personTargets)
}

export const search: Interaction = async (context, request, target) => {
  const type = target.type as ResourceType
  if (type === 'AuditEvent') return await searchAudit(context, request, target)
  if (isConformance(type)) return await searchConformance(context, request, target)
  const parsed = await understand(context, request, target, type)
  const after =
    parsed.cursor === undefined
      ? {}
      : {
          after: decodeCursor(context.cursorKey, parsed.cursor, {
            client: context.caller.client,
            query: parsed.normal
          })
        }
  const page = await context.store.search({ ...parsed.query, ...after })
  const rows = parsed.summary === 'count' ? [] : page.rows
  const included = await gatherIncludes(context, parsed.includes, rows)
  const entries = [
    ...rows.map(entryOf(context, parsed, 'match')),
    ...included.rows.map(entryOf(context, parsed, 'include')),
    ...outcomeEntry([...parsed.ignored, ...included.issues])
  ]
  const json = bundleBytes(
    {
      type: 'searchset',
      ...(page.total !== undefined && { total: page.total }),
      link: linksOf(context, request, parsed, page)
    },
    entries
  )
  return { kind: 'bytes', status: 200, json }
}
