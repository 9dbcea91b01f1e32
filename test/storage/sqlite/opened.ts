/** An SQLite store in a directory of its own, gone when it is closed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../../src/storage/sqlite/open.ts'
import type { Thresholds } from '../../../src/storage/sqlite/search/plan.ts'
import type { Opened } from '../sample.ts'

export const now = Date.now

export const openSqlite =
  (thresholds?: Thresholds): (() => Promise<Opened & { readonly directory: string }>) =>
  async (): Promise<Opened & { readonly directory: string }> => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-sqlite-'))
    const store = await openSqliteStore({ directory, now, ...(thresholds && { thresholds }) })
    return {
      store,
      directory,
      reopen: async () => await openSqliteStore({ directory, now }),
      close: async () => {
        await store.close()
        await rm(directory, { recursive: true })
      }
    }
  }
