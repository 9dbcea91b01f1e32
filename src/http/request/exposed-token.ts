/**
 * A token where logs keep it: refused, and kept out of the journal.
 * https://www.rfc-editor.org/rfc/rfc6750#section-2.3
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { RequestLine } from './request-line.ts'

export const hasToken = (query: RequestLine['query']): boolean =>
  query.some(([name]) => name === 'access_token')

export const exposedToken = (): FhirError =>
  new FhirError(
    'invalid',
    'Found an access token in the URL or the form of a search, where logs keep it; send it in the header Authorization and get a new one.',
    { issue: 'security' }
  )
