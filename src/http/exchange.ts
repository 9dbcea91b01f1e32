/**
 * One FHIR request over HTTP, from its line to the answer: token, route and media types before the
 * body is read; then scopes, interaction, journal, answer.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { GuardedStore } from '../access/guarded-store.ts'
import type { Caller } from '../auth/caller.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import { parseJson } from '../fhir/json.ts'
import type { Millis } from '../fhir/resource.ts'
import type { Context, FhirRequest } from '../exchange/context.ts'
import { pairsIn } from '../exchange/query-pairs.ts'
import type { Retry } from '../exchange/retry.ts'
import { tallyBundle } from './journal/bundle-tally.ts'
import type { BundleTally } from './journal/bundle-tally.ts'
import { conditionsIn, idempotencyIn, preferIn } from './request/conditions.ts'
import { checkScopes, runMatched } from './dispatch.ts'
import { failureAnswer, failureEntry } from './failure/failure-answer.ts'
import { exposedToken, hasToken } from './request/exposed-token.ts'
import type { Journal, JournalLine, JournalOutcome } from './journal/journal.ts'
import { bodyOf, journalLine } from './journal/journal-line.ts'
import type { Asked } from './journal/journal-line.ts'
import { languageOf } from './request/language.ts'
import type { Matched, MatchRoute } from './request/match-route.ts'
import {
  checkContentEncoding,
  checkContentType,
  formBodies,
  negotiate
} from './request/media-type.ts'
import { requestLine, undecoded } from './request/request-line.ts'
import type { RequestLine } from './request/request-line.ts'
import { answerOf } from './answer/respond.ts'
import type { Answer } from './answer/respond.ts'
import type { Route } from './routes.ts'

export type Authenticate = (
  headers: FastifyRequest['headers'],
  request: { readonly id: string; readonly rawHeaders: readonly string[] }
) => Promise<Caller>

export interface ExchangeDeps extends Journal {
  readonly prefix: string
  readonly matchRoute: MatchRoute
  readonly retry: Retry
  readonly authenticate: Authenticate
  readonly clock: () => Millis
  readonly log: Logger
  /** The part of each Context that is the same for all. */
  readonly world: Omit<Context, 'caller' | 'store' | 'now' | 'log' | 'requestId' | 'failure'>
}

/** What is known of a request before its body is read. */
export interface Exchange extends Asked {
  readonly matched: Matched
  /** Media type of the answer. */
  readonly accept: string
  /** Set once the interaction begins. */
  session?: Session
}

interface Session {
  readonly line: JournalLine
  readonly store: GuardedStore
  /** Of a batch or transaction, once its body is read. */
  tally?: BundleTally
}

const oneAuthorization = (rawHeaders: readonly string[]): void => {
  let found = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length === 13 && rawHeaders[i]?.toLowerCase() === 'authorization') found++
  }
  if (found > 1) {
    throw new FhirError('invalid', `Found ${found} Authorization headers, expected one.`, {
      issue: 'security'
    })
  }
}

/** @throws FhirError unsupported-media-type */
export const checkMedia = ({ headers }: FastifyRequest, { matched: { route } }: Exchange): void => {
  checkContentEncoding(headers['content-encoding'])
  if (route.body === undefined) return
  const isEmpty =
    headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
  if (!isEmpty || headers['content-type'] !== undefined) {
    checkContentType(headers['content-type'], route.body)
  }
}

type Line = Pick<Asked, 'line' | 'matched'> & { readonly fault?: unknown }

/** What is wrong with the request line is told to known callers alone, so it is kept. */
const lineOf = ({ prefix, matchRoute }: ExchangeDeps, { url, method }: FastifyRequest): Line => {
  let line: RequestLine | undefined
  try {
    line = requestLine(url, prefix)
    return { line, matched: matchRoute(method, line.path) }
  } catch (fault) {
    return { line: line ?? undecoded(url, prefix), matched: undefined, fault }
  }
}

/**
 * The caller first: a token that is refused hears nothing else.
 * @param known called as soon as it is known who asks for what
 * @throws FhirError from the request line and the token alone
 */
export const openExchange = async (
  deps: ExchangeDeps,
  request: FastifyRequest,
  known: (asked: Asked) => void
): Promise<Exchange> => {
  const { headers, raw } = request
  oneAuthorization(raw.rawHeaders)
  const { line, matched, fault } = lineOf(deps, request)
  const exposed = hasToken(line.query)
  const isOpen = matched?.route.open !== undefined
  if (exposed && (isOpen || headers.authorization === undefined)) throw exposedToken()
  const caller = isOpen
    ? undefined
    : await deps.authenticate(headers, { id: request.id, rawHeaders: raw.rawHeaders })
  // The journal keeps no token.
  known({ line: exposed ? { ...line, rawQuery: '', query: [] } : line, matched, caller })
  if (exposed) throw exposedToken()
  if (matched === undefined) throw fault
  return {
    line,
    matched,
    accept: negotiate(headers.accept, line.query.find(([name]) => name === '_format')?.[1]),
    caller
  }
}

