/**
 * The storage port. sqlite/ and mongo/ implement it in files of equal names;
 * test/storage/contract.ts runs on both,
 * with storage/naive as the oracle. A store knows index values, acl entries and bytes; it never
 * looks into a resource.
 */
import type { DataClass } from '../psi/data-classes.ts'
import type { Millis, Reference, ResourceId, ResourceType, VersionId } from '../fhir/resource.ts'
import type { Include, IndexValues, Keyset, SearchQuery } from '../search/query.ts'

/** `who|purpose|action`, made by access/who/keys.ts alone. */
export type AccessKey = string
/** This key may touch the resource version from `from` (inclusive) to `to` (exclusive). */
export interface AclEntry {
  readonly key: AccessKey
  readonly from: Millis
  readonly to: Millis
}

/**
 * Who asks. `keys`: a row counts only if one of its acl entries has one of these keys and from <=
 * now < to. `denied`: and none of its entries valid now has one of these (a person who was excluded
 * by name, whatever their organisation may see). `system`: made in access/who/system.ts alone.
 */
export type AclFilter =
  | {
      readonly kind: 'keys'
      readonly keys: readonly AccessKey[]
      readonly denied?: readonly AccessKey[]
      readonly now: Millis
    }
  | { readonly kind: 'system' }

/**
 * Whose grants, consents and exclusions decide; today the id of one Patient record
 * (docs/decisions/2611-person-key.md).
 */
export type PersonKey = string

/**
 * Server-derived facts about one version, never read from the client's `meta`.
 * access/decision/envelope.ts makes it, the store keeps it as it is.
 */
export interface Envelope {
  /**
   * Persons whose grants decide about this version: its subjects, or for a directory entry those
   * whose resources refer to it. Indexed.
   */
  readonly persons: readonly PersonKey[]
  /** Patient records that this version is about. */
  readonly patients: readonly ResourceId[]
  readonly dataClass: DataClass
  /** Organisation that wrote it. */
  readonly custodian: ResourceId
  /** What consent rules look at, one per subject: all must permit. */
  readonly facts: readonly Fact[]
  /** A directory entry that every client may read. */
  readonly published?: true
  /** Of a directory entry: the kinds of data that refer to it. */
  readonly links?: readonly Link[]
}

/**
 * What is known of data that refer to a directory entry, the same for many persons. Without ids and
 * dates, so that an entry does not grow with every resource.
 */
export type Kind = Pick<Fact, 'dataClass' | 'type' | 'profiles'>
/**
 * One kind for each subject of the referring version, and whose data they are: subject by subject,
 * in the order of `kinds`.
 */
export interface Link {
  readonly kinds: readonly Kind[]
  readonly persons: readonly (readonly PersonKey[])[]
}

export interface Fact {
  readonly person: PersonKey
  readonly dataClass: DataClass
  readonly type: ResourceType
  readonly id: ResourceId
  readonly profiles?: readonly string[]
  /** Relevant dates, half-open. Absent: none known. */
  readonly dates?: readonly [Millis, Millis]
}

export interface Stored {
  readonly ref: Reference
  readonly version: VersionId
  readonly at: Millis
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly deleted: boolean
  /** UTF-8 JSON with id and meta in place: goes to the socket unparsed. Empty when deleted. */
  readonly json: Uint8Array
  readonly envelope: Envelope
}

export interface Page {
  readonly rows: readonly Stored[]
  /** Present when more rows follow. */
  readonly next?: Keyset
  /** Matches over all pages; absent when not asked for, or more than the cap. */
  readonly total?: number
}

/**
 * A named counter. The commit happens only if it still has the value that the decision was made on
 * (0 = never seen); `expect` absent: any value, it is only counted up.
 */
export interface Expectation {
  readonly name: string
  readonly expect?: number
  readonly bump: boolean
}

export interface Put {
  readonly stored: Stored
  /** Values of this version; none when deleted. */
  readonly index: IndexValues
  readonly acl: readonly AclEntry[]
  /** The current version this replaces; absent: the id must be new. */
  readonly replaces?: VersionId
}

/**
 * A changed acl (and envelope, when links changed) of a version that stays as it is. Applies to
 * current and old versions alike.
 */
export interface Restamp {
  readonly ref: Reference
  readonly version: VersionId
  readonly acl: readonly AclEntry[]
  readonly envelope?: Envelope
}

/**
 * Index values in place of those that a current version has, which itself stays as it is. Skipped
 * when the version is not current any more: whoever wrote since brought values of their own.
 */
export interface Reindex {
  readonly ref: Reference
  readonly version: VersionId
  readonly index: IndexValues
}

/**
 * Small documents beside the resources: grants, clients, keys, jti. `expires`: may vanish after
 * that time.
 */
export interface StoredRecord {
  readonly kind: string
  readonly id: string
  readonly json: string
  readonly expires?: Millis
}

/** One line of the audit trail, compact; audit/ shapes it into AuditEvent when read. */
export interface AuditEntry {
  readonly id: ResourceId
  readonly at: Millis
  readonly patients: readonly ResourceId[]
  readonly organization?: ResourceId
  readonly request: string
  readonly json: string
}

