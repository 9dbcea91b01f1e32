/** The line of the journal that a request is, as soon as its caller is known. */
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { JournalLine } from './journal.ts'
import type { Matched } from '../request/match-route.ts'
import { formBodies } from '../request/media-type.ts'
import type { RequestLine } from '../request/request-line.ts'
import type { Route } from '../routes.ts'

/** Who asks for what. Once this is known, whatever becomes of the request is in the journal. */
export interface Asked {
  readonly line: RequestLine
  /** Absent on open routes. */
  readonly caller: Caller | undefined
  /** Absent where the request line leads nowhere. */
  readonly matched: Matched | undefined
}

export const bodyOf = (bytes: unknown): Uint8Array | undefined =>
  bytes instanceof Uint8Array && bytes.byteLength > 0 ? bytes : undefined

/** For request lines that lead to no interaction. */
const actions: Readonly<Record<string, Route['action']>> = {
  GET: 'R',
  HEAD: 'R',
  PUT: 'U',
  PATCH: 'U',
  DELETE: 'D'
}

/** The journal keeps no token. */
const formOf = ({ body }: FastifyRequest): string | undefined => {
  const form = bodyOf(body)
  const text = form === undefined ? undefined : Buffer.from(form).toString('utf8')
  return text === undefined || new URLSearchParams(text).has('access_token') ? undefined : text
}

export const journalLine = (
  request: FastifyRequest,
  { line, matched }: Asked,
  caller: Caller,
  at: Millis
): JournalLine => {
  const route = matched?.route
  const form = route?.body === formBodies ? formOf(request) : undefined
  const query =
    form === undefined
      ? line.rawQuery
      : [line.rawQuery, form].filter((part) => part !== '').join('&')
  return {
    at,
    request: request.id,
    caller,
    action: route?.action ?? actions[request.method] ?? 'E',
    interaction: route?.interaction ?? '',
    path: line.path,
    ...(query !== '' && { query })
  }
}
