/** What a group commit is given. */
import type { Millis } from '../../fhir/resource.ts'
import type { Batch } from '../store.ts'

/** A batch, or a record that must be absent at this time. */
export type Work = Batch & { readonly absentAt?: Millis }
