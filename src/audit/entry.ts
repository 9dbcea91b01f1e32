/**
 * One request as a journal entry: compact when written, shaped into AuditEvent when read
 * (audit/shape.ts).
 */
import type { Caller } from '../auth/caller.ts'
import type { Millis, ResourceId } from '../fhir/resource.ts'
import type { AuditEntry } from '../storage/store.ts'

/** C create, R read or search, U update, D delete, E execute (AuditEvent.action). */
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E'

export interface BundleFacts {
  readonly entries: number
  readonly failed: number
  readonly worst: number
}

/** Short names: an entry is written for every request. */
export interface AuditFacts {
  readonly action: AuditAction
  /**
   * Interaction or operation, e.g. `search-type`, `$caseload`; empty when the request line named
   * none.
   */
  readonly interaction: string
  /** Path under the base. */
  readonly path: string
  /** Raw query; kept because the law asks who looked for whom, shown as base64 like BALP. */
  readonly query?: string
  /** HTTP status; 0 while a write is being committed: it is there only if it succeeded. */
  readonly status: number
  /**
   * Of a batch or transaction that was answered; `worst`: highest status among its entries that
   * failed.
   */
  readonly bundle?: BundleFacts
  /**
   * What an operator did at the command line to the client that `path` and `clientName` name; then
   * there was no request.
   */
  readonly deed?: string
  readonly client?: string
  readonly clientName?: string
  readonly user?: string
  readonly purpose?: string
}

export interface AuditInput extends Omit<
  AuditFacts,
  'client' | 'clientName' | 'user' | 'purpose' | 'deed'
> {
  /** A random UUID. */
  readonly id: ResourceId
  readonly at: Millis
  readonly request: string
  readonly caller?: Caller
  readonly patients: readonly ResourceId[]
}

/**
 * An id whose beginning is the time (RFC 9562, version 7), so that lines written together lie
 * together in every index.
 * It tells no more than AuditEvent.recorded does.
 */
export const timeOrdered = (id: string, at: Millis): ResourceId => {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${id.slice(15)}` as ResourceId
}

/**
 * Written out, here and below: it is made for every request, and spreads cost microseconds. Members
 * without a value do not reach the JSON.
 */
const factsOf = ({
  action,
  interaction,
  path,
  status,
  query,
  bundle,
  caller
}: AuditInput): {
  readonly [name in Exclude<keyof AuditFacts, 'deed'>]: AuditFacts[name] | undefined
} => ({
  action,
  interaction,
  path,
  status,
  query: query === '' ? undefined : query,
  bundle,
  client: caller?.client,
  clientName: caller?.name,
  user: caller?.user === undefined ? undefined : `${caller.user.type}/${caller.user.id}`,
  purpose:
    caller === undefined || caller.purposes.length === 0 ? undefined : caller.purposes.join(' ')
})

export const auditEntry = (input: AuditInput): AuditEntry => {
  const { at, request, patients, caller } = input
  const id = timeOrdered(input.id, at)
  const json = JSON.stringify(factsOf(input))
  return caller === undefined
    ? { id, at, request, patients, json }
    : { id, at, request, patients, organization: caller.organization, json }
}
