/**
 * From an open store to what the application is built of: definitions, access, journal, tokens,
 * operations. Opens nothing.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createExplain } from './access/decision/explain.ts'
import { decidingTypes } from './access/decision/grants.ts'
import { createAccess } from './access/guard.ts'
import type { Access } from './access/guard.ts'
import { withAccessValues } from './access/index-values.ts'
import { system } from './access/who/system.ts'
import type { AppDeps, AppLimits } from './app.ts'
import { answeredEntry, writtenEntry } from './audit/journal.ts'
import { createNamedPatients } from './audit/named-patients.ts'
import type { NamedPatients } from './audit/named-patients.ts'
import { createAuth } from './auth/auth.ts'
import { endpointsOf } from './auth/endpoints.ts'
import type { GuardedFetch } from './auth/issuers/guarded-fetch.ts'
import { sharedSecret } from './auth/shared-secret.ts'
import type { Config } from './config.ts'
import { loadDefinitions } from './definitions/load.ts'
import type { Millis, ResourceId } from './fhir/resource.ts'
import type { Journal } from './http/journal/journal.ts'
import { keepIndexed } from './jobs/keep-indexed.ts'
import type { KeptIndex } from './jobs/keep-indexed.ts'
import { caseload } from './operations/caseload/caseload.ts'
import { explain } from './operations/explain.ts'
import { createExtractor } from './search/extract.ts'
import { fingerprintsOf } from './search/fingerprint.ts'
import type { Store } from './storage/store.ts'
import { createValidator } from './validation/validator.ts'

export interface AssembleDeps {
  readonly config: Config
  readonly store: Store
  readonly log: Logger
  readonly clock: () => Millis
  readonly newId: () => string
  readonly random: () => number
  readonly fetch: GuardedFetch
  readonly health: AppDeps['health']
}

const limitsOf = ({ bodyLimit, bundleLimit, pageSize, pageLimit }: Config): AppLimits => ({
  body: bodyLimit,
  bundleEntries: bundleLimit,
  bundleAnswer: 32_000_000,
  bundlePage: 200,
  page: pageSize,
  maxPage: pageLimit,
  patchOperations: 1000,
  includes: 1000,
  includeRounds: 5,
  requestTime: 15_000,
  inFlight: 512,
  eventLoopDelay: 500
})

const nothing = [] as const

/**
 * A write carries its line in its own commit; anything else commits the line alone, before the
 * answer leaves.
 */
const createJournal = (
  access: Access,
  store: Store,
  newId: () => ResourceId,
  named: NamedPatients
): Journal => ({
  openRequest: (line) =>
    access.open(line.caller, line.at, (patients) => writtenEntry(line, newId(), patients)),
  named,
  record: async (line, outcome) => {
    const entry = answeredEntry(named)(line, newId(), outcome)
    await store.commit({
      id: entry.id,
      expectations: nothing,
      puts: nothing,
      restamps: nothing,
      records: nothing,
      audit: [entry]
    })
  }
})

interface PackageFile {
  readonly version: string
}
const softwareVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageFile)
    .version
/** Changes with the version. */
const releaseDate = '2026-11-22'

/** An application, and what goes on beside its requests. */
export interface Assembled {
  readonly app: AppDeps
  readonly index: Pick<KeptIndex, 'start' | 'stop'>
}

const pause = async (ms: number): Promise<void> => {
  await sleep(ms)
}

export const assemble = async (deps: AssembleDeps): Promise<Assembled> => {
  const { config, store, log, clock, newId } = deps
  const definitions = loadDefinitions()
  const extract = createExtractor(definitions, {
    timeZone: config.timeZone,
    base: endpointsOf(config.publicUrl).fhirBase
  })
  const index = await keepIndexed({
    store,
    everything: system,
    ...withAccessValues({ extract, tables: fingerprintsOf(definitions, config.timeZone) }),
    first: decidingTypes,
    owner: `server on ${hostname()}, process ${process.pid} (${newId().slice(0, 8)})`,
    clock,
    newId,
    sleep: pause,
    log
  })
  return { app: await assembleApp(deps, { definitions, extract, index }), index }
}

interface Parts extends Pick<AppDeps, 'definitions' | 'extract'> {
  readonly index: KeptIndex
}

const assembleApp = async (
  { config, log, clock, newId, random, fetch, health }: AssembleDeps,
  { definitions, extract, index }: Parts
): Promise<AppDeps> => {
  const { publicUrl, timeZone } = config
  const { store } = index
  const newResourceId = newId as () => ResourceId
  const access = createAccess({
    store,
    extract,
    newId: newResourceId,
    zone: timeZone,
    base: endpointsOf(publicUrl).fhirBase,
    definitions
  })
  return {
    ...createAuth({
      store,
      issuers: config.issuers,
      publicUrl,
      clock,
      tokenLifetime: config.tokenLifetime,
      fetch,
      newId,
      log
    }),
    ...createJournal(access, store, newResourceId, createNamedPatients(definitions.namesPatient)),
    publicUrl,
    timeZone,
    trustedProxies: config.trustedProxies,
    limits: limitsOf(config),
    software: { version: softwareVersion(), releaseDate },
    definitions,
    unindexed: index.unindexed,
    validate: createValidator(definitions),
    extract,
    cursorKey: await sharedSecret(store, 'cursor', clock()),
    operations: [caseload(config.reviewMonths), explain(createExplain(store))],
    health,
    log,
    clock,
    newId: newResourceId,
    random,
    sleep: pause
  }
}
