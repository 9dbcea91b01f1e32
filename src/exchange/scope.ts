/**
 * SMART scopes per type and letter, judged from token and request line alone, before any data is
 * touched. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 */
import type { Caller, ScopeAction } from '../auth/caller.ts'
import { isDirectory, isReadOnly } from '../fhir/type-groups.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { ResourceType } from '../fhir/resource.ts'

/** A platform counts caseloads and never meets the people in them. */
const isForPlatforms = (type: ResourceType): boolean => isDirectory(type) || isReadOnly(type)

/** Whether resources of this type may stand in an answer to this caller at all. */
export const covers = (
  { scopes, rights }: Caller,
  type: ResourceType,
  action: ScopeAction
): boolean => scopes.allows(type, action) && (!rights.has('platform') || isForPlatforms(type))

/** What an operation reads inside: the token covers it, the answer does not hold it. */
export const requireToken = (caller: Caller, type: ResourceType, action: ScopeAction): void => {
  if (caller.scopes.allows(type, action)) return
  throw new FhirError(
    'forbidden',
    `Found a token without ${type}.${action} among its scopes, which this request needs; ask for a token with a scope such as system/${type}.${action}.`
  )
}

export const requireScope = (caller: Caller, type: ResourceType, action: ScopeAction): void => {
  requireToken(caller, type, action)
  if (covers(caller, type, action)) return
  throw new FhirError(
    'forbidden',
    `Found a request for ${type} from a platform client, which gets counts alone; use $caseload.`
  )
}
