/** The embedded store and its oracle keep the contract of the port. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openNaiveStore } from './naive/open.ts'
import { longestLog } from '../../src/storage/sqlite/file/connection.ts'
import { openDatabase } from '../../src/storage/sqlite/file/driver.ts'
import { closeFiles, fileName, openFiles, pathsIn } from '../../src/storage/sqlite/file/files.ts'
import { createLane } from '../../src/storage/sqlite/commit/lane.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import { createThreadedWriter } from '../../src/storage/sqlite/commit/threaded-writer.ts'
import { createFileWriter } from '../../src/storage/sqlite/commit/writer.ts'
import { storeContract, storeOracle } from './contract.ts'
import { auditLines } from './sqlite/audit-lines.ts'
import { now, openSqlite } from './sqlite/opened.ts'
import { audited, batch, idsOf, put, reference, system } from './sample.ts'

t.setTimeout(180_000)

storeContract(t, 'naive', async () => {
  const store = await openNaiveStore({ now })
  return { store, close: store.close }
})
storeContract(t, 'sqlite', openSqlite())
storeOracle(t, 'sqlite', openSqlite())
// The ways that a large store goes: indexes walked in order, and the caller's visible sets as the
// way in.
storeContract(t, 'sqlite, walking', openSqlite({ selective: -1, few: -1, group: 0 }))
storeOracle(t, 'sqlite, walking', openSqlite({ selective: -1, few: -1, group: 0 }))
storeOracle(t, 'sqlite, walking in blocks', openSqlite({ selective: -1, few: -1, group: 500 }), 30)
storeOracle(t, 'sqlite, from the keys', openSqlite({ selective: -1, few: 10_000, group: 500 }))

t.test('a file of a newer schema is refused, and left alone', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-newer-'))
  await (await openSqliteStore({ directory, now })).close()
  const db = await openDatabase(join(directory, fileName))
  db.exec('PRAGMA user_version = 99')
  await t.rejects(
    openSqliteStore({ directory, now }),
    /schema version 99; this program knows up to \d+\. Start the newer program/
  )
  t.same(db.prepare('PRAGMA user_version').get(), [99])
  db.close()
  await rm(directory, { recursive: true })
})

t.test('a file that is no database is refused', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-odd-'))
  await writeFile(
    join(directory, fileName),
    'something else entirely, longer than a header of one hundred bytes'.repeat(20)
  )
  await t.rejects(openSqliteStore({ directory, now }), { name: 'StoreUnavailable', full: false })
  await rm(directory, { recursive: true })
})

t.test(
  'while another process holds the write lock, commits wait, reads answer and the event loop runs',
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-lock-'))
    const store = await openSqliteStore({ directory, now })
    const other = await openDatabase(join(directory, fileName))
    other.exec('BEGIN IMMEDIATE')
    let committed = false
    const waiting = store.commit(batch({ puts: [put(reference('Patient', 'p'))] })).then(() => {
      committed = true
    })
    let longest = 0
    for (let n = 0; n < 30; n++) {
      const before = performance.now()
      await new Promise((resolve) => {
        setTimeout(resolve, 5)
      })
      longest = Math.max(longest, performance.now() - before)
      t.same(await store.read([reference('Patient', 'p')], system), [undefined])
    }
    t.equal(committed, false)
    t.ok(longest < 250, `the event loop was held for at most ${Math.round(longest)} ms`)
    other.exec('COMMIT')
    await waiting
    t.same(idsOf(await store.read([reference('Patient', 'p')], system)), ['p'])
    other.close()
    await store.close()
    await rm(directory, { recursive: true })
  }
)

t.test('two handles writing at once lose nothing', async (t) => {
  const { store, reopen, close } = await openSqlite()()
  const other = (await reopen?.()) ?? store
  await Promise.all(
    [store, other].flatMap((handle, h) =>
      Array.from({ length: 60 }, async (_, n) => {
        await handle.commit(
          batch({
            expectations: [{ name: 'shared', bump: true }],
            puts: [put(reference('Patient', `${h}-${n}`))]
          })
        )
      })
    )
  )
  t.same(await store.counters(['shared']), [120])
  t.same(
    (await other.feed(0, 1000)).map(({ sequence }) => sequence),
    Array.from({ length: 120 }, (_, n) => n + 1)
  )
  const same = batch({ id: 'same', puts: [put(reference('Patient', 'once'))] })
  await Promise.all([store.commit(same), other.commit(same)])
  t.equal(
    (await store.history(reference('Patient', 'once'), system, { limit: 9 })).total,
    1,
    'the same batch through both is applied once'
  )
  await other.close()
  await close()
})

t.test('a thread copies the log into the file while commits go on', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-checkpoint-'))
  const store = await openSqliteStore({ directory, now })
  const size = async (): Promise<number> => (await stat(join(directory, fileName))).size
  const text = 'x'.repeat(50_000)
  const deadline = Date.now() + 30_000
  let written = 0
  while ((await size()) < 4_000_000 && Date.now() < deadline) {
    await store.commit(
      batch({
        puts: [put(reference('Patient', `p${written++}`), { json: JSON.stringify({ text }) })]
      })
    )
  }
  t.ok(
    (await size()) >= 4_000_000,
    `the file grew to ${await size()} bytes under ${written} commits`
  )
  t.ok(
    written * text.length < longestLog * 8192,
    'sooner than commits would have copied it themselves'
  )
  await store.close()
  const again = await openSqliteStore({ directory, now })
  t.equal((await again.count()).get('Patient'), written)
  await again.close()
  await rm(directory, { recursive: true })
})

t.test(
  'a writing thread tells what became of each batch, and what it wrote is read at once',
  async (t) => {
    const { store, directory, close } = await openSqlite()()
    const thread = createThreadedWriter(directory, 'data')
    while (!thread.ready()) {
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
    const creating = batch({ puts: [put(reference('Patient', 'p'))], audit: [audited('a')] })
    t.same(await thread.write([creating], 1), [undefined])
    t.same(idsOf(await store.read([reference('Patient', 'p')], system)), ['p'])
    t.same(
      (await store.audit({ limit: 9 })).entries.map(({ id }) => id),
      ['a']
    )
    t.same(
      await thread.write(
        [
          creating,
          batch({ puts: [put(reference('Patient', 'p'))] }),
          batch({ puts: [put(reference('Patient', 'q'), { replaces: 'other' })] }),
          batch({ expectations: [{ name: 'g', expect: 7, bump: false }] }),
          batch({ puts: [put(reference('Patient', 'r'))] })
        ],
        2
      ),
      [
        undefined,
        { kind: 'conflict', reason: 'exists', ref: reference('Patient', 'p') },
        { kind: 'conflict', reason: 'version', ref: reference('Patient', 'q') },
        { kind: 'conflict', reason: 'counter' },
        undefined
      ]
    )
    t.equal(
      (await store.history(reference('Patient', 'p'), system, { limit: 9 })).total,
      1,
      'a batch that was applied is not applied again'
    )
    t.same(idsOf(await store.read([reference('Patient', 'r')], system)), ['r'])
    await thread.stop()
    await close()
  }
)

t.test(
  'a writing thread that dies costs nothing: its group is written again, and applied once',
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-thread-'))
    const files = await openFiles(directory)
    const writer = createFileWriter(files, 'data')
    let [alive, asked] = [true, 0]
    const dying = {
      ready: () => alive,
      write: async (...group: Parameters<typeof writer.write>) => {
        asked++
        if (asked === 2) await writer.write(...group) // it had committed, and could not say so
        alive = asked < 2
        return asked < 2 ? await writer.write(...group) : undefined
      },
      checkpoint: () => undefined,
      stop: async () => undefined
    }
    let time = 0
    const lane = createLane({
      path: pathsIn(directory).data,
      writer,
      startThread: () => dying,
      threadAfter: 0,
      stamp: () => ++time,
      check: () => undefined,
      refused: () => undefined
    })
    for (const id of ['a', 'b', 'c']) {
      await lane.commit(
        batch({
          puts: [put(reference('Patient', id))],
          expectations: [{ name: 'count', bump: true }]
        })
      )
    }
    t.equal(asked, 2, 'the dead thread is not asked again')
    await lane.drain()
    closeFiles(files)
    const store = await openSqliteStore({ directory, now })
    t.same(
      (await store.feed(0, 9)).map(({ ref }) => ref.id),
      ['a', 'b', 'c']
    )
    t.same(await store.counters(['count']), [3])
    await store.close()
    await rm(directory, { recursive: true })
  }
)

auditLines(t)

t.test('a closed store says so', async (t) => {
  const { store, close } = await openSqlite()()
  await close()
  await t.rejects(store.read([reference('Patient', 'p')], system), { name: 'StoreUnavailable' })
  await t.rejects(store.commit(batch({})), { name: 'StoreUnavailable' })
  await t.rejects(store.ping(), { name: 'StoreUnavailable' })
})
