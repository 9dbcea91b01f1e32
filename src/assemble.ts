/**
 * From an open store to what the application is built of: definitions, access, journal, tokens,
 * operations. Opens nothing.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createExplain } from './access/decision/explain.ts'
import { createAccess } from './access/guard.ts'
import type { Access } from './access/guard.ts'
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
import { caseload } from './operations/caseload/caseload.ts'
import { explain } from './operations/explain.ts'
import { createExtractor } from './search/extract.ts'
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

export const assemble = async ({
  config,
  store,
  log,
  clock,
  newId,
  random,
  fetch,
  health
}: AssembleDeps): Promise<AppDeps> => {
  const { publicUrl, timeZone } = config
  const newResourceId = newId as () => ResourceId
  const definitions = loadDefinitions()
  const base = endpointsOf(publicUrl).fhirBase
  const extract = createExtractor(definitions, { timeZone, base })
  const access = createAccess({
    store,
    extract,
    newId: newResourceId,
    zone: timeZone,
    base,
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
    validate: createValidator(definitions),
    extract,
    cursorKey: await sharedSecret(store, 'cursor', clock()),
    operations: [caseload(config.reviewMonths), explain(createExplain(store))],
    health,
    log,
    clock,
    newId: newResourceId,
    random,
    sleep: async (ms) => {
      await sleep(ms)
    }
  }
}