export interface Batch {
  /** Operation id: the same batch sent twice is applied once. */
  readonly id: string
  readonly expectations: readonly Expectation[]
  /** At most one per resource. */
  readonly puts: readonly Put[]
  readonly restamps: readonly Restamp[]
  /** Absent: none. */
  readonly reindexes?: readonly Reindex[]
  readonly records: readonly StoredRecord[]
  readonly audit: readonly AuditEntry[]
}

/**
 * The world moved between decision and commit; nothing was changed. `version`: If-Match or a
 * concurrent write. `exists`: id taken. `counter`: decide again.
 */
export class StoreConflict extends Error {
  readonly reason: 'version' | 'exists' | 'counter'
  readonly ref: Reference | undefined
  constructor(reason: StoreConflict['reason'], ref?: Reference) {
    super(`store conflict: ${reason}`)
    this.name = 'StoreConflict'
    this.reason = reason
    this.ref = ref
  }
}

/**
 * The store cannot answer now (fail-over, disk full); the caller sees 503 (or 507) and may retry.
 */
export class StoreUnavailable extends Error {
  readonly full: boolean
  constructor(message: string, options?: { readonly cause?: unknown; readonly full?: boolean }) {
    super(message, { cause: options?.cause })
    this.name = 'StoreUnavailable'
    this.full = options?.full ?? false
  }
}

export interface FeedEntry {
  readonly sequence: number
  readonly ref: Reference
  readonly version: VersionId
  readonly at: Millis
  readonly method: Stored['method']
}

export interface AuditQuery {
  readonly id?: ResourceId
  readonly patients?: readonly ResourceId[]
  readonly organization?: ResourceId
  readonly request?: string
  readonly from?: Millis
  readonly to?: Millis
  /** Newest first; the page ends before this position. */
  readonly before?: number
  readonly limit: number
}
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  readonly next?: number
  readonly total: number
}

/** The right to do one job alone, until then by the clock of the store. */
export interface Lease {
  readonly name: string
  readonly owner: string
  readonly until: Millis
  /** Holds until the lease is taken again, by whomever: what the job commits relies on it. */
  readonly fence: Expectation
}

export interface Leases {
  /**
   * Free, expired or the owner's own: now the owner's for `ttl` milliseconds, with a new fence.
   * @returns undefined while another owner has it
   */
  readonly take: (name: string, owner: string, ttl: Millis) => Promise<Lease | undefined>
  /** Who has it now. */
  readonly holder: (name: string) => Promise<Pick<Lease, 'owner' | 'until'> | undefined>
  /** Free at once; nothing happens to a lease that somebody has taken since. */
  readonly release: (lease: Lease) => Promise<void>
}

export interface Store {
  /**
   * Current versions, deletions included; undefined = unknown or not for these keys, found by one
   * query. Order of `refs`.
   */
  read: (refs: readonly Reference[], acl: AclFilter) => Promise<readonly (Stored | undefined)[]>
  /**
   * A version, current or old. Both its own acl and that of the current version must admit the
   * caller.
   */
  readVersion: (ref: Reference, version: VersionId, acl: AclFilter) => Promise<Stored | undefined>
  /**
   * Newest first; [] = unknown or not yours. Both acls as in readVersion. `before`: position from
   * the last page.
   */
  history: (
    ref: Reference,
    acl: AclFilter,
    page: { readonly limit: number; readonly before?: number; readonly since?: Millis }
  ) => Promise<{ readonly rows: readonly Stored[]; readonly next?: number; readonly total: number }>
  /**
   * The acl holds at every hop: matches, chains, has, count, sort. Deleted resources never match.
   */
  search: (query: SearchQuery, acl: AclFilter) => Promise<Page>
  /**
   * Resources one step away from `sources`, each once, at most `limit`, in order of creation,
   * filtered by acl.
   */
  include: (
    include: Include,
    sources: readonly Reference[],
    limit: number,
    acl: AclFilter
  ) => Promise<readonly Stored[]>
  /**
   * Every version (current and old) whose envelope names the person, without the JSON. For
   * re-stamping; system use.
   */
  versionsOf: (person: PersonKey) => Promise<
    readonly {
      readonly ref: Reference
      readonly version: VersionId
      readonly current: boolean
      readonly deleted: boolean
      readonly envelope: Envelope
    }[]
  >
  /** Values of counters, 0 when never seen. */
  counters: (names: readonly string[]) => Promise<readonly number[]>
  records: (kind: string, ids: readonly string[]) => Promise<readonly (StoredRecord | undefined)[]>
  listRecords: (kind: string) => Promise<readonly StoredRecord[]>
  /** True when it was absent (or expired) and now is stored durably: replay tables. */
  putRecordIfAbsent: (record: StoredRecord, now: Millis) => Promise<boolean>
  /**
   * All or nothing, durable when it resolves; batches that wait together share one commit. @throws
   * StoreConflict, StoreUnavailable
   */
  commit: (batch: Batch) => Promise<void>
  leases: Leases
  audit: (query: AuditQuery) => Promise<AuditPage>
  /** Entries with sequence > after, in commit order, no gaps. */
  feed: (after: number, limit: number) => Promise<readonly FeedEntry[]>
  /** A round trip to the engine; rejects when it cannot serve. */
  ping: () => Promise<void>
  /** Rows by type, for `doctor`, load tables and the bench; system use. */
  count: () => Promise<ReadonlyMap<ResourceType, number>>
  close: () => Promise<void>
}
