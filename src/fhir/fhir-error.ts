/**
 * The one error that ends a request; its code is a kind of failure.
 * https://hl7.org/fhir/R4/operationoutcome.html
 */
import { failureKinds } from './failure-kinds.ts'
import type { ErrorCode, IssueCode } from './failure-kinds.ts'

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
              code: options?.issue ?? failureKinds[code].issue,
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
