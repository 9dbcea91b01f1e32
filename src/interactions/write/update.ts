/** update by id or by criteria (conditional update). https://hl7.org/fhir/R4/http.html#update */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Resource, ResourceType } from '../../fhir/resource.ts'
import { criteriaOf, matchOne, serialKey } from './conditional.ts'
import type { Context, FhirRequest, Located, Target, Writing } from '../../exchange/context.ts'
import { checkIfMatch } from './if-match.ts'
import { noCriteria } from '../../exchange/refusal.ts'
import { checked, resourceOf, stampable } from './resource-body.ts'
import { requireScope } from '../../exchange/scope.ts'
import { writing } from './write.ts'

const locateById = async (
  context: Context,
  request: FhirRequest,
  ref: Located['ref']
): Promise<Located> => {
  const current = await context.store.readToChange(ref)
  // Ids are the server's own, so that a guess tells nothing: an unknown one and a hidden one are
  // refused alike.
  if (current === undefined) {
    throw new FhirError(
      'method-not-allowed',
      `Found no ${ref.type}/${ref.id}, and a PUT does not create it: ids are given by the server; create with POST ${ref.type}, or PUT ${ref.type}?identifier=system|value.`
    )
  }
  checkIfMatch(request, current, true)
  return { ref, current, expectations: [] }
}

const locateByCriteria = async (
  context: Context,
  request: FhirRequest,
  type: ResourceType
): Promise<Located> => {
  const criteria = criteriaOf(request)
  if (criteria === '') throw noCriteria(type, 'a conditional update')
  requireScope(context.caller, type, 's')
  const found = await matchOne(context, type, criteria, 'the conditional update', {
    type,
    id: context.newId()
  })
  if (found.current !== undefined) checkIfMatch(request, found.current, false)
  else requireScope(context.caller, type, 'c')
  return found
}

const wrongId = (found: unknown, expected: string): FhirError =>
  new FhirError('invalid', [
    {
      severity: 'error',
      code: 'value',
      expression: 'id',
      diagnostics: `Found ${found === undefined ? 'no id' : `the id ${JSON.stringify(found)}`} in the body, expected ${expected}.`
    }
  ])

/**
 * The page says both that the id shall be ignored and that another one is an error: we say error,
 * so that nobody updates what they did not mean.
 */
const checkId = (resource: Resource, { ref, current }: Located, byId: boolean): void => {
  if (byId && resource.id !== ref.id) throw wrongId(resource.id, `"${ref.id}" as in the URL`)
  if (byId || resource.id === undefined) return
  if (current === undefined) {
    throw wrongId(resource.id, 'none, since no resource matches and ids are given by the server')
  }
  if (resource.id !== ref.id) {
    throw wrongId(resource.id, 'none, or that of the resource that matches')
  }
}

export const updating: Writing = {
  keys: (context, request, { type, id }) =>
    id === undefined ? [serialKey(context, type as ResourceType, criteriaOf(request))] : [],

  locate: async (context, request, target: Target) =>
    target.id === undefined
      ? await locateByCriteria(context, request, target.type as ResourceType)
      : await locateById(context, request, { type: target.type as ResourceType, id: target.id }),

  change: async (context, request, located) => {
    const { ref, current } = located
    const sent = resourceOf(request.body, ref.type)
    checkId(sent, located, !isConditional(request))
    const resource = stampable(sent, ref.id)
    const issues = checked(context, resource, ref.type)
    if (current === undefined) return { change: { kind: 'create', ref, resource }, issues }
    return {
      change: { kind: 'update', ref, resource, method: 'PUT', before: current },
      issues
    }
  }
}

const isConditional = ({ path }: FhirRequest): boolean => !path.includes('/')

export const update = writing(updating)
