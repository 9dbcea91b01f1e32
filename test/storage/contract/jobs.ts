/** Leases, and index values replaced on versions that stay as they are. */
import type { Test } from 'tap'
import { StoreConflict } from '../../../src/storage/store.ts'
import { noIndexValues } from '../../../src/search/query.ts'
import type { IndexValues, SearchQuery } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { as, batch, idsOf, noon, plain, put, query, reference, system, version } from '../sample.ts'
import type { Open } from '../sample.ts'

const minute = 60_000

const oneOwner = (t: Test, open: Open): void => {
  void t.test('a lease belongs to one owner until it is released', async (t) => {
    const { store, close } = await open()
    const mine = await store.leases.take('job', 'a', minute)
    t.match(mine, { name: 'job', owner: 'a' })
    t.equal(await store.leases.take('job', 'b', minute), undefined)
    t.match(await store.leases.holder('job'), { owner: 'a', until: mine!.until })
    t.ok(await store.leases.take('another job', 'b', minute), 'one job does not hold up another')
    await store.leases.release(mine!)
    t.equal(await store.leases.holder('job'), undefined)
    t.match(await store.leases.take('job', 'b', minute), { owner: 'b' })
    await store.leases.release(mine!)
    t.match(await store.leases.holder('job'), { owner: 'b' }, 'what was lost cannot be released')
    await close()
  })

  void t.test('a lease whose time is over is taken over, a renewed one is not', async (t) => {
    const { store, close } = await open()
    await store.leases.take('short', 'a', 1)
    const renewed = await store.leases.take('long', 'a', 20)
    await store.leases.take('long', 'a', minute)
    await new Promise((resolve) => {
      setTimeout(resolve, 30)
    })
    t.match(await store.leases.take('short', 'b', minute), { owner: 'b' })
    t.equal(await store.leases.take('short', 'a', minute), undefined)
    t.equal(await store.leases.take('long', 'b', minute), undefined)
    t.ok((await store.leases.holder('long'))!.until > renewed!.until)
    await close()
  })
}

const manyOwners = (t: Test, open: Open): void => {
  void t.test('of many who want a free lease at once, one gets it', async (t) => {
    const { store, close, reopen } = await open()
    const other = await reopen?.()
    const wanting = Array.from(
      { length: 20 },
      async (_, n) =>
        await (n % 2 === 0 ? store : (other ?? store)).leases.take('job', `owner-${n}`, minute)
    )
    const got = (await Promise.all(wanting)).filter((lease) => lease !== undefined)
    t.equal(got.length, 1)
    t.match(await (other ?? store).leases.holder('job'), { owner: got[0]!.owner })
    await other?.close()
    await close()
  })

  void t.test('what a job commits fails once its lease was taken again', async (t) => {
    const { store, close } = await open()
    const old = await store.leases.take('job', 'a', 1)
    const record = { kind: 'k', id: 'position', json: '1' }
    await store.commit(batch({ expectations: [old!.fence], records: [record] }))
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
    const taken = await store.leases.take('job', 'b', minute)
    const late = batch({ expectations: [old!.fence], records: [{ ...record, json: '2' }] })
    await t.rejects(store.commit(late), new StoreConflict('counter'))
    await store.commit(batch({ expectations: [taken!.fence] }))
    t.same(await store.records('k', ['position']), [record])
    await close()
  })
}

const leaseContract = (t: Test, open: Open): void => {
  oneOwner(t, open)
  manyOwners(t, open)
}

const coded = (code: string): Partial<IndexValues> => ({
  word: [{ parameter: 'CarePlan.status', code }],
  text: [{ parameter: 'CarePlan.title', value: code, exact: code.toUpperCase() }]
})
const full = (index: Partial<IndexValues>): IndexValues => ({ ...noIndexValues, ...index })
const withStatus = (code: string): SearchQuery =>
  query('CarePlan', { where: { kind: 'word', parameter: 'CarePlan.status', code } })
const found = async (store: Store, code: string) =>
  idsOf((await store.search(withStatus(code), system)).rows)

const plan = reference('CarePlan', 'p')
const v1 = put(plan, { version: 'v1', index: coded('old') })

