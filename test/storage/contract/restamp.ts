/** Re-stamps: who sees a version changes, the version does not. */
import type { Test } from 'tap'
import type { Store } from '../../../src/storage/store.ts'
import {
  always,
  as,
  batch,
  conflict,
  envelope,
  idsOf,
  plan,
  put,
  query,
  reference,
  system,
  version
} from '../sample.ts'
import type { Open } from '../sample.ts'

/** The plan as a key sees it: its first version, its current one, its history, how often found. */
const seenIn =
  (store: Store) =>
  async (key: string): Promise<unknown> => [
    (await store.readVersion(plan, version('v1'), as(key)))?.version,
    (await store.read([plan], as(key)))[0]?.version,
    (await store.history(plan, as(key), { limit: 9 })).rows.map((row) => row.version),
    (
      await store.search(
        query('CarePlan', {
          where: { kind: 'word', parameter: 'CarePlan.status', code: 'active' },
          total: 'exact'
        }),
        as(key)
      )
    ).total
  ]

const restamped = (t: Test, open: Open): void => {
  void t.test(
    'a re-stamp changes who sees a version, current or old, and nothing else',
    async (t) => {
      const { store, close } = await open()
      const index = { word: [{ parameter: 'CarePlan.status', code: 'active' }] }
      await store.commit(batch({ puts: [put(plan, { version: 'v1', acl: always('a'), index })] }))
      await store.commit(
        batch({
          puts: [
            put(plan, { version: 'v2', replaces: 'v1', acl: always('a'), index }),
            put(reference('CarePlan', 'twin'), { acl: always('a') })
          ]
        })
      )
      const seen = seenIn(store)
      t.same(await seen('a'), ['v1', 'v2', ['v2', 'v1'], 1])
      const both = always('a', 'b')
      await store.commit(
        batch({
          restamps: [
            { ref: plan, version: version('v1'), acl: both },
            { ref: plan, version: version('v2'), acl: both }
          ]
        })
      )
      t.same(await seen('b'), ['v1', 'v2', ['v2', 'v1'], 1])
      await store.commit(
        batch({ restamps: [{ ref: plan, version: version('v1'), acl: always('a') }] })
      )
      t.same(await seen('b'), [undefined, 'v2', ['v2'], 1], 'the old version alone')
      await store.commit(batch({ restamps: [{ ref: plan, version: version('v2'), acl: [] }] }))
      t.same(await seen('a'), [undefined, undefined, [], 0])
      t.same(
        (await store.history(plan, system, { limit: 9 })).rows.map((row) => row.version),
        ['v2', 'v1'],
        'no new version'
      )
      t.same(
        idsOf((await store.search(query('CarePlan'), as('a'))).rows),
        ['twin'],
        'a neighbour of equal acl keeps its own'
      )
      await close()
    }
  )
}

const restampedEnvelopes = (t: Test, open: Open): void => {
  void t.test(
    'a re-stamp may change the envelope; one of an unknown version is a conflict',
    async (t) => {
      const { store, close } = await open()
      await store.commit(batch({ puts: [put(plan, { version: 'v1', persons: ['ann'] })] }))
      await store.commit(
        batch({
          restamps: [
            {
              ref: plan,
              version: version('v1'),
              acl: always('z'),
              envelope: envelope(['bob', 'eve'])
            }
          ]
        })
      )
      t.same(await store.versionsOf('ann'), [])
      t.same(
        (await store.versionsOf('eve')).map((row) => row.envelope),
        [envelope(['bob', 'eve'])]
      )
      t.same((await store.read([plan], as('z')))[0]?.envelope, envelope(['bob', 'eve']))
      t.equal(
        await conflict(
          store.commit(batch({ restamps: [{ ref: plan, version: version('v9'), acl: [] }] }))
        ),
        'version'
      )
      t.equal(
        await conflict(
          store.commit(
            batch({
              restamps: [{ ref: reference('Patient', 'none'), version: version('v1'), acl: [] }]
            })
          )
        ),
        'version'
      )
      await close()
    }
  )
}

const replacedAndRestamped = (t: Test, open: Open): void => {
  void t.test('one batch may replace a version and re-stamp the old and the new one', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [put(plan, { version: 'v1', acl: always('a') })] }))
    await store.commit(
      batch({
        puts: [
          put(plan, { version: 'v2', replaces: 'v1', acl: always('a') }),
          put(reference('Patient', 'new'), { version: 'n1', acl: [] })
        ],
        restamps: [
          { ref: plan, version: version('v1'), acl: always('b') },
          { ref: plan, version: version('v2'), acl: always('b') },
          { ref: reference('Patient', 'new'), version: version('n1'), acl: always('b') }
        ]
      })
    )
    t.same(
      (await store.history(plan, as('b'), { limit: 9 })).rows.map((row) => row.version),
      ['v2', 'v1']
    )
    t.same(idsOf(await store.read([reference('Patient', 'new')], as('b'))), ['new'])
    await close()
  })
}

export const restampContract = (t: Test, open: Open): void => {
  restamped(t, open)
  restampedEnvelopes(t, open)
  replacedAndRestamped(t, open)
}
