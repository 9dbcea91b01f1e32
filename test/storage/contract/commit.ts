/** Committing: all or nothing, on the world that was decided on, once. */
import type { Test } from 'tap'
import type { Batch } from '../../../src/storage/store.ts'
import {
  as,
  audited,
  batch,
  conflict,
  eventually,
  idsOf,
  plan,
  put,
  query,
  reference,
  system,
  version
} from '../sample.ts'
import type { Open } from '../sample.ts'

const existingIds = (t: Test, open: Open): void => {
  void t.test('an id that is taken, even by a deletion, is `exists`', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    const error = await store.commit(batch({ puts: [put(plan)] })).catch((error: unknown) => error)
    t.match(error, { name: 'StoreConflict', reason: 'exists', ref: plan })
    await store.commit(
      batch({ puts: [put(plan, { version: 'v2', replaces: 'v1', deleted: true })] })
    )
    t.equal(await conflict(store.commit(batch({ puts: [put(plan)] }))), 'exists')
    t.equal(
      await conflict(store.commit(batch({ puts: [put(reference('Patient', 'plan-1'))] }))),
      'committed',
      'another type, another resource'
    )
    await close()
  })
}

const currentVersions = (t: Test, open: Open): void => {
  void t.test('replacing anything but the current version is `version`', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    await store.commit(batch({ puts: [put(plan, { version: 'v2', replaces: 'v1' })] }))
    const error = await store
      .commit(batch({ puts: [put(plan, { replaces: 'v1' })] }))
      .catch((error: unknown) => error)
    t.match(error, { name: 'StoreConflict', reason: 'version', ref: plan })
    t.equal(
      await conflict(
        store.commit(batch({ puts: [put(reference('CarePlan', 'none'), { replaces: 'v1' })] }))
      ),
      'version'
    )
    t.equal((await store.read([plan], system))[0]?.version, 'v2')
    await close()
  })
}

const parallelPuts = (t: Test, open: Open): void => {
  void t.test('of parallel updates of one version exactly one wins', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v0' })] }))
    const outcomes = await Promise.all(
      Array.from(
        { length: 32 },
        async (_, n) =>
          await conflict(
            store.commit(batch({ puts: [put(plan, { version: `w${n}`, replaces: 'v0' })] }))
          )
      )
    )
    t.same(outcomes.filter((outcome) => outcome === 'committed').length, 1)
    t.same(outcomes.filter((outcome) => outcome === 'version').length, 31)
    t.equal((await store.read([plan], system))[0]?.version, `w${outcomes.indexOf('committed')}`)
    t.equal((await store.history(plan, system, { limit: 9 })).total, 2)
    await close()
  })

  void t.test('of parallel creates of one id exactly one wins', async (t) => {
    const { store, close } = await open()
    const outcomes = await Promise.all(
      Array.from(
        { length: 32 },
        async () => await conflict(store.commit(batch({ puts: [put(plan)] })))
      )
    )
    t.same(
      [
        outcomes.filter((outcome) => outcome === 'committed').length,
        outcomes.filter((outcome) => outcome === 'exists').length
      ],
      [1, 31]
    )
    t.equal((await store.search(query('CarePlan', { total: 'exact' }), system)).total, 1)
    await close()
  })
}

const expectations = (t: Test, open: Open): void => {
  void t.test('guards: the commit happens only while they have the expected value', async (t) => {
    const { store, close } = await open()
    const guarded = async (guards: Batch['expectations']): Promise<string> =>
      await conflict(store.commit(batch({ expectations: guards })))
    t.same(await store.counters(['a', 'b']), [0, 0])
    t.equal(
      await guarded([
        { name: 'a', expect: 0, bump: true },
        { name: 'b', expect: 0, bump: false }
      ]),
      'committed'
    )
    t.same(await store.counters(['b', 'a', 'c']), [0, 1, 0])
    t.equal(await guarded([{ name: 'a', expect: 0, bump: true }]), 'counter')
    t.equal(
      await guarded([
        { name: 'a', expect: 1, bump: false },
        { name: 'b', expect: 1, bump: true }
      ]),
      'counter',
      'one that moved is enough'
    )
    t.same(await store.counters(['a', 'b']), [1, 0])
    t.equal(await guarded([{ name: 'a', bump: true }]), 'committed', 'no expectation: counted up')
    t.same(await store.counters(['a']), [2])
    t.equal(await guarded([{ name: 'a', expect: 2, bump: true }]), 'committed')
    t.equal(
      await guarded([
        { name: 'Ab', expect: 0, bump: true },
        { name: 'ab', expect: 0, bump: false }
      ]),
      'committed'
    )
    t.same(await store.counters(['Ab', 'ab']), [1, 0], 'names are compared exactly')
    await close()
  })
}

