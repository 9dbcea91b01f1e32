/** What a request is to the journal; audit/ makes the entry. */
import type { GuardedStore } from '../access/guarded-store.ts'
import type { Caller } from '../auth/caller.ts'
import type { Millis } from '../fhir/resource.ts'
import type { Route } from './routes.ts'

export interface JournalLine {
  readonly at: Millis
  /** X-Request-Id. */
  readonly request: string
  readonly caller: Caller
  readonly action: Route['action']
  /** Code of restful-interaction, or the operation with its dollar; empty when the request line named none. */
  readonly interaction: string
  /** Path under the base. */
  readonly path: string
  /** Raw query of the URL, then the form body of a POST _search. */
  readonly query?: string
}

export interface Journal {
  /** A store whose writes commit this line with them. */
  readonly openRequest: (line: JournalLine) => GuardedStore
  /** Durable when it resolves. `patients`: whose data the request touched. */
  readonly record: (line: JournalLine, outcome: { readonly status: number, readonly patients: readonly string[] }) => Promise<void>
}
