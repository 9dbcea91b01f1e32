/** The embedded store and its oracle keep the contract of the port. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openNaiveStore } from '../../src/storage/naive/open.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Thresholds } from '../../src/storage/sqlite/plan.ts'
import { storeContract, storeOracle } from './contract.ts'
import type { Open, Opened } from './sample.ts'

t.setTimeout(180_000)
const now = Date.now

const openSqlite = (thresholds?: Thresholds): Open => async (): Promise<Opened> => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-sqlite-'))
  const store = await openSqliteStore({ directory, now, ...(thresholds && { thresholds }) })
  return {
    store,
    reopen: async () => await openSqliteStore({ directory, now }),
    close: async () => {
      await store.close()
      await rm(directory, { recursive: true })
    }
  }
}

storeContract(t, 'naive', async () => {
  const store = await openNaiveStore({ now })
  return { store, close: store.close }
})
storeContract(t, 'sqlite', openSqlite())
storeOracle(t, 'sqlite', openSqlite())
// The ways that a large store goes: indexes walked in order, and the caller's visible sets as the way in.
storeContract(t, 'sqlite, walking', openSqlite({ selective: -1, few: -1 }))
storeOracle(t, 'sqlite, walking', openSqlite({ selective: -1, few: -1 }))
storeOracle(t, 'sqlite, from the keys', openSqlite({ selective: -1, few: 10_000 }))
