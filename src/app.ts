/**
 * The application: its parts in the order in which a request meets them. Opens nothing; server.ts
 * hands in what is open.
 */
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { paths } from './auth/endpoints.ts'
import type { Definitions } from './definitions/definitions.ts'
import type { Millis, ResourceId } from './fhir/resource.ts'
import { requestIdOf } from './http/answer/answer-headers.ts'
import { createDispatch } from './http/dispatch.ts'
import type { Authenticate } from './http/exchange.ts'
import {
  answerBrokenRequest,
  registerFailures,
  sendFailure
} from './http/failure/failure-handlers.ts'
import type { FailureDeps } from './http/failure/failure-handlers.ts'
import { registerFhir } from './http/fhir-routes.ts'
import { registerHealth } from './http/service/health.ts'
import type { Health } from './http/service/health.ts'
import type { Journal } from './http/journal/journal.ts'
import { registerLifecycle } from './http/service/lifecycle.ts'
import { createMatchRoute } from './http/request/match-route.ts'
import { registerOauth } from './http/service/oauth.ts'
import type { TokenService } from './http/service/oauth.ts'
import { createOverload } from './http/service/overload.ts'
import type { OverloadLimits } from './http/service/overload.ts'
import { createRoutes } from './http/routes.ts'
import { createCapabilities } from './interactions/metadata/capabilities.ts'
import type { Context, InteractionLimits } from './exchange/context.ts'
import { createRetry } from './exchange/retry.ts'
import { createSerial } from './exchange/serial.ts'
import type { ParameterKey } from './search/query.ts'
import type { Operation } from './operations/operation.ts'

export interface AppLimits extends InteractionLimits, OverloadLimits {
  /** Milliseconds until a request has arrived whole. */
  readonly requestTime: number
}

export interface AppDeps extends TokenService, Journal {
  /** Without a final slash: links, Location and CapabilityStatement start with it. */
  readonly publicUrl: string
  readonly timeZone: string
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly limits: AppLimits
  readonly software: { readonly version: string; readonly releaseDate: string }
  readonly definitions: Definitions
  /** Search parameters that no query may use yet. */
  readonly unindexed: () => ReadonlySet<ParameterKey>
  readonly validate: Context['validate']
  readonly extract: Context['extract']
  readonly cursorKey: Uint8Array
  readonly authenticate: Authenticate
  readonly operations: readonly Operation[]
  readonly health: Health
  readonly log: Logger
  readonly clock: () => Millis
  readonly newId: () => ResourceId
  readonly random: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Times that an interaction runs until its decision and its commit meet the same world. */
const attempts = 10
/** How often Node looks for connections that are past their time. */
const checkInterval = 2000

const createServer = (
  { limits, newId, trustedProxies }: AppDeps,
  failures: FailureDeps
): FastifyInstance =>
  Fastify({
    logger: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id'], newId),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: limits.body,
    requestTimeout: limits.requestTime,
    http: {
      headersTimeout: Math.min(limits.requestTime, 10_000),
      connectionsCheckingInterval: checkInterval
    },
    forceCloseConnections: 'idle',
    // lifecycle.ts answers in FHIR's words.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      void sendFailure(error, request, reply, failures)
    }
  })

export const buildApp = (deps: AppDeps): FastifyInstance => {
  const { definitions, operations, limits, log, timeZone } = deps
  const base = deps.publicUrl + paths.fhir
  const capabilities = createCapabilities({
    definitions,
    unindexed: deps.unindexed,
    routes: () => routes,
    operations,
    base,
    timeZone,
    software: deps.software
  })
  const routes = createRoutes(operations, capabilities)
  const matchRoute = createMatchRoute(routes, definitions)
  const retry = createRetry({ random: deps.random, sleep: deps.sleep, attempts })
  const world = {
    definitions,
    base,
    timeZone,
    limits,
    validate: deps.validate,
    extract: deps.extract,
    cursorKey: deps.cursorKey,
    newId: deps.newId,
    serial: createSerial(),
    dispatch: createDispatch(matchRoute, retry)
  }

  const pathUnder = (url: string): string =>
    url.startsWith(`${paths.fhir}/`)
      ? (url.slice(paths.fhir.length + 1).split('?', 1)[0] ?? '')
      : ''
  const failures: FailureDeps = {
    log,
    methodsOn: ({ url }) => matchRoute.methodsOn(pathUnder(url))
  }
  const app = createServer(deps, failures)
  app.removeAllContentTypeParsers()
  // Bytes: depth and names are checked before anything is parsed (fhir/json.ts).
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  registerFailures(app, failures, ({ method, url }) => {
    if (pathUnder(url) !== '') matchRoute(method, pathUnder(url))
  })
  registerLifecycle(app, createOverload(limits, deps.clock), log)
  registerHealth(app, deps.health, log)
  registerOauth(app, deps)
  registerFhir(app, { ...deps, ...failures, prefix: paths.fhir, matchRoute, retry, world })
  return app
}
