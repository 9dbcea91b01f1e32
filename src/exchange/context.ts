/** What every interaction and operation is given; nothing else is reachable from there. */
import type { Logger } from 'pino'
import type { Change, GuardedStore } from '../access/guarded-store.ts'
import type { Caller } from '../auth/caller.ts'
import type { Definitions } from '../definitions/definitions.ts'
import type {
  Millis,
  Reference,
  Resource,
  ResourceId,
  ResourceType,
  VersionId
} from '../fhir/resource.ts'
import type { Issue } from '../fhir/fhir-error.ts'
import type { IndexValues } from '../search/query.ts'
import type { Expectation, Stored } from '../storage/store.ts'

export interface Context {
  readonly caller: Caller
  readonly store: GuardedStore
  readonly definitions: Definitions
  /**
   * Issues of severity error make the write a 422 (400 when the JSON structure itself is wrong).
   */
  readonly validate: (resource: unknown, type: ResourceType) => readonly Issue[]
  /** Absolute FHIR base without a final slash, for links and references. */
  readonly base: string
  /** Zone for search dates without one, e.g. Europe/Brussels. */
  readonly timeZone: string
  /** Seals page cursors; the same in all processes of one server. */
  readonly cursorKey: Uint8Array
  /** Index values, to match resources of a transaction that are not stored yet. */
  readonly extract: (resource: Resource) => IndexValues
  readonly now: Millis
  readonly newId: () => ResourceId
  readonly log: Logger
  readonly requestId: string
  readonly limits: InteractionLimits
  /** Into the routes table, for the entries of a Bundle. */
  readonly dispatch: Dispatch
  /**
   * Runs that share a key take turns in this process, so that equal conditional requests find each
   * other's result instead of colliding.
   */
  readonly serial: Serial
  /** What a failed entry looks like inside a Bundle, in the caller's language. */
  readonly failure: (error: unknown) => Failure
}

export interface InteractionLimits {
  /** Entries of one Bundle. */
  readonly bundleEntries: number
  /** Bytes of all answers of one Bundle, and most matches or versions per page inside one. */
  readonly bundleAnswer: number
  readonly bundlePage: number
  /** Operations of one JSON Patch. */
  readonly patchOperations: number
  /** Bytes of a request body, and of what a JSON Patch may make of a resource. */
  readonly body: number
  /** Matches or versions per page when the client names no `_count`, and at most. */
  readonly page: number
  readonly maxPage: number
  /** Resources that `_include` and `_revinclude` may add to one page. */
  readonly includes: number
  /** Rounds of `:iterate`. */
  readonly includeRounds: number
}

export type Serial = <T>(keys: readonly string[], run: () => Promise<T>) => Promise<T>

/** `status` as in Bundle.entry.response. */
export interface Failure {
  readonly status: string
  readonly outcome: Resource
}

/** One request to an interaction, whether it came over HTTP or as a Bundle entry. */
export interface FhirRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path under the base, without query: `CarePlan/123`. */
  readonly path: string
  /** Decoded pairs in order, of the URL and (for _search) the form body. */
  readonly query: readonly (readonly [string, string])[]
  readonly ifMatch?: VersionId
  /** Versions, or `*`. */
  readonly ifNoneMatch?: readonly string[]
  readonly ifModifiedSince?: Millis
  readonly ifNoneExist?: string
  /** Idempotency-Key, and what tells this request from others with the same key. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string }
  readonly prefer: {
    readonly return?: 'minimal' | 'representation' | 'OperationOutcome'
    readonly handling?: 'strict' | 'lenient'
  }
  /** Parsed body: a resource (lossless, see fhir/json.ts) or a JSON Patch array. */
  readonly body?: unknown
  readonly contentType?: string
  /** Entry of a Bundle: `If-Match` is never asked for there. */
  readonly inBundle?: boolean
}

/** What an interaction gives back; http/ turns it into status, headers and bytes. */
export type FhirResponse =
  | {
      readonly kind: 'stored'
      readonly status: 200 | 201
      readonly stored: Stored
      readonly created?: boolean
      readonly issues?: readonly Issue[]
    }
  // built from stored bytes
  | {
      readonly kind: 'bytes'
      readonly status: 200
      readonly json: Uint8Array
      readonly etag?: string
    }
  | {
      readonly kind: 'resource'
      readonly status: 200 | 201
      readonly resource: Resource
      readonly etag?: string
    }
  | {
      readonly kind: 'empty'
      readonly status: 204 | 304
      readonly stored?: Stored
      readonly etag?: string
    }

/** A request that has found its interaction, and whose token covers it. */
export interface Entrance {
  readonly target: Target
  readonly run: () => Promise<FhirResponse>
  /** Of an interaction that writes: its halves. */
  readonly writing?: Writing
}
/** @throws FhirError not-found, method-not-allowed, forbidden: by request line and token alone */
export type Dispatch = (context: Context, request: FhirRequest) => Entrance
export type Interaction = (
  context: Context,
  request: FhirRequest,
  target: Target
) => Promise<FhirResponse>
/** What the route's path named. */
export interface Target {
  readonly type?: ResourceType
  readonly id?: ResourceId
  readonly version?: VersionId
  readonly operation?: string
  readonly compartment?: { readonly type: ResourceType; readonly id: ResourceId }
}

/**
 * The resource that a write is about. `current` absent: it is new, or (delete) there is nothing.
 */
export interface Located {
  readonly ref: Reference
  readonly current?: Stored
  /** Counters that make the outcome of a conditional match exact. */
  readonly expectations: readonly Expectation[]
}

/** `change` absent: nothing is to be done. */
export interface Outcome {
  readonly change?: Change
  readonly issues?: readonly Issue[]
}

/**
 * A write in two halves: which resource it is about, and what becomes of it. A route carries both,
 * so that a transaction runs all firsts before all seconds.
 */
export interface Writing {
  readonly locate: (context: Context, request: FhirRequest, target: Target) => Promise<Located>
  readonly change: (context: Context, request: FhirRequest, located: Located) => Promise<Outcome>
  /** Keys of runs that must take turns: same type, same criteria. */
  readonly keys: (context: Context, request: FhirRequest, target: Target) => readonly string[]
}
