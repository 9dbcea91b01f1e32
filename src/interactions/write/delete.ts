/**
 * delete by id or by criteria; several matches are refused (declared `single`).
 * https://hl7.org/fhir/R4/http.html#delete
 */
import type { Writing } from '../../exchange/context.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { factsOfType } from '../../fhir/type-groups.ts'
import { criteriaOf, matchOne, serialKey } from './conditional.ts'
import { noCriteria } from '../../exchange/refusal.ts'
import { requireScope } from '../../exchange/scope.ts'
import { writing } from './write.ts'

/** A plan or a consent that was once acted on stays on record: its status says that it is over. */
const checkType = (type: ResourceType): void => {
  const { endedBy } = factsOfType(type)
  if (endedBy !== undefined) {
    throw new FhirError(
      'method-not-allowed',
      `Found a DELETE of a ${type}, which stays on record; set its status instead (${endedBy}).`
    )
  }
}

export const deleting: Writing = {
  keys: (context, request, { type, id }) =>
    id === undefined ? [serialKey(context, type as ResourceType, criteriaOf(request))] : [],

  locate: async (context, request, target) => {
    const type = target.type as ResourceType
    checkType(type)
    if (target.id !== undefined) return { ref: { type, id: target.id }, expectations: [] }
    const criteria = criteriaOf(request)
    if (criteria === '') throw noCriteria(type, 'a conditional delete')
    requireScope(context.caller, type, 's')
    return await matchOne(context, type, criteria, 'the conditional delete', {
      type,
      id: context.newId()
    })
  },

  /** Unknown and hidden ids come back as `absent`: 204 without effect. */
  change: async (_context, request, { ref, current }) => ({
    change: {
      kind: 'delete',
      ref,
      ...(request.ifMatch !== undefined && { ifMatch: request.ifMatch }),
      ...(current !== undefined && { before: current })
    }
  })
}

export const remove = writing(deleting)
