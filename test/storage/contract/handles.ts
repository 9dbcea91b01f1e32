/** Two handles on the same data: what one commits, the other has. */
import type { Test } from 'tap'
import type { Store } from '../../../src/storage/store.ts'
import {
  always,
  as,
  audited,
  batch,
  conflict,
  idsOf,
  plan,
  put,
  query,
  reference
} from '../sample.ts'
import type { Open } from '../sample.ts'

const otherHandles = (t: Test, open: Open): void => {
  void t.test('everything committed is there for another handle on the same data', async (t) => {
    const { store, reopen, close } = await open()
    if (!reopen) {
      t.pass('one handle only')
      await close()
      return
    }
    await store.commit(
      batch({
        expectations: [{ name: 'g', expect: 0, bump: true }],
        puts: [
          put(plan, {
            version: 'v1',
            index: { word: [{ parameter: 'CarePlan.status', code: 'active', system: 's' }] }
          })
        ],
        records: [{ kind: 'k', id: '1', json: '{"a":1}' }],
        audit: [audited('a1')]
      })
    )
    const other: Store = await reopen()
    t.same(idsOf(await other.read([plan], as('reader'))), ['plan-1'])
    t.same(await other.counters(['g']), [1])
    t.same(await other.records('k', ['1']), [{ kind: 'k', id: '1', json: '{"a":1}' }])
    t.equal((await other.audit({ limit: 9 })).total, 1)
    t.equal(
      (
        await other.search(
          query('CarePlan', {
            where: { kind: 'word', parameter: 'CarePlan.status', code: 'active', system: 's' },
            total: 'exact'
          }),
          as('reader')
        )
      ).total,
      1
    )
    await other.close()
    await close()
  })
}

const nextRequests = (t: Test, open: Open): void => {
  void t.test('what one handle commits, the next request of another sees', async (t) => {
    const { store, reopen, close } = await open()
    if (!reopen) {
      t.pass('one handle only')
      await close()
      return
    }
    await store.commit(batch({ puts: [put(plan, { version: 'v1' })] }))
    const other: Store = await reopen()
    t.same(idsOf(await other.read([plan], as('reader'))), ['plan-1'])
    t.same(await other.read([reference('Patient', 'late')], as('late')), [undefined])
    await store.commit(
      batch({
        puts: [
          put(plan, { version: 'v2', replaces: 'v1' }),
          put(reference('Patient', 'late'), { acl: always('late') })
        ]
      })
    )
    t.equal(
      (await other.read([plan], as('reader')))[0]?.version,
      'v2',
      'the next request anywhere sees it'
    )
    t.same(
      idsOf(await other.read([reference('Patient', 'late')], as('late'))),
      ['late'],
      'also with a key that this handle had never met'
    )
    t.equal(
      await conflict(other.commit(batch({ puts: [put(plan, { replaces: 'v1' })] }))),
      'version'
    )
    await other.close()
    await close()
  })
}

export const handleContract = (t: Test, open: Open): void => {
  otherHandles(t, open)
  nextRequests(t, open)
}
