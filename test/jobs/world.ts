/** A store whose resources were indexed by tables of our choice, and the app upon it. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Test } from 'tap'
import { withAccessValues } from '../../src/access/index-values.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { keepIndexed } from '../../src/jobs/keep-indexed.ts'
import type { KeepIndexedDeps, KeptIndex } from '../../src/jobs/keep-indexed.ts'
import type { Progress } from '../../src/jobs/progress.ts'
import { reindex } from '../../src/jobs/reindex.ts'
import type { Outcome } from '../../src/jobs/reindex.ts'
import { createExtractor } from '../../src/search/extract.ts'
import { fingerprintsOf } from '../../src/search/fingerprint.ts'
import { openDatabase } from '../../src/storage/sqlite/file/driver.ts'
import { fileName } from '../../src/storage/sqlite/file/files.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { base, createWorld, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'
import { batch, system } from '../storage/sample.ts'

/** More than one batch. */
export const plans = 60
const timeZone = 'Europe/Brussels'
export const today = loadDefinitions()

/** The tables of a release that did not know these parameters yet. */
export const without = (...keys: string[]): Definitions => ({
  ...today,
  searchParameters: (type) =>
    new Map([...today.searchParameters(type)].filter(([, { key }]) => !keys.includes(key)))
})

export interface Opened {
  readonly directory: string
  readonly store: Store
  readonly reopen: () => Promise<Store>
}

export const openStore = async (t: Test, now: () => number = Date.now): Promise<Opened> => {
  const directory = mkdtempSync(join(tmpdir(), 'psi-jobs-'))
  const opened: Store[] = []
  const reopen = async (): Promise<Store> => {
    const store = await openSqliteStore({ directory, now })
    opened.push(store)
    return store
  }
  t.teardown(async () => {
    for (const store of opened) await store.close()
    rmSync(directory, { recursive: true })
  })
  return { directory, store: await reopen(), reopen }
}

/** A patient with many plans, indexed by the tables of today. */
export const fill = async (store: Store, count = plans): Promise<string> => {
  const { send } = await createWorld({ wrap: () => store })
  const { body } = await send('POST', 'Patient', { body: patient('X') })
  const subject = `Patient/${(body as { id: string }).id}`
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await send('POST', 'CarePlan', { body: planOf(subject, `plan ${n}`) })
    })
  )
  return subject
}

export const planOf = (subject: string, title: string): object => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  title,
  subject: { reference: subject },
  period: { start: '2026-01-02' }
})

export const depsFor = (
  store: Store,
  definitions: Definitions,
  more: Partial<KeepIndexedDeps> = {}
): KeepIndexedDeps => ({
  store,
  everything: system,
  ...withAccessValues({
    extract: createExtractor(definitions, { timeZone, base }),
    tables: fingerprintsOf(definitions, timeZone)
  }),
  first: ['Consent', 'CareTeam'],
  owner: randomUUID(),
  clock: Date.now,
  newId: randomUUID,
  sleep: async (ms) => {
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(ms, 1))
    })
  },
  log: pino({ level: 'silent' }),
  ...more
})

/** Everything again by these tables, as an older or newer release would have done it. */
export const indexBy = async (store: Store, definitions: Definitions): Promise<void> => {
  const deps = depsFor(store, definitions)
  const records = [{ kind: 'index', id: 'tables', json: '{}' }]
  await store.commit(batch({ records }))
  const { kind } = await run(deps)
  if (kind !== 'done') throw new Error(kind)
}

export const run = async (
  deps: KeepIndexedDeps,
  stopped: (progress: Progress) => boolean = () => false,
  scope: 'changed' | 'all' = 'changed'
): Promise<Outcome> => {
  let stop = false
  return await reindex(deps, {
    scope,
    report: (progress) => {
      stop = stopped(progress)
    },
    stopped: () => stop
  })
}

/** The app as a process with these tables shows it; its job is not started. */
export const appOn = async (
  store: Store,
  definitions: Definitions
): Promise<World & { readonly kept: KeptIndex }> => {
  const kept = await keepIndexed(depsFor(store, definitions))
  const { store: indexed, unindexed } = kept
  return { ...(await createWorld({ definitions, unindexed, wrap: () => indexed })), kept }
}

/** Every index row of the file. */
export const indexRows = async (directory: string): Promise<readonly string[]> => {
  const db = await openDatabase(join(directory, fileName))
  const rows = ['tok', 'ref', 'str', 'dt', 'indexed'].flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => `${table} ${JSON.stringify(row)}`)
  )
  db.close()
  return rows.sort()
}
