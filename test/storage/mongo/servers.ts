/** Which servers are refused, and what callers hear of those that fail. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import type { Test } from 'tap'
import { startMongod } from '../../../scripts/mongod.ts'
import { openMongoStore } from '../../../src/storage/mongo/open.ts'
import { isLoopback, isPatched } from '../../../src/storage/mongo/database/server-check.ts'
import { StoreUnavailable } from '../../../src/storage/store.ts'
import { freshUri, now, openAt, set, skip, skipOwn } from './world.ts'
import { audited, batch, put, query, reference, system } from '../sample.ts'

/**
 * SIGSTOP is delivered when the process is next scheduled: one that runs on another core may
 * answer once more. So wait until the system says that it stands still.
 */
const stopped = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGSTOP')
  while (!stateOf(pid).startsWith('T')) await sleep(5)
}

/** As ps(1) tells it, which not every Linux has. */
const stateOf = (pid: number): string =>
  existsSync(`/proc/${pid}/stat`)
    ? (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '')
    : execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()

const releases = (t: Test): void => {
  t.test('releases before the fix of CVE-2025-14847 are known', async (t) => {
    for (const old of [
      '4.4.29',
      '5.0.31',
      '6.0.5',
      '6.0.26',
      '6.3.1',
      '7.0.27',
      '7.3.4',
      '8.0.16',
      '8.2.2',
      '8.1.9'
    ]) {
      t.notOk(isPatched(old), old)
    }
    for (const fixed of [
      '5.0.32',
      '6.0.27',
      '7.0.28',
      '8.0.17',
      '8.2.3',
      '8.3.0',
      '9.0.0',
      '10.1.2'
    ]) {
      t.ok(isPatched(fixed), fixed)
    }
  })

  t.test('loopback is loopback', async (t) => {
    for (const host of ['localhost:27017', '127.0.0.1:1', '127.9.9.9', '::1', '[::1]:27017']) {
      t.ok(isLoopback(host), host)
    }
    for (const host of [
      'localhost.example',
      '10.0.0.1:27017',
      '128.0.0.1',
      'db:27017',
      '127.0.0.1.example:1'
    ]) {
      t.notOk(isLoopback(host), host)
    }
  })
}

const refusals = (t: Test): void => {
  t.test(
    'a lone mongod is refused with one sentence that says what to do',
    { skip: skipOwn },
    async (t) => {
      const lone = await startMongod({ own: true, replicaSet: false })
      t.teardown(lone.stop)
      await t.rejects(openMongoStore({ uri: lone.uri, now }), /lone mongod.*--replSet/)
    }
  )

  t.test(
    'an old server on loopback is warned about, one whose transactions may outlive their process too',
    { skip },
    async (t) => {
      const warnings: unknown[] = []
      const log = {
        warn: (...parts: unknown[]) => {
          warnings.push(parts)
        }
      } as unknown as NonNullable<Parameters<typeof openMongoStore>[0]['log']>
      const store = await openMongoStore({ uri: freshUri(t), now, log })
      await store.close()
      const client = new MongoClient(set?.uri ?? '')
      const { version } = (await client.db('admin').command({ buildInfo: 1 })) as unknown as {
        version: string
      }
      await client.close()
      t.equal(warnings.length, isPatched(version) ? 0 : 1)
    }
  )

  t.test('a database of a newer layout is refused', { skip }, async (t) => {
    const uri = freshUri(t)
    await (await openMongoStore({ uri, now })).close()
    const client = new MongoClient(uri)
    await client
      .db()
      .collection<{ _id: string; c: number }>('counters')
      .updateOne({ _id: 'schema' }, { $set: { c: 99 } })
    await client.close()
    await t.rejects(openMongoStore({ uri, now }), /layout 99/)
  })
}

const noPrimary = (t: Test): void => {
  t.test(
    'without a primary every caller hears StoreUnavailable within 10 s, and the same batch goes through later',
    { skip: skipOwn, timeout: 90_000 },
    async (t) => {
      const own = await startMongod({ own: true })
      t.teardown(own.stop)
      const store = await openAt(t, own.uri)
      await store.commit(batch({ puts: [put(reference('Patient', 'before'))] }))
      const port = own.members[0]?.port ?? 0
      await own.kill(port)
      const write = batch({ puts: [put(reference('Patient', 'during'))], audit: [audited('a')] })
      const began = Date.now()
      const outcomes = await Promise.allSettled([
        store.commit(write),
        store.commit(batch({ audit: [audited('b')] })),
        store.read([reference('Patient', 'before')], system),
        store.search(query('Patient', { total: 'exact' }), system),
        store.counters(['g']),
        store.putRecordIfAbsent({ kind: 'k', id: '1', json: '{}' }, now()),
        store.feed(0, 1),
        store.ping()
      ])
      t.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
      for (const outcome of outcomes) {
        t.ok(
          outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable,
          outcome.status === 'rejected' ? String(outcome.reason) : 'answered'
        )
      }
      await own.restart(port)
      for (;;) {
        const done = await store.commit(write).then(
          () => true,
          (error: unknown) => {
            if (error instanceof StoreUnavailable) return false
            throw error
          }
        )
        if (done) break
      }
      t.same((await store.read([reference('Patient', 'during')], system)).length, 1)
      t.equal((await store.audit({ limit: 5, id: audited('a').id })).total, 1)
    }
  )
}

const hanging = (t: Test): void => {
  t.test(
    'a server that hangs is given up within 10 s, and a write in doubt is not doubled',
    { skip: skipOwn, timeout: 60_000 },
    async (t) => {
      const own = await startMongod({ own: true })
      t.teardown(own.stop)
      const store = await openAt(t, own.uri)
      const [{ pid } = { pid: 0 }] = own.members
      await stopped(pid)
      const write = batch({ puts: [put(reference('Patient', 'in-doubt'))] })
      const began = Date.now()
      const outcomes = await Promise.allSettled([
        store.commit(write),
        store.read([reference('Patient', 'none')], system),
        store.ping()
      ])
      t.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
      for (const outcome of outcomes) {
        t.ok(
          outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable,
          JSON.stringify(outcome)
        )
      }
      process.kill(pid, 'SIGCONT')
      for (;;) {
        if (
          await store.commit(write).then(
            () => true,
            (error: unknown) => {
              if (error instanceof StoreUnavailable) return false
              throw error
            }
          )
        ) {
          break
        }
      }
      t.equal((await store.feed(0, 9)).length, 1)
    }
  )
}

const hugeBatches = (t: Test): void => {
  t.test('a batch that no server takes fails alone', { skip }, async (t) => {
    const store = await openAt(t, freshUri(t))
    const huge = 'x'.repeat(17_000_000)
    const outcomes = await Promise.allSettled([
      store.commit(batch({ puts: [put(reference('Goal', 'a'))] })),
      store.commit(batch({ puts: [put(reference('Goal', 'huge'), { json: huge })] })),
      store.commit(batch({ puts: [put(reference('Goal', 'b'))] })),
      store.commit(batch({ audit: [audited('one')] })),
      store.commit(batch({ audit: [audited('huge', { json: huge })] }))
    ])
    t.same(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected']
    )
    t.equal((await store.search(query('Goal', { total: 'exact' }), system)).total, 2)
    t.equal((await store.audit({ limit: 9 })).total, 1)
  })
}

export const serverTests = (t: Test): void => {
  t.test('servers', async (t) => {
    releases(t)
    refusals(t)
    noPrimary(t)
  })
  hanging(t)
  hugeBatches(t)
}
