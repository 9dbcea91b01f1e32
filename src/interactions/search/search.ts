/**
 * search by GET and POST, within a type or a compartment. https://hl7.org/fhir/R4/http.html#search
 */
import type { Issue } from '../../fhir/fhir-error.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { isConformance, isJournal } from '../../fhir/type-groups.ts'
import { parseSearch } from '../../search/parse.ts'
import type { ParsedSearch } from '../../search/parse.ts'
import type { Stored } from '../../storage/store.ts'
import { searchAudit } from '../unstored/audit-search.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import { searchConformance } from '../unstored/conformance.ts'
import type { Context, FhirRequest, Interaction, Target } from '../../exchange/context.ts'
import { gatherIncludes } from './includes.ts'
import { askedPage, keysetAfter, pageLinks } from '../../exchange/pager.ts'
import type { AskedPage } from '../../exchange/pager.ts'
import { findPersonTargets } from './person-records.ts'
import { requireScope } from '../../exchange/scope.ts'
import { isSubset, subsetOf } from '../read/subset.ts'

const encoder = new TextEncoder()

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
  { size }: AskedPage,
  personTargets?: PersonTargets
): ParsedSearch =>
  parseSearch({
    definitions: context.definitions,
    type: target.type as ResourceType,
    query: request.query,
    handling: request.prefer.handling ?? 'strict',
    timeZone: context.timeZone,
    base: context.base,
    now: context.now,
    limit: size,
    ...(target.compartment !== undefined && { compartment: target.compartment }),
    ...(personTargets !== undefined && { personTargets })
  })

/** Refusals come from token and request line alone; only then is anything looked up. */
const understand = async (
  context: Context,
  request: FhirRequest,
  target: Target,
  page: AskedPage
): Promise<ParsedSearch> => {
  const parsed = parse(context, request, target, page)
  for (const reached of parsed.types) requireScope(context.caller, reached, 's')
  const personTargets = await findPersonTargets(context, request, target)
  return personTargets === undefined ? parsed : parse(context, request, target, page, personTargets)
}

export const search: Interaction = async (context, request, target) => {
  const type = target.type as ResourceType
  if (isJournal(type)) return await searchAudit(context, request, target)
  if (isConformance(type)) return await searchConformance(context, request, target)
  const asked = askedPage(context, request)
  const parsed = await understand(context, request, target, asked)
  const paged = {
    path: request.path.replace(/\/_search$/, ''),
    used: parsed.used,
    query: parsed.normal
  }
  const after = keysetAfter(context, asked, paged)
  const page = await context.store.search({
    ...parsed.query,
    ...(after !== undefined && { after })
  })
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
      link: pageLinks(context, asked, paged, parsed.query.limit === 0 ? undefined : page.next)
    },
    entries
  )
  return { kind: 'bytes', status: 200, json }
}
