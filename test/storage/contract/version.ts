/** Reading: who sees what, at which time, in which version. */
import type { Test } from 'tap'
import type { AclFilter } from '../../../src/storage/store.ts'
import {
  always,
  as,
  batch,
  idsOf,
  noon,
  plain,
  plan,
  put,
  query,
  reference,
  system
} from '../sample.ts'
import type { Open } from '../sample.ts'

const asStored = (t: Test, open: Open): void => {
  void t.test('a resource comes back as it was stored', async (t) => {
    const { store, close } = await open()
    const one = put(plan, {
      json: '{"resourceType":"CarePlan","title":"1.50 € \u{1f600}"}',
      at: noon + 7,
      method: 'PATCH',
      persons: ['a', 'b']
    })
    await store.commit(batch({ puts: [one] }))
    t.same(plain((await store.read([plan], system))[0]), plain(one.stored))
    t.same(plain(await store.readVersion(plan, one.stored.version, system)), plain(one.stored))
    t.same((await store.history(plan, system, { limit: 9 })).rows.map(plain), [plain(one.stored)])
    t.same((await store.search(query('CarePlan', { limit: 9 }), system)).rows.map(plain), [
      plain(one.stored)
    ])
    await close()
  })
}

const inTheOrderAsked = (t: Test, open: Open): void => {
  void t.test(
    'several are read in the order asked for, each time they are asked for, with gaps for the unknown',
    async (t) => {
      const { store, close } = await open()
      const [a, b, other] = [
        reference('Patient', 'a'),
        reference('Patient', 'b'),
        reference('CarePlan', 'a')
      ]
      await store.commit(
        batch({ puts: [put(a), put(b), put(other, { acl: always('someone-else') })] })
      )
      t.same(
        idsOf(await store.read([b, reference('Patient', 'none'), a, b, other], as('reader'))),
        ['b', undefined, 'a', 'b', undefined]
      )
      t.same(await store.read([], system), [])
      t.same(
        await store.read([reference('Group', 'a')], system),
        [undefined],
        'a type never stored'
      )
      await close()
    }
  )
}

const windows = (t: Test, open: Open): void => {
  void t.test(
    'an acl entry opens from its start (inclusive) to its end (exclusive), for its key alone',
    async (t) => {
      const { store, close } = await open()
      await store.commit(
        batch({
          puts: [
            put(plan, {
              acl: [
                { key: 'k', from: 100, to: 200 },
                { key: 'k', from: 300, to: 400 },
                { key: 'other', from: 0, to: 1000 }
              ]
            })
          ]
        })
      )
      const sees = async (keys: readonly string[], now: number): Promise<boolean> =>
        (await store.read([plan], { kind: 'keys', keys, now }))[0] !== undefined
      for (const [now, expected] of [
        [99, false],
        [100, true],
        [199, true],
        [200, false],
        [299, false],
        [300, true],
        [400, false]
      ] as const) {
        t.equal(await sees(['k'], now), expected, `at ${now}`)
      }
      t.equal(await sees(['x', 'y', 'k'], 150), true, 'one of several keys is enough')
      t.equal(await sees(['x'], 150), false)
      t.equal(await sees(['K'], 150), false, 'keys are compared exactly')
      t.equal(await sees([], 150), false, 'no keys, no rows')
      await close()
    }
  )
}

const overlappingWindows = (t: Test, open: Open): void => {
  void t.test('overlapping windows of one key add up', async (t) => {
    const { store, close } = await open()
    await store.commit(
      batch({
        puts: [
          put(plan, {
            acl: [
              { key: 'k', from: 0, to: 10 },
              { key: 'k', from: 0, to: 50 },
              { key: 'k', from: 20, to: 30 }
            ]
          })
        ]
      })
    )
    const sees = async (now: number): Promise<boolean> =>
      (await store.read([plan], { kind: 'keys', keys: ['k'], now }))[0] !== undefined
    t.same(await Promise.all([0, 9, 10, 40, 49, 50].map(sees)), [
      true,
      true,
      true,
      true,
      true,
      false
    ])
    await close()
  })
}

const exclusions = (t: Test, open: Open): void => {
  void t.test('a denied key shuts what another key opens, while its entry is valid', async (t) => {
    const { store, close } = await open()
    await store.commit(
      batch({
        puts: [
          put(plan, {
            acl: [
              { key: 'org', from: 0, to: 1000 },
              { key: 'person', from: 100, to: 200 }
            ]
          })
        ]
      })
    )
    const denied = (now: number, keys: readonly string[] = ['person']): AclFilter => ({
      kind: 'keys',
      keys: ['org'],
      denied: keys,
      now
    })
    const sees = async (filter: AclFilter): Promise<readonly boolean[]> => [
      (await store.read([plan], filter))[0] !== undefined,
      (await store.search(query('CarePlan', { limit: 1, total: 'exact' }), filter)).total === 1,
      (await store.history(plan, filter, { limit: 1 })).total === 1
    ]
    t.same(await sees(denied(50)), [true, true, true])
    t.same(await sees(denied(150)), [false, false, false])
    t.same(await sees(denied(200)), [true, true, true])
    t.same(await sees(denied(150, ['stranger'])), [true, true, true])
    t.same(await sees(denied(150, [])), [true, true, true])
    await close()
  })
}

const noAcl = (t: Test, open: Open): void => {
  void t.test('a version without any acl entry is seen by the system alone', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { acl: [] })] }))
    t.same(await store.read([plan], as('reader')), [undefined])
    t.same(idsOf(await store.read([plan], system)), ['plan-1'])
    await close()
  })
}

const deletions = (t: Test, open: Open): void => {
  void t.test('a deleted resource is read as deleted, and is found by no search', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    await store.commit(
      batch({ puts: [put(plan, { version: 'v2', replaces: 'v1', deleted: true })] })
    )
    const [gone] = await store.read([plan], as('reader'))
    t.match(gone, { deleted: true, version: 'v2', method: 'DELETE' })
    t.equal(gone?.json.length, 0)
    const found = await store.search(
      {
        type: 'CarePlan',
        where: { kind: 'ids', ids: [plan.id] },
        sort: [],
        limit: 9,
        total: 'exact'
      },
      system
    )
    t.same([found.rows, found.total], [[], 0])
    t.same(
      [...(await store.count())].filter(([, rows]) => rows > 0),
      []
    )
    await store.commit(batch({ puts: [put(plan, { version: 'v3', replaces: 'v2' })] }))
    t.same(
      (await store.search(query('CarePlan', { limit: 9 }), system)).rows.map((row) => row.version),
      ['v3'],
      'brought back'
    )
    await close()
  })
}

export const versionContract = (t: Test, open: Open): void => {
  asStored(t, open)
  inTheOrderAsked(t, open)
  windows(t, open)
  overlappingWindows(t, open)
  exclusions(t, open)
  noAcl(t, open)
  deletions(t, open)
}
