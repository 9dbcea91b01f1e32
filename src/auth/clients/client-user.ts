/** The person behind a client, and which scope contexts make sense for them. */
import { userOfType } from '../../access/who/actors.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { Reference } from '../../fhir/resource.ts'
import type { ScopeContext } from '../scopes.ts'

/** Undefined also for what is no person: it confers nothing. */
export const userOf = ({ user }: { readonly user?: string }): Reference | undefined => {
  const reference = user === undefined ? undefined : parseReference(user)
  return reference !== undefined && userOfType(reference.type) !== undefined
    ? { type: reference.type, id: reference.id }
    : undefined
}

/** For no house: for themselves, or for somebody they are close to. */
const actsAlone = ({ type }: Reference): boolean => {
  const actor = userOfType(type)
  return actor !== undefined && actor.actsFor !== 'house'
}

/**
 * `patient/` is the record of the person who asks, so it needs one; `user/` needs anybody;
 * `system/` needs nobody.
 */
export const contextFits = (context: ScopeContext, user: Reference | undefined): boolean =>
  context === 'system' || (user !== undefined && (context === 'user' || actsAlone(user)))
