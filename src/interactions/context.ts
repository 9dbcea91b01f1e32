/** What every interaction and operation is given; nothing else is reachable from there. */
import type { Logger } from 'pino'
import type { GuardedStore } from '../access/guarded-store.ts'
import type { Caller } from '../auth/caller.ts'
import type { Definitions } from '../definitions/definitions.ts'
import type { Millis, Resource, ResourceId, ResourceType, VersionId } from '../fhir/resource.ts'
import type { Issue } from '../fhir/fhir-error.ts'
import type { Stored } from '../storage/store.ts'

export interface Context {
  readonly caller: Caller
  readonly store: GuardedStore
  readonly definitions: Definitions
  /** Issues of severity error make the write a 422 (400 when the JSON structure itself is wrong). */
  readonly validate: (resource: unknown, type: ResourceType) => readonly Issue[]
  /** Absolute FHIR base without a final slash, for links and references. */
  readonly base: string
  /** Zone for search dates without one, e.g. Europe/Brussels. */
  readonly timeZone: string
  readonly now: Millis
  readonly newId: () => ResourceId
  readonly log: Logger
  readonly requestId: string
  readonly dispatch: Dispatch
}

/** One request to an interaction, whether it came over HTTP or as a Bundle entry. */
export interface FhirRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path under the base, without query: `CarePlan/123`. */
  readonly path: string
  /** Decoded pairs in order, of the URL and (for _search) the form body. */
  readonly query: readonly (readonly [string, string])[]
  readonly ifMatch?: VersionId
  readonly ifNoneMatch?: VersionId
  readonly ifModifiedSince?: Millis
  readonly ifNoneExist?: string
  readonly prefer: { readonly return?: 'minimal' | 'representation' | 'OperationOutcome', readonly handling?: 'strict' | 'lenient' }
  /** Parsed body: a resource (lossless, see fhir/json.ts) or a JSON Patch array. */
  readonly body?: unknown
  readonly contentType?: string
}

/** What an interaction gives back; http/ turns it into status, headers and bytes. */
export type FhirResponse =
  | { readonly kind: 'stored', readonly status: 200 | 201, readonly stored: Stored, readonly created?: boolean }
  | { readonly kind: 'bytes', readonly status: 200, readonly json: Uint8Array } // a Bundle built from stored bytes
  | { readonly kind: 'resource', readonly status: 200 | 201, readonly resource: Resource }
  | { readonly kind: 'empty', readonly status: 204 | 304, readonly stored?: Stored }

export type Dispatch = (context: Context, request: FhirRequest) => Promise<FhirResponse>
export type Interaction = (context: Context, request: FhirRequest, target: Target) => Promise<FhirResponse>
/** What the route's path named. */
export interface Target { readonly type?: ResourceType, readonly id?: ResourceId, readonly version?: VersionId, readonly operation?: string, readonly compartment?: { readonly type: ResourceType, readonly id: ResourceId } }
