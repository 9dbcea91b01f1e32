/**
 * Headers that condition a request: If-Match, If-None-Match, If-Modified-Since, If-None-Exist,
 * Idempotency-Key, Prefer. https://hl7.org/fhir/R4/http.html#ops
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { FhirRequest } from '../../exchange/context.ts'
import { conditionHeaders, malformed, preconditionIn } from '../../exchange/preconditions.ts'
import type { Preconditions } from '../../exchange/preconditions.ts'

const conditions = Object.entries(conditionHeaders) as readonly (readonly [
  keyof Preconditions,
  string
])[]

/** @throws FhirError invalid */
export const conditionsIn = (headers: IncomingHttpHeaders): Preconditions => {
  const found: Preconditions = {}
  for (const [name, header] of conditions) {
    const text = headers[header.toLowerCase()]
    if (typeof text === 'string') Object.assign(found, preconditionIn(name, text))
  }
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
