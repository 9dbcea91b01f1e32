/** Who calls, as the token tells; no consent decision lives in a token. */
import type { Reference, ResourceId, ResourceType } from '../fhir/resource.ts'

/** SMART v2 letters. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export type ScopeAction = 'c' | 'r' | 'u' | 'd' | 's'
export interface Scopes {
  /** As granted, space-separated, for the token answer and the journal. */
  readonly text: string
  readonly allows: (type: ResourceType, action: ScopeAction) => boolean
}

/**
 * Rights beyond scopes, given at registration.
 * record-consents: may file consents for patients it already sees. platform: $caseload gives
 * counts. operator: explain, conformance resources.
 * directory: its directory entries are published to every client.
 */
export type ClientRight = 'record-consents' | 'platform' | 'operator' | 'directory'

export interface Caller {
  readonly client: string
  readonly name: string
  readonly organization: ResourceId
  /** A person behind the client: Practitioner, PractitionerRole, Patient or RelatedPerson. */
  readonly user?: Reference
  /** v3 PurposeOfUse codes declared in the token, e.g. TREAT. */
  readonly purposes: readonly string[]
  readonly scopes: Scopes
  readonly rights: ReadonlySet<ClientRight>
}

/** A registered client, stored as record kind `client`. */
export interface Client {
  readonly id: string
  readonly name: string
  readonly organization: ResourceId
  readonly user?: string // Type/id
  readonly scope: string
  readonly purposes: readonly string[]
  readonly rights: readonly ClientRight[]
  /** Public keys; several while one is rotated. */
  readonly jwks: { readonly keys: readonly Record<string, unknown>[] }
  /** Where the client publishes its keys instead; the only value that a `jku` header may have. */
  readonly jwksUrl?: string
  readonly disabled: boolean
  readonly createdAt: string
}