const fhirRequest = (
  request: FastifyRequest,
  { line, matched: { route } }: Exchange
): FhirRequest => {
  const bytes = bodyOf(request.body)
  const isForm = route.body === formBodies
  const contentType = request.headers['content-type']
  const form =
    isForm && bytes !== undefined ? pairsIn(Buffer.from(bytes).toString('utf8')) : undefined
  if (form !== undefined && hasToken(form)) throw exposedToken()
  const idempotency = idempotencyIn(request, bytes)
  return {
    method: request.method as FhirRequest['method'],
    path: line.path,
    query: form === undefined ? line.query : [...line.query, ...form],
    prefer: preferIn(request.headers),
    ...conditionsIn(request.headers),
    ...(bytes !== undefined && !isForm && route.body !== undefined && { body: parseJson(bytes) }),
    ...(contentType !== undefined && { contentType }),
    ...(idempotency !== undefined && { idempotency })
  }
}

const failureOf = (
  { headers }: FastifyRequest,
  tally: BundleTally | undefined
): Context['failure'] => {
  const failure = failureEntry(languageOf(headers['accept-language']))
  return tally === undefined ? failure : tally.counting(failure)
}

/** Written out: a spread of `world` costs microseconds on every request. */
const contextOf = (
  { world, log }: ExchangeDeps,
  request: FastifyRequest,
  { line, store, tally }: Session
): Context => ({
  caller: line.caller,
  store,
  now: line.at,
  requestId: request.id,
  log,
  failure: failureOf(request, tally),
  definitions: world.definitions,
  validate: world.validate,
  extract: world.extract,
  base: world.base,
  timeZone: world.timeZone,
  cursorKey: world.cursorKey,
  limits: world.limits,
  newId: world.newId,
  dispatch: world.dispatch,
  serial: world.serial
})

const isBundle = ({ interaction }: Route): boolean => interaction === 'transaction'

/** The line that a write committed tells of that write alone; a Bundle may have read more. */
const isTold = ({ route }: Matched, store: GuardedStore): boolean =>
  store.recorded() && !isBundle(route)

const outcomeOf = (status: number, session: Session | undefined): JournalOutcome => {
  const patients = session?.store.touched() ?? []
  const tally = session?.tally
  return tally === undefined
    ? { status, patients }
    : { status, patients: [...new Set([...patients, ...tally.named])], bundle: tally.facts() }
}

const perform = async (
  deps: ExchangeDeps,
  request: FastifyRequest,
  exchange: Exchange,
  caller: Caller
): Promise<Answer> => {
  const line = journalLine(request, exchange, caller, deps.clock())
  const store = deps.openRequest(line)
  const session: Session = (exchange.session = { line, store })
  checkScopes(caller, exchange.matched)
  const fhir = fhirRequest(request, exchange)
  if (isBundle(exchange.matched.route)) session.tally = tallyBundle(fhir.body, deps.named)
  const context = contextOf(deps, request, session)
  const answer = answerOf(
    await runMatched(deps.retry, exchange.matched, context, fhir),
    fhir,
    caller,
    context.base
  )
  if (!isTold(exchange.matched, store)) await deps.record(line, outcomeOf(answer.status, session))
  return answer
}

/** A failure of a known caller is in the journal before it is answered. */
export const recordFailure = async (
  deps: ExchangeDeps,
  asked: Asked & Pick<Exchange, 'session'>,
  request: FastifyRequest,
  error: unknown
): Promise<void> => {
  if (asked.caller === undefined) return
  const line = asked.session?.line ?? journalLine(request, asked, asked.caller, deps.clock())
  await deps.record(line, outcomeOf(failureAnswer(error, 'en').status, asked.session))
}

/** Open routes touch no data: they get no store and leave no journal entry. */
const performOpen = async (
  deps: ExchangeDeps,
  request: FastifyRequest,
  exchange: Exchange,
  open: NonNullable<Route['open']>
): Promise<Answer> => {
  const fhir = fhirRequest(request, exchange)
  return answerOf(await open(fhir), fhir, undefined, deps.world.base)
}

const known = (caller: Caller | undefined): Caller => {
  if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
  return caller
}

export const answerExchange = async (
  deps: ExchangeDeps,
  exchange: Exchange,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> => {
  const {
    caller,
    accept,
    matched: {
      route: { open }
    }
  } = exchange
  const { status, headers, body } = await (open === undefined
    ? perform(deps, request, exchange, known(caller))
    : performOpen(deps, request, exchange, open))
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  return reply.header('content-type', `${accept}; charset=utf-8`).send(body)
}
