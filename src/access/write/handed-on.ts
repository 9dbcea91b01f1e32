/** What the steps of a write hand on to each other. */
import type { Caller } from '../../auth/caller.ts'
import type { Millis, Resource, ResourceId } from '../../fhir/resource.ts'
import type { AuditEntry, Envelope, Stored } from '../../storage/store.ts'
import type { Change, Guarded } from '../guarded-store.ts'
import type { BeforeImages } from './before-images.ts'
import type { Found } from './references.ts'

/** Who writes, in one request. */
export interface By {
  readonly caller: Caller
  readonly now: Millis
  /** Through the caller's own filter. */
  readonly readAll: Guarded['readAll']
  readonly beforeImages: BeforeImages
  readonly auditOf: (patients: readonly ResourceId[]) => AuditEntry
  /** Counter of an Idempotency-Key as it stood when its answer was looked for. */
  readonly recalled: (key: string) => number
}

export interface Prepared {
  readonly change: Change
  readonly before: Stored | undefined
  readonly beforeResource: Resource | undefined
  readonly envelope: Envelope
  readonly found: readonly Found[]
}