const parallelExpectations = (t: Test, open: Open): void => {
  void t.test(
    'of parallel commits on one guard exactly one wins, and a bump without expectation is never lost',
    async (t) => {
      const { store, close } = await open()
      const outcomes = await Promise.all(
        Array.from(
          { length: 20 },
          async (_, n) =>
            await conflict(
              store.commit(
                batch({
                  expectations: [{ name: 'g', expect: 0, bump: true }],
                  puts: [put(reference('Patient', `p${n}`))]
                })
              )
            )
        )
      )
      t.same(
        [
          outcomes.filter((outcome) => outcome === 'committed').length,
          outcomes.filter((outcome) => outcome === 'counter').length
        ],
        [1, 19]
      )
      t.equal((await store.search(query('Patient', { total: 'exact' }), system)).total, 1)
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          await store.commit(batch({ expectations: [{ name: 'h', bump: true }] }))
        })
      )
      t.same(await store.counters(['g', 'h']), [1, 20])
      await close()
    }
  )
}

const allOrNothing = (t: Test, open: Open): void => {
  void t.test('a batch whose second put conflicts changes nothing at all', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    const feed = await eventually(
      async () => await store.feed(0, 9),
      (entries) => entries.length === 1
    )
    const other = reference('Patient', 'p')
    const bad = batch({
      expectations: [{ name: 'g', expect: 0, bump: true }],
      puts: [
        put(other, {
          persons: ['ann'],
          index: { word: [{ parameter: 'Patient.active', code: 'true' }] }
        }),
        put(plan, { replaces: 'wrong' })
      ],
      restamps: [{ ref: plan, version: version('v1'), acl: [] }],
      records: [{ kind: 'k', id: '1', json: '{}' }],
      audit: [audited('a1')]
    })
    t.equal(await conflict(store.commit(bad)), 'version')
    t.same(await store.read([other], system), [undefined])
    t.same(await store.counters(['g']), [0])
    t.same(idsOf(await store.read([plan], as('reader'))), ['plan-1'])
    t.same(await store.records('k', ['1']), [undefined])
    t.equal((await store.audit({ limit: 9 })).total, 0)
    t.same(await store.versionsOf('ann'), [])
    t.same(await store.feed(0, 9), feed)
    const active = query('Patient', {
      where: { kind: 'word', parameter: 'Patient.active', code: 'true' },
      total: 'exact'
    })
    t.equal((await store.search(active, system)).total, 0)
    await store.commit({ ...bad, puts: bad.puts.slice(0, 1) })
    t.same(
      idsOf(await store.read([other], system)),
      ['p'],
      'the refused batch id is free: nothing was applied under it'
    )
    await close()
  })
}

const neighbours = (t: Test, open: Open): void => {
  void t.test('a conflict does not hurt the batches that wait beside it', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    const outcomes = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, n) =>
          await conflict(
            store.commit(
              batch({
                puts:
                  n % 4 === 3
                    ? [put(reference('Patient', `half-${n}`)), put(plan, { replaces: 'wrong' })]
                    : [put(reference('Patient', `p${n}`)), put(reference('Group', `g${n}`))]
              })
            )
          )
      )
    )
    t.same(
      outcomes,
      Array.from({ length: 40 }, (_, n) => (n % 4 === 3 ? 'version' : 'committed'))
    )
    t.equal((await store.search(query('Patient', { total: 'exact' }), system)).total, 30)
    t.equal((await store.search(query('Group', { total: 'exact' }), system)).total, 30)
    await close()
  })
}

const once = (t: Test, open: Open): void => {
  void t.test('the same batch sent twice is applied once', async (t) => {
    const { store, close } = await open()
    const once = batch({
      expectations: [{ name: 'g', expect: 0, bump: true }],
      puts: [put(plan)],
      records: [{ kind: 'k', id: '1', json: '{}' }],
      audit: [audited('a1')]
    })
    await store.commit(once)
    await store.commit(once)
    await Promise.all([store.commit(once), store.commit(once)])
    t.same(await store.counters(['g']), [1])
    t.equal((await store.history(plan, system, { limit: 9 })).total, 1)
    t.equal((await store.audit({ limit: 9 })).total, 1)
    t.equal(
      (
        await eventually(
          async () => await store.feed(0, 9),
          (entries) => entries.length > 0
        )
      ).length,
      1
    )
    await close()
  })
}

export const commitContract = (t: Test, open: Open): void => {
  existingIds(t, open)
  currentVersions(t, open)
  parallelPuts(t, open)
  expectations(t, open)
  parallelExpectations(t, open)
  allOrNothing(t, open)
  neighbours(t, open)
  once(t, open)
}
