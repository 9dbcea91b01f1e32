/**
 * An interaction's answer as status, headers and bytes. Stored bytes go out as they are.
 * https://hl7.org/fhir/R4/http.html
 */
import type { Caller } from '../../auth/caller.ts'
import { stringifyJson } from '../../fhir/json.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import { etagOf } from '../../exchange/bundle-bytes.ts'
import type { FhirRequest, FhirResponse } from '../../exchange/context.ts'

type StoredResponse = Extract<FhirResponse, { kind: 'stored' }>
type Stored = StoredResponse['stored']

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

const versionHeaders = (stored: Stored): Record<string, string> => ({
  etag: etagOf(stored),
  'last-modified': new Date(stored.at).toUTCString()
})

const fine = [
  {
    severity: 'information',
    code: 'informational',
    diagnostics: 'Done; there is nothing to remark.'
  }
] as const

/** After a write the caller chooses; who may not read gets nothing back. */
const written = (
  { stored, issues = [] }: StoredResponse,
  { prefer }: FhirRequest,
  caller: Caller | undefined
): Uint8Array | string | undefined => {
  if (prefer.return === 'OperationOutcome') {
    return JSON.stringify(operationOutcome(issues.length === 0 ? fine : issues))
  }
  return prefer.return === 'minimal' || caller?.scopes.allows(stored.ref.type, 'r') !== true
    ? undefined
    : stored.json
}

const isReading = ({ method }: FhirRequest): boolean => method === 'GET' || method === 'HEAD'

const storedAnswer = (
  response: StoredResponse,
  request: FhirRequest,
  caller: Caller | undefined,
  base: string
): Answer => {
  const { status, stored, created } = response
  const headers = versionHeaders(stored)
  if (isReading(request)) return { status, headers, body: stored.json }
  const location = `${base}/${stored.ref.type}/${stored.ref.id}/_history/${stored.version}`
  const body = written(response, request, caller)
  return {
    status,
    headers: {
      ...headers,
      ...(created === true ? { location } : { 'content-location': location })
    },
    ...(body !== undefined && { body })
  }
}

const etagHeader = (etag: string | undefined): Record<string, string> =>
  etag === undefined ? {} : { etag }

/** @param caller absent on open routes */
export const answerOf = (
  response: FhirResponse,
  request: FhirRequest,
  caller: Caller | undefined,
  base: string
): Answer => {
  switch (response.kind) {
    case 'stored':
      return storedAnswer(response, request, caller, base)
    case 'bytes':
      return { status: response.status, headers: etagHeader(response.etag), body: response.json }
    case 'resource':
      return {
        status: response.status,
        headers: etagHeader(response.etag),
        body: stringifyJson(response.resource)
      }
    case 'empty':
      return {
        status: response.status,
        headers:
          response.stored === undefined
            ? etagHeader(response.etag)
            : versionHeaders(response.stored)
      }
  }
}
