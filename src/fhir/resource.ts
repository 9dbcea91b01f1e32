/**
 * The words for a resource on the wire: type, id, version, reference.
 * https://hl7.org/fhir/R4/resource.html
 */

import type { ResourceType } from './type-groups.ts'

export type { ResourceType }

declare const brand: unique symbol
export type Brand<T, B extends string> = T & { readonly [brand]: B }

/** Spelled as fhir/id.ts says; always a random UUIDv4 when this server made it. */
export type ResourceId = Brand<string, 'ResourceId'>
/** Opaque and random, so that a gap tells nothing. */
export type VersionId = Brand<string, 'VersionId'>

/** A literal reference to a resource on this server. */
export interface Reference {
  readonly type: ResourceType
  readonly id: ResourceId
}

/**
 * A parsed resource. What the server knows of its elements is in their type once it is known to be
 * valid (elements.ts); until then they are reached by name and checked.
 */
export interface Resource {
  resourceType: ResourceType
  id?: string
  meta?: {
    versionId?: string
    lastUpdated?: string
    profile?: string[]
    security?: unknown[]
    tag?: unknown[]
    [element: string]: unknown
  }
  [element: string]: unknown
}

/** Milliseconds since the epoch, UTC. */
export type Millis = number
