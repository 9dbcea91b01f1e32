/**
 * What the token endpoint answers; its errors are OAuth's words for kinds of failure.
 * https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
import { failureKinds } from '../../fhir/failure-kinds.ts'
import type { ErrorCode } from '../../fhir/failure-kinds.ts'

export interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const kindOf = {
  invalid_request: 'invalid',
  unsupported_grant_type: 'invalid',
  invalid_scope: 'invalid',
  invalid_client: 'unauthenticated',
  temporarily_unavailable: 'unavailable'
} as const satisfies Record<string, ErrorCode>

export type OauthError = keyof typeof kindOf

export const refusedToken = (error: OauthError, description?: string): TokenAnswer => ({
  status: failureKinds[kindOf[error]].status,
  body: { error, ...(description !== undefined && { error_description: description }) }
})
