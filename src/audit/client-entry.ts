/**
 * What an operator did to a client at the command line, as a journal entry of the client's
 * organisation.
 */
import type { Client } from '../auth/caller.ts'
import type { Millis } from '../fhir/resource.ts'
import type { AuditEntry } from '../storage/store.ts'
import { timeOrdered } from './entry.ts'
import type { AuditFacts } from './entry.ts'

export interface ClientEntryDeps {
  readonly clock: () => Millis
  readonly newId: () => string
}

/** @param deed `add`, `disable`, `enable` or `rotate` */
export const clientEntry =
  ({ clock, newId }: ClientEntryDeps) =>
  (deed: string, client: Client): AuditEntry => {
    const at = clock()
    // status 0: it is there only if the change is, in one commit
    const facts: AuditFacts = {
      action: deed === 'add' ? 'C' : 'U',
      interaction: '',
      path: `client/${client.id}`,
      status: 0,
      deed,
      clientName: client.name
    }
    return {
      id: timeOrdered(newId(), at),
      at,
      request: newId(),
      patients: [],
      organization: client.organization,
      json: JSON.stringify(facts)
    }
  }
