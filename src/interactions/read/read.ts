/** read: the current version of one resource. https://hl7.org/fhir/R4/http.html#read */
import type { FhirRequest, FhirResponse, Interaction, Target } from '../../exchange/context.ts'
import type { ResourceId, ResourceType } from '../../fhir/resource.ts'
import { isJournal } from '../../fhir/type-groups.ts'
import type { Stored } from '../../storage/store.ts'
import { readAudit } from '../unstored/audit-search.ts'
import { readConformance } from '../unstored/conformance.ts'
import { gone, notFound } from '../../exchange/refusal.ts'
import { isSubset, subsetIn, subsetOf } from './subset.ts'

export const instanceOf = ({
  type,
  id
}: Target): { readonly type: ResourceType; readonly id: ResourceId } => {
  if (type === undefined || id === undefined) {
    throw new Error('A route to an instance names type and id.')
  }
  return { type, id }
}

/**
 * https://hl7.org/fhir/R4/http.html#cread: the version wins over the date when both are sent (RFC
 * 9110 §13.2.2).
 */
const isKnown = (stored: Stored, { ifNoneMatch, ifModifiedSince }: FhirRequest): boolean => {
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch.includes(stored.version) || ifNoneMatch.includes('*')
  }
  return ifModifiedSince !== undefined && Math.floor(stored.at / 1000) * 1000 <= ifModifiedSince
}

export const present = (stored: Stored, request: FhirRequest): FhirResponse => {
  if (stored.deleted) throw gone(stored.ref)
  return isKnown(stored, request)
    ? { kind: 'empty', status: 304, stored }
    : { kind: 'stored', status: 200, stored }
}

export const read: Interaction = async (context, request, target) => {
  const ref = instanceOf(target)
  const definition = readConformance(context.definitions, ref)
  if (definition !== undefined) return { kind: 'resource', status: 200, resource: definition }
  if (isJournal(ref.type)) return await readAudit(context, ref.id)
  const stored = await context.store.read(ref)
  if (stored === undefined) throw notFound(ref)
  const response = present(stored, request)
  const subset = subsetIn(request)
  if (response.kind !== 'stored' || !isSubset(subset)) return response
  return {
    ...response,
    stored: { ...stored, json: subsetOf(context.definitions.structures, stored.json, subset) }
  }
}
