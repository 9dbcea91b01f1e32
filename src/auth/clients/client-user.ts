/** The person behind a client, and which scope contexts make sense for them. */
import { parseReference } from '../../fhir/reference.ts'
import type { Reference, ResourceType } from '../../fhir/resource.ts'
import type { ScopeContext } from '../scopes.ts'

const userTypes: ReadonlySet<ResourceType> = new Set<ResourceType>([
  'Practitioner',
  'PractitionerRole',
  'Patient',
  'RelatedPerson'
])
const patientTypes: ReadonlySet<ResourceType> = new Set<ResourceType>(['Patient', 'RelatedPerson'])

/** Undefined also for what is no person: it confers nothing. */
export const userOf = ({ user }: { readonly user?: string }): Reference | undefined => {
  const reference = user === undefined ? undefined : parseReference(user)
  return reference !== undefined && userTypes.has(reference.type)
    ? { type: reference.type, id: reference.id }
    : undefined
}

/**
 * `patient/` is the record of the person who asks, so it needs one; `user/` needs anybody;
 * `system/` needs nobody.
 */
export const contextFits = (context: ScopeContext, user: Reference | undefined): boolean =>
  context === 'system' ||
  (user !== undefined && (context === 'user' || patientTypes.has(user.type)))
