/**
 * What conditions a request, one reader for headers and for Bundle.entry.request: the same text is
 * taken or refused alike. https://hl7.org/fhir/R4/http.html#ops
 */
import { FhirError } from '../fhir/fhir-error.ts'
import type { VersionId } from '../fhir/resource.ts'
import type { FhirRequest } from './context.ts'
import { versionsIn } from './etag.ts'

export type Preconditions = Pick<
  FhirRequest,
  'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifNoneExist'
>

/** Name of the element of Bundle.entry.request → name of the header. */
export const conditionHeaders = {
  ifMatch: 'If-Match',
  ifNoneMatch: 'If-None-Match',
  ifModifiedSince: 'If-Modified-Since',
  ifNoneExist: 'If-None-Exist'
} as const satisfies Readonly<Record<keyof Preconditions, string>>

export const malformed = (name: string, value: string, expected: string): FhirError =>
  new FhirError('invalid', `Found ${name}: ${value}, expected ${expected}.`, { issue: 'value' })

const ifMatchIn = (text: string): Preconditions => {
  const [version, ...more] = versionsIn(text) ?? []
  if (version === undefined || version === '*' || more.length > 0) {
    throw malformed('If-Match', text, 'one ETag as this server gave it, such as W/"…"')
  }
  return { ifMatch: version as VersionId }
}

const ifNoneMatchIn = (text: string): Preconditions => {
  const versions = versionsIn(text)
  if (versions === undefined) {
    throw malformed('If-None-Match', text, 'ETags as this server gave them')
  }
  return { ifNoneMatch: versions }
}

/** RFC 9110 §13.1.3: a date that cannot be read is ignored. */
const ifModifiedSinceIn = (text: string): Preconditions => {
  const at = Date.parse(text)
  return Number.isNaN(at) ? {} : { ifModifiedSince: at }
}

const readers: Readonly<Record<keyof Preconditions, (text: string) => Preconditions>> = {
  ifMatch: ifMatchIn,
  ifNoneMatch: ifNoneMatchIn,
  ifModifiedSince: ifModifiedSinceIn,
  ifNoneExist: (text) => ({ ifNoneExist: text })
}

/** @throws FhirError invalid */
export const preconditionIn = (name: keyof Preconditions, text: string): Preconditions =>
  readers[name](text)
