/** What a request is to the journal; audit/ makes the entry. */
import type { GuardedStore } from '../../access/guarded-store.ts'
import type { Caller } from '../../auth/caller.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { Route } from '../routes.ts'

export interface JournalLine {
  readonly at: Millis
  /** X-Request-Id. */
  readonly request: string
  readonly caller: Caller
  readonly action: Route['action']
  /**
   * Code of restful-interaction, or the operation with its dollar; empty when the request line
   * named none.
   */
  readonly interaction: string
  /** Path under the base. */
  readonly path: string
  /** Raw query of the URL, then the form body of a POST _search. */
  readonly query?: string
}

export interface Journal {
  /** A store whose writes commit this line with them. */
  readonly openRequest: (line: JournalLine) => GuardedStore
  /** Patients that a path and its query name. */
  readonly named: (path: string, query: string) => readonly string[]
  /** Durable when it resolves. */
  readonly record: (line: JournalLine, outcome: JournalOutcome) => Promise<void>
}

export interface JournalOutcome {
  readonly status: number
  /** Whose data the request touched, or whom the entries of its Bundle name. */
  readonly patients: readonly string[]
  readonly bundle?: { readonly entries: number; readonly failed: number; readonly worst: number }
}
