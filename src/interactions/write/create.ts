/** create, also conditional (If-None-Exist). https://hl7.org/fhir/R4/http.html#create */
import type { Writing } from '../../exchange/context.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { matchOne, serialKey } from './conditional.ts'
import { noCriteria } from '../../exchange/refusal.ts'
import { checked, resourceOf, stampable } from './resource-body.ts'
import { requireScope } from '../../exchange/scope.ts'
import { writing } from './write.ts'

export const creating: Writing = {
  keys: (context, { ifNoneExist }, { type }) =>
    ifNoneExist === undefined ? [] : [serialKey(context, type as ResourceType, ifNoneExist)],

  locate: async (context, { ifNoneExist }, target) => {
    const type = target.type as ResourceType
    const fresh = { type, id: context.newId() }
    if (ifNoneExist === undefined) return { ref: fresh, expectations: [] }
    if (ifNoneExist.replace(/^\?/, '') === '') throw noCriteria(type, 'If-None-Exist')
    requireScope(context.caller, type, 's')
    return await matchOne(context, type, ifNoneExist.replace(/^\?/, ''), 'If-None-Exist', fresh)
  },

  change: async (context, { body }, { ref, current }) => {
    const resource = stampable(resourceOf(body, ref.type))
    if (current !== undefined) return {}
    const issues = checked(context, resource, ref.type)
    return { change: { kind: 'create', ref, resource }, issues }
  }
}

export const create = writing(creating)
