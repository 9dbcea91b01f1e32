/**
 * What handlers get instead of a Store. Only access/ can make one: the brand has no other source.
 */
import type { Caller } from '../auth/caller.ts'
import type {
  Brand,
  Millis,
  Reference,
  Resource,
  ResourceType,
  VersionId
} from '../fhir/resource.ts'
import type { Include, Node, SearchQuery } from '../search/query.ts'
import type { AuditPage, AuditQuery, Expectation, Page, Stored } from '../storage/store.ts'

/**
 * One change to one resource; ids are assigned and references rewritten before it comes here.
 * `before`: the very version that `readToChange` gave, which is not read again; the commit fails
 * with StoreConflict when it is no longer the current one. Absent: read when it is written.
 */
export type Change =
  | { readonly kind: 'create'; readonly ref: Reference; readonly resource: Resource }
  | {
      readonly kind: 'update'
      readonly ref: Reference
      readonly resource: Resource
      readonly method: 'PUT' | 'PATCH'
      readonly ifMatch?: VersionId
      readonly before?: Stored
    }
  | {
      readonly kind: 'delete'
      readonly ref: Reference
      readonly ifMatch?: VersionId
      readonly before?: Stored
    }

export interface Written {
  /**
   * `unchanged`: the update equals what is stored, no version was made. `absent`: delete of
   * nothing.
   */
  readonly outcome: 'created' | 'updated' | 'deleted' | 'unchanged' | 'absent'
  /** Absent only for `absent`. */
  readonly stored?: Stored
}

/**
 * Keeps an answer with the write itself, so that the same request sent again gets it instead of
 * writing twice.
 */
export interface Remember {
  readonly key: string
  readonly answer: (written: readonly Written[]) => string
}

/**
 * Result of a conditional match: visible matches (two are enough to know "many") and the
 * expectation that makes acting on it exact.
 */
export interface Match {
  readonly found: readonly Stored[]
  readonly expectation: Expectation
}

export interface Guarded {
  readonly caller: Caller
  /** Time of this request: one instant for all its decisions. */
  readonly now: Millis
  readonly read: (ref: Reference) => Promise<Stored | undefined>
  readonly readAll: (refs: readonly Reference[]) => Promise<readonly (Stored | undefined)[]>
  /**
   * The version that a change starts from, deletions included: to be handed on as `Change.before`.
   * @param match where it was found, so that it is not read again unless it must be
   */
  readonly readToChange: (ref: Reference, match?: Match) => Promise<Stored | undefined>
  readonly readVersion: (ref: Reference, version: VersionId) => Promise<Stored | undefined>
  readonly history: (
    ref: Reference,
    page: { readonly limit: number; readonly before?: number; readonly since?: Millis }
  ) => Promise<{ readonly rows: readonly Stored[]; readonly next?: number; readonly total: number }>
  readonly search: (query: SearchQuery) => Promise<Page>
  readonly include: (
    include: Include,
    sources: readonly Reference[],
    limit: number
  ) => Promise<readonly Stored[]>
  /**
   * For If-None-Exist, conditional update, delete and references. `criteria`: the normalised query
   * text, part of the expectation's name.
   */
  readonly match: (type: ResourceType, where: Node, criteria: string) => Promise<Match>
  /**
   * Judges before- and after-image, checks references, recompiles grants where the change asks for
   * it, commits all or nothing.
   * @throws FhirError; StoreConflict with reason `counter` when a concurrent change won: run the
   * whole interaction again (exchange/retry.ts)
   */
  readonly write: (
    changes: readonly Change[],
    expectations?: readonly Expectation[],
    remember?: Remember
  ) => Promise<readonly Written[]>
  /**
   * What was answered to this client under an Idempotency-Key, if the write it stands for was
   * committed.
   */
  readonly recall: (key: string) => Promise<string | undefined>
  readonly audit: (query: AuditQuery) => Promise<AuditPage>
  /** Patients whose data this request touched so far, for its AuditEvent. */
  readonly touched: () => readonly string[]
  /** True once a write of this request was committed together with its journal entry. */
  readonly recorded: () => boolean
}
export type GuardedStore = Brand<Guarded, 'guarded'>
