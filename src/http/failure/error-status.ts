/**
 * Kind of failure → HTTP status. No other file knows.
 * https://hl7.org/fhir/R4/http.html#Status-Codes
 */
import type { ErrorCode } from '../../fhir/fhir-error.ts'

export const errorStatus: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  conflict: 409,
  deleted: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'too-many-requests': 429,
  internal: 500,
  'not-implemented': 501,
  unavailable: 503,
  'storage-full': 507
}

/** Seconds after which a caller may try again, for the statuses that pass by themselves. */
export const retryAfter: Readonly<Partial<Record<ErrorCode, number>>> = {
  'too-many-requests': 5,
  unavailable: 1,
  'storage-full': 60
}
