/** SMART scopes per type and letter, judged from token and request line alone, before any data is touched. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
import type { Caller, ScopeAction } from '../auth/caller.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { ResourceType } from '../fhir/resource.ts'

export const requireScope = (caller: Caller, type: ResourceType, action: ScopeAction): void => {
  if (caller.scopes.allows(type, action)) return
  throw new FhirError('forbidden', `Found a token without ${type}.${action} among its scopes, which this request needs; ask for a token with a scope such as system/${type}.${action}.`)
}
