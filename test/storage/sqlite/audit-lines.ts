/** Audit lines, whichever of the two files they went to: each once, in order, for good. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { fileName } from '../../../src/storage/sqlite/file/files.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/open.ts'
import type { Store } from '../../../src/storage/store.ts'
import { audited, batch, put, reference } from '../sample.ts'
import { now, openSqlite } from './opened.ts'

const order = (t: Test): void => {
  t.test(
    'audit lines of writes and of reads come in the order of their commits, each once',
    async (t) => {
      const { store, reopen, close } = await openSqlite()()
      const ids = Array.from({ length: 2500 }, (_, n) => `line-${n}`)
      for (const id of ids) {
        await store.commit(
          batch({
            audit: [audited(id)],
            ...(Number(id.slice(5)) % 3 === 0 && { puts: [put(reference('Goal', id))] })
          })
        )
      }
      const other = (await reopen?.()) ?? store
      const page = await other.audit({ limit: 3000 })
      t.same(
        page.entries.map(({ id }) => id),
        ids.toReversed()
      )
      await Promise.all([
        store.audit({ limit: 1 }),
        other.audit({ limit: 1 }),
        store.commit(batch({ audit: [audited('late')] }))
      ])
      t.equal((await other.audit({ limit: 1 })).total, 2501)
      await other.close()
      await close()
    }
  )
}

const restarts = (t: Test): void => {
  t.test('audit lines outlive restarts and pruning, whichever file they went to', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-restart-'))
    let time = now()
    const open = async (): Promise<Store> => await openSqliteStore({ directory, now: () => ++time })
    const write = async (store: Store, count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        await store.commit(batch({ audit: [audited(`read-${time}`)] }))
        await store.commit(
          batch({ expectations: [{ name: 'g', bump: true }], audit: [audited(`write-${time}`)] })
        )
      }
    }
    for (const day of [1, 2, 3]) {
      const store = await open()
      await write(store, 20 + day)
      t.equal((await store.audit({ limit: 1 })).total, [42, 86, 132][day - 1])
      time += 3_600_000
      await store.commit(batch({ expectations: [{ name: 'g', bump: true }] })) // prunes
      await store.close()
      time += 3_600_000
    }
    await rm(directory, { recursive: true })
  })
}

const backups = (t: Test): void => {
  t.test(
    'a data file restored from a backup gives its lines once more, and those that follow',
    async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'psi-backup-'))
      const [file, backup] = [join(directory, fileName), join(directory, 'backup')]
      const write = async (store: Store, ...ids: string[]): Promise<void> => {
        for (const id of ids) {
          await store.commit(
            batch({ expectations: [{ name: 'g', bump: true }], audit: [audited(id)] })
          )
        }
      }
      const first = await openSqliteStore({ directory, now })
      await write(first, 'a', 'b')
      await first.close()
      await copyFile(file, backup)
      const second = await openSqliteStore({ directory, now })
      await write(second, 'c', 'd', 'e')
      t.equal((await second.audit({ limit: 9 })).total, 5)
      await second.close()
      await copyFile(backup, file)
      const third = await openSqliteStore({ directory, now })
      await write(third, 'f')
      t.same(
        (await third.audit({ limit: 9 })).entries.map(({ id }) => id),
        ['f', 'e', 'd', 'c', 'b', 'a']
      )
      await third.close()
      await rm(directory, { recursive: true })
    }
  )
}

export const auditLines = (t: Test): void => {
  order(t)
  restarts(t)
  backups(t)
}
