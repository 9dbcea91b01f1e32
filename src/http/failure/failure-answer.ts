/**
 * A failure as status, OperationOutcome and headers: the one place where failures become answers.
 * https://hl7.org/fhir/R4/operationoutcome.html
 */
import { STATUS_CODES } from 'node:http'
import { failureKinds, retryHeader } from '../../fhir/failure-kinds.ts'
import type { FhirError } from '../../fhir/fhir-error.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import type { Resource } from '../../fhir/resource.ts'
import type { Failure } from '../../exchange/context.ts'
import { asFhirError } from '../../exchange/failure.ts'
import { errorText } from './error-text.ts'
import type { Language } from '../request/language.ts'

export interface FailureAnswer {
  readonly error: FhirError
  readonly status: number
  readonly outcome: Resource
  readonly headers: Readonly<Record<string, string>>
}

const challenge = 'Bearer realm="fhir"'

export const failureAnswer = (thrown: unknown, language: Language): FailureAnswer => {
  const error = asFhirError(thrown)
  const [first, ...rest] = error.issues
  const issues =
    first === undefined || first.text !== undefined
      ? error.issues
      : [{ ...first, text: errorText[error.code][language] }, ...rest]
  return {
    error,
    status: failureKinds[error.code].status,
    outcome: operationOutcome(issues),
    headers: {
      'content-language': language,
      ...retryHeader(error.code),
      ...(error.code === 'unauthenticated' && { 'www-authenticate': challenge })
    }
  }
}

/** The same inside a Bundle. */
export const failureEntry =
  (language: Language) =>
  (thrown: unknown): Failure => {
    const { status, outcome } = failureAnswer(thrown, language)
    return { status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(), outcome }
  }
