/**
 * What became of a batch, as data: it travels between threads, where errors would lose what they
 * are.
 */
import type { Reference } from '../../../fhir/resource.ts'
import { StoreConflict, StoreUnavailable } from '../../store.ts'
import { isFsyncFailure, toPortError } from '../file/failure.ts'

/** Undefined: durable. */
export type Verdict = Refusal | undefined

export type Refusal =
  | {
      readonly kind: 'conflict'
      readonly reason: StoreConflict['reason']
      readonly ref?: Reference
    }
  /** `fsync`: nobody knows what the disk holds. */
  | {
      readonly kind: 'unavailable'
      readonly message: string
      readonly full: boolean
      readonly fsync: boolean
    }
  | { readonly kind: 'fault'; readonly message: string; readonly stack?: string }

export const toRefusal = (thrown: unknown): Refusal => {
  const error = toPortError(thrown)
  if (error instanceof StoreConflict) {
    return { kind: 'conflict', reason: error.reason, ...(error.ref && { ref: error.ref }) }
  }
  if (error instanceof StoreUnavailable) {
    return {
      kind: 'unavailable',
      message: error.message,
      full: error.full,
      fsync: isFsyncFailure(thrown)
    }
  }
  return {
    kind: 'fault',
    message: error.message,
    ...(error.stack !== undefined && { stack: error.stack })
  }
}

export const toError = (refusal: Refusal): Error => {
  switch (refusal.kind) {
    case 'conflict':
      return new StoreConflict(refusal.reason, refusal.ref)
    case 'unavailable':
      return new StoreUnavailable(refusal.message, { full: refusal.full })
    case 'fault':
      return Object.assign(new Error(refusal.message), { stack: refusal.stack })
  }
}
