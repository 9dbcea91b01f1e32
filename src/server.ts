/**
 * The process: configuration in, store opened, application built, socket listening; and all of it
 * closed again. The only file that names a store adapter.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import type { Logger } from 'pino'
import type { AppDeps, buildApp } from './app.ts'
import type { GuardedFetch } from './auth/issuers/guarded-fetch.ts'
import type { Config } from './config.ts'
import { localAddress } from './config.ts'
import type { Millis } from './fhir/resource.ts'
import type { Store } from './storage/store.ts'

export interface StoreDeps {
  readonly now: () => Millis
  readonly log?: Logger
}

/** Each adapter is loaded only when it is used. */
export const openStore = async (
  { store, allowOldMongodb }: Pick<Config, 'store' | 'allowOldMongodb'>,
  { now, log }: StoreDeps
): Promise<Store> => {
  if (store.kind === 'sqlite') {
    const { openSqliteStore } = await import('./storage/sqlite/open.ts')
    return await openSqliteStore({ directory: store.directory, now })
  }
  const { openMongoStore } = await import('./storage/mongo/open.ts')
  return await openMongoStore({
    uri: store.uri,
    now,
    allowOldServer: allowOldMongodb,
    ...(log === undefined ? {} : { log })
  })
}

export interface ServerDeps {
  readonly log: Logger
  readonly clock?: () => Millis
  readonly newId?: () => string
  readonly random?: () => number
  readonly fetch?: GuardedFetch
}

export interface RunningServer {
  /** What clients use, without a final slash. */
  readonly url: string
  readonly fhirBase: string
  /** Where it listens, also when a free port was chosen. */
  readonly port: number
  readonly store: Store
  /** Lets requests in work end, for at most `drainTime`; safe to call twice. */
  readonly close: () => Promise<void>
}

/**
 * What the heap may grow before garbage is collected, beyond what is alive. Left alone, V8 lets a
 * loaded server take several times as much.
 */
const heapGrowth = 60
/** Milliseconds. */
const drainTime = 9000
const idleCheck = 50
/** A store that does not answer by then makes the process not ready. */
const pingTime = 2000
/** Bytes of a key set. */
const longestKeySet = 262_144

/** Links and tokens name the port, so a free one is chosen before anything is built. */
const freePort = async (host: string): Promise<number> =>
  await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => {
        resolve(port)
      })
    })
  })

const withPort = async (config: Config): Promise<Config> => {
  if (config.port !== 0) return config
  const chosen = { ...config, port: await freePort(config.host) }
  return config.publicUrl === localAddress(config)
    ? { ...chosen, publicUrl: localAddress(chosen) }
    : chosen
}

const after = (ms: number, then: () => void): { readonly cancel: () => void } => {
  const timer = setTimeout(then, ms)
  return {
    cancel: () => {
      clearTimeout(timer)
    }
  }
}

const pingWithin = async (store: Store, ms: number): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    const late = after(ms, () => {
      reject(new Error(`the store did not answer within ${ms} ms`))
    })
    store.ping().then(resolve, reject).finally(late.cancel)
  })
}

type Phase = 'starting' | 'serving' | 'draining'

const healthOf = (store: Store, phase: () => Phase): AppDeps['health'] => ({
  started: () => phase() !== 'starting',
  ready: async () => {
    if (phase() !== 'serving') throw new Error(`the server is ${phase()}`)
    await pingWithin(store, pingTime)
  }
})

/** No new requests; those in work may end. */
const drain = async (app: ReturnType<typeof buildApp>, log: Logger): Promise<void> => {
  const late = after(drainTime, () => {
    log.warn({ ms: drainTime }, 'requests still in work are cut off')
    app.server.closeAllConnections()
  })
  // A connection that has just answered would be kept for the next request.
  const idle = setInterval(() => {
    app.server.closeIdleConnections()
  }, idleCheck)
  await app.close().finally(() => {
    late.cancel()
    clearInterval(idle)
  })
}

/** Connects, builds, listens. When it fails on the way, what it opened is closed again. */
export const startServer = async (asked: Config, deps: ServerDeps): Promise<RunningServer> => {
  const { log, clock = Date.now, newId = randomUUID, random = Math.random } = deps
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`)
  const config = await withPort(asked)
  const [store, { assemble }, { buildApp }, { createGuardedFetch }, { endpointsOf }] =
    await Promise.all([
      openStore(config, { now: clock, log }),
      import('./assemble.ts'),
      import('./app.ts'),
      import('./auth/issuers/guarded-fetch.ts'),
      import('./auth/endpoints.ts')
    ])
  let phase: Phase = 'starting'
  let stopIndex = async (): Promise<void> => {}
  const closeStore = async (): Promise<void> => {
    await stopIndex()
    await store.close()
  }
  try {
    const health = healthOf(store, () => phase)
    const fetch = deps.fetch ?? createGuardedFetch({ maxBytes: longestKeySet })
    const made = await assemble({ config, store, log, clock, newId, random, fetch, health })
    const app = buildApp(made.app)
    stopIndex = made.index.stop
    await made.index.start()
    await app.listen({ host: config.host, port: config.port })
    phase = 'serving'
    let closing: Promise<void> | undefined
    return {
      url: config.publicUrl,
      fhirBase: endpointsOf(config.publicUrl).fhirBase,
      port: config.port,
      store,
      close: async () => {
        phase = 'draining'
        await (closing ??= drain(app, log).then(closeStore))
      }
    }
  } catch (error) {
    await closeStore()
    throw error
  }
}
