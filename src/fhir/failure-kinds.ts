/**
 * Kinds of failure, a row each: HTTP status, issue code, and when a caller may try again. No other
 * file of the server names a status of failure. https://hl7.org/fhir/R4/http.html#Status-Codes
 */

/** https://hl7.org/fhir/R4/valueset-issue-type.html */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'unknown'
  | 'expired'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'lock-error'
  | 'no-store'
  | 'exception'
  | 'timeout'
  | 'incomplete'
  | 'throttled'
  | 'informational'

interface FailureKind {
  readonly status: number
  /** Of the issue, where a thrower gives only a sentence. */
  readonly issue: IssueCode
  /** Seconds after which a caller may try again, where the failure passes by itself. */
  readonly retryAfter?: number
}

export type ErrorCode =
  | 'invalid' // cannot be read (syntax, parameters)
  | 'unauthenticated'
  | 'forbidden' // decided from token and request line alone, never from stored data
  | 'not-found' // unknown, or not this caller's
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'request-timeout' // did not arrive whole in time
  | 'conflict'
  | 'deleted'
  | 'precondition-failed' // If-Match, several matches
  | 'too-large'
  | 'unsupported-media-type'
  | 'unprocessable' // readable, but against a profile or a rule
  | 'too-many-requests'
  | 'headers-too-large'
  | 'internal'
  | 'not-implemented'
  | 'unavailable'
  | 'storage-full'

export const failureKinds: Readonly<Record<ErrorCode, FailureKind>> = {
  invalid: { status: 400, issue: 'invalid' },
  unauthenticated: { status: 401, issue: 'login' },
  forbidden: { status: 403, issue: 'forbidden' },
  'not-found': { status: 404, issue: 'not-found' },
  'method-not-allowed': { status: 405, issue: 'not-supported' },
  'not-acceptable': { status: 406, issue: 'not-supported' },
  'request-timeout': { status: 408, issue: 'timeout' },
  conflict: { status: 409, issue: 'conflict' },
  deleted: { status: 410, issue: 'deleted' },
  'precondition-failed': { status: 412, issue: 'conflict' },
  'too-large': { status: 413, issue: 'too-long' },
  'unsupported-media-type': { status: 415, issue: 'not-supported' },
  unprocessable: { status: 422, issue: 'business-rule' },
  'too-many-requests': { status: 429, issue: 'throttled', retryAfter: 5 },
  'headers-too-large': { status: 431, issue: 'structure' },
  internal: { status: 500, issue: 'exception' },
  'not-implemented': { status: 501, issue: 'not-supported' },
  unavailable: { status: 503, issue: 'transient', retryAfter: 1 },
  'storage-full': { status: 507, issue: 'no-store', retryAfter: 60 }
}

/** What to wait, where waiting helps. */
export const retryHeader = (code: ErrorCode): Readonly<Record<string, string>> => {
  const { retryAfter } = failureKinds[code]
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
}
