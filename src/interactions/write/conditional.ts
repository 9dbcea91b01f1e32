/**
 * Conditional interactions: criteria instead of an id, exact under concurrency by the
 * expectation that comes with the match. https://hl7.org/fhir/R4/http.html#cond-update
 */
import type { Match } from '../../access/guarded-store.ts'
import { ssinSystem } from '../../psi/canonical.ts'
import type { Reference, ResourceType } from '../../fhir/resource.ts'
import { parseCriteria } from '../../search/criteria.ts'
import type { Criteria } from '../../search/criteria.ts'
import type { Node } from '../../search/query.ts'
import { StoreConflict } from '../../storage/store.ts'
import type { Context, FhirRequest, Located } from '../../exchange/context.ts'
import { queryText } from '../../exchange/link-url.ts'
import { severalMatches } from '../../exchange/refusal.ts'

const notCriteria: ReadonlySet<string> = new Set(['_format', '_pretty'])

export const criteriaOf = ({ query }: FhirRequest): string =>
  queryText(query.filter(([name]) => !notCriteria.has(name)))

/** Callers of one organisation share the expectation of a match, so they take turns together. */
export const serialKey = (context: Context, type: ResourceType, criteria: string): string =>
  `${context.caller.organization} ${type}?${criteria.replace(/^\?/, '')}`

export const readCriteria = (context: Context, type: ResourceType, criteria: string): Criteria =>
  parseCriteria({
    definitions: context.definitions,
    type,
    criteria,
    timeZone: context.timeZone,
    base: context.base,
    now: context.now
  })

const isNationalNumber = (node: Node): boolean =>
  node.kind === 'and'
    ? node.nodes.some(isNationalNumber)
    : node.kind === 'word' && node.parameter === 'Patient.identifier' && node.system === ssinSystem

/** Several records of one person are no ambiguity: the oldest that the caller sees leads. */
export const leadOf = (
  type: ResourceType,
  where: Node,
  { found }: Match
): Reference | 'several' | undefined =>
  found.length > 1 && !(type === 'Patient' && isNationalNumber(where)) ? 'several' : found[0]?.ref

/** @param fresh what the resource is called when nothing matches */
export const matchOne = async (
  context: Context,
  type: ResourceType,
  criteria: string,
  what: string,
  fresh: Reference
): Promise<Located> => {
  const { where, normal } = readCriteria(context, type, criteria)
  const match = await context.store.match(type, where, normal)
  const lead = leadOf(type, where, match)
  if (lead === 'several') throw severalMatches(type, what)
  if (lead === undefined) return { ref: fresh, expectations: [match.expectation] }
  const current = await context.store.readToChange(lead, match)
  // Deleted or hidden between the two reads: decide again.
  if (current === undefined || current.deleted) throw new StoreConflict('counter', lead)
  return { ref: lead, current, expectations: [match.expectation] }
}
