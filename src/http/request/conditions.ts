/**
 * Headers that condition a request: If-Match, If-None-Match, If-Modified-Since, If-None-Exist,
 * Idempotency-Key, Prefer. https://hl7.org/fhir/R4/http.html#ops
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { VersionId } from '../../fhir/resource.ts'
import type { FhirRequest } from '../../exchange/context.ts'
import { versionsIn } from '../../exchange/etag.ts'

type Conditions = Pick<FhirRequest, 'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifNoneExist'>

const malformed = (name: string, value: string, expected: string): FhirError =>
  new FhirError('invalid', `Found ${name}: ${value}, expected ${expected}.`, { issue: 'value' })

const ifMatchIn = (value: string): VersionId => {
  const [version, ...more] = versionsIn(value) ?? []
  if (version === undefined || version === '*' || more.length > 0) {
    throw malformed('If-Match', value, 'one ETag as this server gave it, such as W/"…"')
  }
  return version as VersionId
}

/** @throws FhirError invalid */
export const conditionsIn = (headers: IncomingHttpHeaders): Conditions => {
  const found: { -readonly [K in keyof Conditions]: Conditions[K] } = {}
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-modified-since': since,
    'if-none-exist': ifNoneExist
  } = headers
  if (ifMatch !== undefined) found.ifMatch = ifMatchIn(ifMatch)
  if (ifNoneMatch !== undefined) {
    const versions = versionsIn(ifNoneMatch)
    if (versions === undefined) {
      throw malformed('If-None-Match', ifNoneMatch, 'ETags as this server gave them')
    }
    found.ifNoneMatch = versions
  }
  if (since !== undefined) {
    // RFC 9110 §13.1.3: a date that cannot be read is ignored.
    const at = Date.parse(since)
    if (!Number.isNaN(at)) found.ifModifiedSince = at
  }
  if (typeof ifNoneExist === 'string') found.ifNoneExist = ifNoneExist
  return found
}

const key = /^[\x21-\x7e]{1,200}$/

/** @throws FhirError invalid */
export const idempotencyIn = (
  { headers, method, url }: FastifyRequest,
  bytes: Uint8Array | undefined
): FhirRequest['idempotency'] => {
  const { 'idempotency-key': value } = headers
  if (typeof value !== 'string') return undefined
  if (!key.test(value)) {
    throw malformed('Idempotency-Key', JSON.stringify(value), 'up to 200 visible ASCII characters')
  }
  return {
    key: value,
    fingerprint: createHash('sha256')
      .update(`${method} ${url}\n`)
      .update(bytes ?? '')
      .digest('base64url')
  }
}

type Prefer = FhirRequest['prefer']
const returns: ReadonlySet<string> = new Set(['minimal', 'representation', 'OperationOutcome'])
const handlings: ReadonlySet<string> = new Set(['strict', 'lenient'])
const none: Prefer = {}

/** Preferences that are not known are ignored (RFC 7240 §2). */
export const preferIn = (headers: IncomingHttpHeaders): Prefer => {
  const { prefer } = headers
  if (typeof prefer !== 'string') return none
  const pairs = new Map(
    prefer.split(/[,;]/).map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=', 2).map((text) => text.trim())
      return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')]
    })
  )
  const wanted = pairs.get('return') ?? ''
  const handling = pairs.get('handling') ?? ''
  return {
    ...(returns.has(wanted) && { return: wanted as NonNullable<Prefer['return']> }),
    ...(handlings.has(handling) && { handling: handling as NonNullable<Prefer['handling']> })
  }
}
