/**
 * The one error that ends a request; http/ alone turns its code into a status.
 * https://hl7.org/fhir/R4/operationoutcome.html
 */

/**
 * What went wrong, as a kind. http/failure/error-status.ts maps each to an HTTP status, and no
 * other file does.
 */
export type ErrorCode =
  | 'invalid' // 400: the request cannot be read (syntax, parameters)
  | 'unauthenticated' // 401
  | 'forbidden' // 403: decided from token and request line alone, never from stored data
  | 'not-found' // 404: unknown, or not this caller's
  | 'method-not-allowed' // 405
  | 'not-acceptable' // 406
  | 'conflict' // 409
  | 'deleted' // 410
  | 'precondition-failed' // 412: If-Match, several matches
  | 'too-large' // 413
  | 'unsupported-media-type' // 415
  | 'unprocessable' // 422: readable, but against a profile or a rule
  | 'too-many-requests' // 429
  | 'not-implemented' // 501
  | 'unavailable' // 503, with Retry-After
  | 'storage-full' // 507
  | 'internal' // 500

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

export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information'
  readonly code: IssueCode
  /**
   * English, for integrators: what was found, what is expected, one fix. Quotes only the request,
   * never stored data.
   */
  readonly diagnostics: string
  /** FHIRPath with indices, e.g. `CarePlan.activity[0].detail.status`. */
  readonly expression?: string
  /** For people, in the caller's language. */
  readonly text?: string
}

export class FhirError extends Error {
  readonly code: ErrorCode
  readonly issues: readonly Issue[]

  constructor(
    code: ErrorCode,
    issues: readonly Issue[] | string,
    options?: { readonly cause?: unknown; readonly issue?: IssueCode }
  ) {
    const list =
      typeof issues === 'string'
        ? [
            {
              severity: 'error' as const,
              code: options?.issue ?? issueOf[code],
              diagnostics: issues
            }
          ]
        : issues
    super(
      list[0]?.diagnostics ?? code,
      options?.cause === undefined ? undefined : { cause: options.cause }
    )
    this.name = 'FhirError'
    this.code = code
    this.issues = list
  }
}

/** The issue code used when a thrower gives only a sentence. */
const issueOf: Readonly<Record<ErrorCode, IssueCode>> = {
  invalid: 'invalid',
  unauthenticated: 'login',
  forbidden: 'forbidden',
  'not-found': 'not-found',
  'method-not-allowed': 'not-supported',
  'not-acceptable': 'not-supported',
  conflict: 'conflict',
  deleted: 'deleted',
  'precondition-failed': 'conflict',
  'too-large': 'too-long',
  'unsupported-media-type': 'not-supported',
  unprocessable: 'business-rule',
  'too-many-requests': 'throttled',
  'not-implemented': 'not-supported',
  unavailable: 'transient',
  'storage-full': 'no-store',
  internal: 'exception'
}
