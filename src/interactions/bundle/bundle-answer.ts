/**
 * An interaction's answer as an entry of a response Bundle.
 * https://hl7.org/fhir/R4/http.html#transaction-response
 */
import type { Caller } from '../../auth/caller.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import type { BundleEntry, EntryResponse } from '../../exchange/bundle-bytes.ts'
import { etagOf, instantOf } from '../../exchange/bundle-bytes.ts'
import type { Failure, FhirRequest, FhirResponse } from '../../exchange/context.ts'

const reasons: Readonly<Record<FhirResponse['status'], string>> = {
  200: '200 OK',
  201: '201 Created',
  204: '204 No Content',
  304: '304 Not Modified'
}
const encoder = new TextEncoder()

export const failureEntry = ({ status, outcome }: Failure): BundleEntry => ({
  response: { status, outcome }
})

/** Whoever may write but not read gets no content back. */
const showsResource = (
  caller: Caller,
  request: FhirRequest,
  response: Extract<FhirResponse, { kind: 'stored' }>
): boolean =>
  request.method === 'GET' ||
  (request.prefer.return === 'representation' &&
    caller.scopes.allows(response.stored.ref.type, 'r'))

export const answerEntry = (
  caller: Caller,
  request: FhirRequest,
  response: FhirResponse
): BundleEntry => {
  const status = reasons[response.status]
  switch (response.kind) {
    case 'stored': {
      const { stored, issues = [] } = response
      const line: EntryResponse = {
        status,
        ...(request.method !== 'GET' && {
          location: `${stored.ref.type}/${stored.ref.id}/_history/${stored.version}`
        }),
        etag: etagOf(stored),
        lastModified: instantOf(stored),
        ...(request.prefer.return === 'OperationOutcome' &&
          issues.length > 0 && { outcome: operationOutcome(issues) })
      }
      return {
        ...(showsResource(caller, request, response) && { resource: stored.json }),
        response: line
      }
    }
    case 'bytes':
      return { resource: response.json, response: { status } }
    case 'resource':
      return { resource: encoder.encode(JSON.stringify(response.resource)), response: { status } }
    case 'empty':
      return {
        response: {
          status,
          ...(response.stored !== undefined && {
            etag: etagOf(response.stored),
            lastModified: instantOf(response.stored)
          })
        }
      }
  }
}
