// The whole app on the naive store: real definitions, validation, access and search; tokens are
// names.
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { createAccess } from '../../src/access/guard.ts'
import { buildApp } from '../../src/app.ts'
import type { AppDeps, AppLimits } from '../../src/app.ts'
import { answeredEntry, writtenEntry } from '../../src/audit/journal.ts'
import { createNamedPatients } from '../../src/audit/named-patients.ts'
import type { Caller, ClientRight } from '../../src/auth/caller.ts'
import { parseScopes, scopesOf } from '../../src/auth/scopes.ts'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { ResourceId } from '../../src/fhir/resource.ts'
import { createExtractor } from '../../src/search/extract.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { createValidator } from '../../src/validation/validator.ts'

export const publicUrl = 'http://psi.test'
export const base = `${publicUrl}/fhir`
const timeZone = 'Europe/Brussels'

const definitions = loadDefinitions()
const validate = createValidator(definitions)
const named = createNamedPatients(definitions.namesPatient)

export const callerOf = (
  organization: string,
  scope = 'system/*.cruds',
  rights: readonly ClientRight[] = []
): Caller => ({
  client: `client-${organization}`,
  name: organization,
  organization: organization as ResourceId,
  purposes: ['TREAT'],
  scopes: scopesOf(parseScopes(scope)),
  rights: new Set(rights)
})

const nothingUnindexed: ReadonlySet<string> = new Set()

/** Tokens are these names. */
const callers: Readonly<Record<string, Caller>> = {
  a: callerOf('org-a', 'system/*.cruds', ['record-consents']),
  b: callerOf('org-b'),
  'a-reads-plans': callerOf('org-a', 'system/CarePlan.rs'),
  'a-creates': callerOf('org-a', 'system/*.c'),
  operator: callerOf('org-o', 'system/*.cruds', ['operator', 'directory'])
}

export const limits: AppLimits = {
  bundleEntries: 50,
  bundleAnswer: 2_000_000,
  bundlePage: 50,
  patchOperations: 20,
  page: 20,
  maxPage: 100,
  includes: 100,
  includeRounds: 3,
  body: 2_000_000,
  requestTime: 12_000,
  inFlight: 500,
  eventLoopDelay: 5000
}

export interface World {
  readonly app: ReturnType<typeof buildApp>
  readonly store: Store
  /** Sends a request as the holder of a token; `body` may be an object, text or bytes. */
  readonly send: (method: string, path: string, options?: Send) => Promise<Answer>
}
export interface Send {
  readonly as?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
}
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly text: string
  readonly body: Json
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked into by name
type Json = any

const authenticate: AppDeps['authenticate'] = async ({ authorization }) => {
  const caller = callers[authorization?.replace('Bearer ', '') ?? '']
  if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
  return caller
}

const sender =
  (app: World['app']): World['send'] =>
  async (method, path, { as = 'a', body, headers = {} } = {}) => {
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
        ? body
        : JSON.stringify(body)
    const answer = await app.inject({
      method: method as 'GET',
      url: path.startsWith('/') ? path : `/fhir${path === '' ? '' : `/${path}`}`,
      headers: {
        ...(as !== null && { authorization: `Bearer ${as}` }),
        ...(payload !== undefined && { 'content-type': 'application/fhir+json' }),
        ...headers
      },
      ...(payload !== undefined && { payload })
    })
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      text: answer.body,
      body:
        /json/.test(String(answer.headers['content-type'])) && answer.body !== ''
          ? JSON.parse(answer.body)
          : undefined
    }
  }

export const createWorld = async (
  change: Partial<AppDeps> & { readonly wrap?: (store: Store) => Store } = {}
): Promise<World> => {
  let time = Date.parse('2026-11-22T09:00:00Z')
  const clock = (): number => ++time
  const newId = (): ResourceId => randomUUID() as string as ResourceId
  const extract = createExtractor(definitions, { timeZone, base })
  const naive = await openNaiveStore({ now: clock })
  const store = change.wrap?.(naive) ?? naive
  const access = createAccess({ store, extract, newId, zone: timeZone, base, definitions })
  const app = buildApp({
    publicUrl,
    timeZone,
    trustedProxies: [],
    limits,
    software: { version: '0.0.0', releaseDate: '2026-11-22' },
    definitions,
    unindexed: () => nothingUnindexed,
    validate,
    extract,
    cursorKey: Buffer.alloc(32, 1),
    authenticate,
    openRequest: (line) =>
      access.open(line.caller, line.at, (patients) => writtenEntry(line, newId(), patients)),
    named,
    record: async (line, outcome) => {
      await store.commit({
        id: newId(),
        expectations: [],
        puts: [],
        restamps: [],
        records: [],
        audit: [answeredEntry(named)(line, newId(), outcome)]
      })
    },
    token: async () => ({ status: 200, body: { access_token: 'x' } }),
    smartConfiguration: () => ({ token_endpoint: `${publicUrl}/oauth/token` }),
    jwks: async () => ({ keys: [] }),
    operations: [],
    health: { ready: async () => {}, started: () => true },
    log: pino({ level: 'silent' }),
    clock,
    newId,
    random: Math.random,
    sleep: async () => {},
    ...change
  })
  return { app, store, send: sender(app) }
}

export const patient = (family: string, more: object = {}): object => ({
  resourceType: 'Patient',
  name: [{ family }],
  ...more
})
export const plan = (patientId: string, more: object = {}): object => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: `Patient/${patientId}` },
  ...more
})
