/** What a caller may ask of the journal. */
import type { Caller } from '../../auth/caller.ts'
import type { AuditQuery } from '../../storage/store.ts'
import { actorOf } from '../who/actors.ts'

/**
 * A person asks for the entries about themselves, a house for what it did itself. undefined:
 * nothing that the query asks for is theirs.
 */
export const journalOf = (caller: Caller, query: AuditQuery): AuditQuery | undefined => {
  const { user, organization } = caller
  switch (actorOf(caller).journal) {
    case 'own':
      return user === undefined || query.patients?.includes(user.id) === false
        ? undefined
        : { ...query, patients: [user.id] }
    case 'house':
      return query.organization === undefined || query.organization === organization
        ? { ...query, organization }
        : undefined
    case 'none':
      return undefined
  }
}
