/** patch with JSON Patch, by id or by criteria. https://hl7.org/fhir/R4/http.html#patch */
import { isDeepStrictEqual } from 'node:util'
import { wholeResource } from '../../fhir/elements.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Resource, ResourceType } from '../../fhir/resource.ts'
import type { Stored } from '../../storage/store.ts'
import { criteriaOf, matchOne, serialKey } from './conditional.ts'
import type { Context, FhirRequest, Located, Writing } from '../../exchange/context.ts'
import { checkIfMatch } from './if-match.ts'
import { applyJsonPatch } from './json-patch.ts'
import type { PatchLimits } from './json-patch.ts'
import { gone, noCriteria, notFound } from '../../exchange/refusal.ts'
import { checked, isElement } from './resource-body.ts'
import { requireScope } from '../../exchange/scope.ts'
import { writing } from './write.ts'

const locateById = async (
  context: Context,
  request: FhirRequest,
  ref: Located['ref']
): Promise<Located> => {
  const current = await context.store.readToChange(ref)
  if (current === undefined) throw notFound(ref)
  if (current.deleted) throw gone(ref)
  checkIfMatch(request, current, true)
  return { ref, current, expectations: [] }
}

const locateByCriteria = async (
  context: Context,
  request: FhirRequest,
  type: ResourceType
): Promise<Located> => {
  const criteria = criteriaOf(request)
  if (criteria === '') throw noCriteria(type, 'a conditional patch')
  requireScope(context.caller, type, 's')
  const found = await matchOne(context, type, criteria, 'the conditional patch', {
    type,
    id: context.newId()
  })
  if (found.current === undefined) {
    throw new FhirError(
      'not-found',
      `Found no ${type} for the criteria of the conditional patch; create it first.`
    )
  }
  checkIfMatch(request, found.current, false)
  return found
}

/** Decided by this server alone; a patch may repeat them but not change them. */
const serverFields = ({ resourceType, id, meta }: Resource): unknown => [
  resourceType,
  id,
  meta?.versionId,
  meta?.lastUpdated,
  meta?.security
]

const patched = (stored: Stored, body: unknown, limits: PatchLimits): Resource => {
  const resource = wholeResource(stored.json)
  const before = structuredClone(serverFields(resource))
  applyJsonPatch(resource, body, limits)
  if (
    (resource.meta !== undefined && !isElement(resource.meta)) ||
    isDeepStrictEqual(before, serverFields(resource))
  ) {
    return resource
  }
  throw new FhirError(
    'unprocessable',
    'Found a patch of resourceType, id, meta.versionId, meta.lastUpdated or meta.security, which the server alone sets; leave them out.'
  )
}

export const patching: Writing = {
  keys: (context, request, { type, id }) =>
    id === undefined ? [serialKey(context, type as ResourceType, criteriaOf(request))] : [],

  locate: async (context, request, target) => {
    const type = target.type as ResourceType
    return target.id === undefined
      ? await locateByCriteria(context, request, type)
      : await locateById(context, request, { type, id: target.id })
  },

  change: async (context, request, { ref, current }) => {
    if (current === undefined) throw notFound(ref)
    const resource = patched(current, request.body, context.limits)
    const issues = checked(context, resource, ref.type)
    return {
      change: { kind: 'update', ref, resource, method: 'PATCH', before: current },
      issues
    }
  }
}

export const patch = writing(patching)