const newValues = (t: Test, open: Open): void => {
  void t.test('new index values: found by them, not by the old; the rest stays', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [v1] }))
    const before = plain((await store.read([plan], as('reader')))[0])
    const dates = [{ parameter: 'CarePlan.date', lo: noon, hi: noon + 1 }]
    const references = [{ parameter: 'CarePlan.subject', target: 'Patient/1' }]
    const index = full({ ...coded('new'), span: dates, link: references })
    await store.commit(batch({ reindexes: [{ ref: plan, version: version('v1'), index }] }))
    t.same(await found(store, 'new'), ['p'])
    t.same(await found(store, 'old'), [])
    const others: SearchQuery['where'][] = [
      { kind: 'span', parameter: 'CarePlan.date', loMin: noon },
      { kind: 'link', parameter: 'CarePlan.subject', targets: ['Patient/1'] },
      { kind: 'text', parameter: 'CarePlan.title', match: 'exact', value: 'NEW' }
    ]
    for (const where of others) {
      t.same(idsOf((await store.search(query('CarePlan', { where }), as('reader'))).rows), ['p'])
      t.same(idsOf((await store.search(query('CarePlan', { where }), as('other'))).rows), [])
    }
    t.same(plain((await store.read([plan], as('reader')))[0]), before)
    t.equal((await store.history(plan, system, { limit: 9 })).total, 1)
    t.equal((await store.feed(0, 9)).length, 1)
    t.equal((await store.audit({ limit: 9 })).total, 0)
    await close()
  })
}

const staleValues = (t: Test, open: Open): void => {
  void t.test('values of a version that is not current any more are skipped', async (t) => {
    const { store, close } = await open()
    const v2 = put(plan, { version: 'v2', replaces: 'v1', index: coded('newer') })
    const late = { ref: plan, version: version('v1'), index: full(coded('late')) }
    await store.commit(batch({ puts: [v1] }))
    await store.commit(batch({ puts: [v2] }))
    await store.commit(batch({ reindexes: [late] }))
    t.same(await found(store, 'late'), [])
    t.same(await found(store, 'newer'), ['p'])
    const gone = put(plan, { version: 'v3', replaces: 'v2', deleted: true })
    const dead = { ...late, version: version('v3') }
    const unknown = { ...late, ref: reference('CarePlan', 'unknown') }
    await store.commit(batch({ puts: [gone] }))
    await store.commit(batch({ reindexes: [dead, unknown] }))
    t.same(await found(store, 'late'), [])
    await close()
  })

  void t.test('all or nothing, with the expectations of the batch', async (t) => {
    const { store, close } = await open()
    await store.commit(batch({ puts: [v1] }))
    const reindexes = [{ ref: plan, version: version('v1'), index: full(coded('new')) }]
    const moved = { name: 'n', expect: 7, bump: false }
    await t.rejects(store.commit(batch({ expectations: [moved], reindexes })), StoreConflict)
    t.same(await found(store, 'old'), ['p'])
    await close()
  })
}

const writesBeside = (t: Test, open: Open): void => {
  void t.test('writes beside it win, whichever comes first', async (t) => {
    const { store, close } = await open()
    const refs = Array.from({ length: 30 }, (_, n) => reference('CarePlan', `p${n}`))
    await store.commit(
      batch({ puts: refs.map((ref) => put(ref, { version: 'v1', index: coded('old') })) })
    )
    const index = full(coded('reindexed'))
    await Promise.all([
      ...refs.slice(0, 15).map(async (ref) => {
        const written = put(ref, { version: 'v2', replaces: 'v1', index: coded('written') })
        await store.commit(batch({ puts: [written] }))
      }),
      ...[0, 10, 20].map(async (from) => {
        const some = refs.slice(from, from + 10)
        const reindexes = some.map((ref) => ({ ref, version: version('v1'), index }))
        await store.commit(batch({ reindexes }))
      })
    ])
    t.equal((await found(store, 'written')).length, 15)
    t.equal((await found(store, 'reindexed')).length, 15)
    t.equal((await found(store, 'old')).length, 0)
    await close()
  })
}

const reindexContract = (t: Test, open: Open): void => {
  newValues(t, open)
  staleValues(t, open)
  writesBeside(t, open)
}

export const jobContract = (t: Test, open: Open): void => {
  leaseContract(t, open)
  reindexContract(t, open)
}
