/** Records: kept by kind and id, for their time, and stored once. */
import type { Test } from 'tap'
import type { StoredRecord } from '../../../src/storage/store.ts'
import { audited, batch } from '../sample.ts'
import type { Open } from '../sample.ts'

const byKindAndId = (t: Test, open: Open): void => {
  void t.test('records are kept by kind and id, replaced whole, listed by id', async (t) => {
    const { store, close } = await open()
    const record = (kind: string, id: string, json: string): StoredRecord => ({ kind, id, json })
    await store.commit(
      batch({
        records: [
          record('client', 'b', '{"n":1}'),
          record('client', 'a', '{"n":2}'),
          record('key', 'a', '{"n":3}')
        ]
      })
    )
    t.same(await store.records('client', ['a', 'none', 'b']), [
      record('client', 'a', '{"n":2}'),
      undefined,
      record('client', 'b', '{"n":1}')
    ])
    t.same(
      (await store.listRecords('client')).map((one) => one.id),
      ['a', 'b']
    )
    await store.commit(batch({ records: [record('client', 'a', '{"n":9}')] }))
    t.same(await store.records('client', ['a']), [record('client', 'a', '{"n":9}')])
    t.same(await store.listRecords('none'), [])
    await close()
  })
}

const expiry = (t: Test, open: Open): void => {
  void t.test('a record whose time is over is not given any more', async (t) => {
    const { store, close } = await open()
    const later = Date.now() + 3_600_000
    await store.commit(
      batch({
        records: [
          { kind: 'k', id: 'gone', json: '1', expires: Date.now() - 1 },
          { kind: 'k', id: 'alive', json: '2', expires: later }
        ]
      })
    )
    t.same(await store.records('k', ['gone', 'alive']), [
      undefined,
      { kind: 'k', id: 'alive', json: '2', expires: later }
    ])
    t.same(
      (await store.listRecords('k')).map((one) => one.id),
      ['alive']
    )
    await close()
  })
}

const ifAbsent = (t: Test, open: Open): void => {
  void t.test('putRecordIfAbsent: of 64 parallel calls exactly one stores', async (t) => {
    const { store, close } = await open()
    const expires = Date.now() + 60_000
    const won = await Promise.all(
      Array.from(
        { length: 64 },
        async (_, n) =>
          await store.putRecordIfAbsent({ kind: 'jti', id: 'x', json: `${n}`, expires }, Date.now())
      )
    )
    t.equal(won.filter(Boolean).length, 1)
    t.same(await store.records('jti', ['x']), [
      { kind: 'jti', id: 'x', json: `${won.indexOf(true)}`, expires }
    ])
    const others = await Promise.all(
      Array.from(
        { length: 64 },
        async (_, n) =>
          await store.putRecordIfAbsent(
            { kind: 'jti', id: `y${n}`, json: '1', expires },
            Date.now()
          )
      )
    )
    t.ok(others.every(Boolean), 'different ids do not meet')
    t.equal(
      await store.putRecordIfAbsent({ kind: 'other', id: 'x', json: '1' }, Date.now()),
      true,
      'nor do different kinds'
    )
    await close()
  })
}

const ifExpired = (t: Test, open: Open): void => {
  void t.test(
    'putRecordIfAbsent replaces a record that has expired at the given time',
    async (t) => {
      const { store, close } = await open()
      const now = Date.now()
      t.equal(
        await store.putRecordIfAbsent(
          { kind: 'jti', id: 'x', json: '1', expires: now + 1000 },
          now
        ),
        true
      )
      t.equal(
        await store.putRecordIfAbsent(
          { kind: 'jti', id: 'x', json: '2', expires: now + 9000 },
          now + 999
        ),
        false
      )
      t.equal(
        await store.putRecordIfAbsent(
          { kind: 'jti', id: 'x', json: '3', expires: now + 9000 },
          now + 1000
        ),
        true
      )
      t.match(await store.records('jti', ['x']), [{ json: '3' }])
      t.equal(await store.putRecordIfAbsent({ kind: 'jti', id: 'forever', json: '1' }, now), true)
      t.equal(
        await store.putRecordIfAbsent({ kind: 'jti', id: 'forever', json: '2' }, now * 2),
        false
      )
      await close()
    }
  )
}

const oddTexts = (t: Test, open: Open): void => {
  void t.test('texts of any content stay apart and come back as they were', async (t) => {
    const { store, close } = await open()
    const odd = [
      'a',
      'a\u0000',
      'a\u0000b',
      'a\u001e0',
      'a\u001f',
      'A',
      'é',
      'e\u0301',
      '\u{1f600}',
      "'; DROP TABLE x; --",
      '%',
      '$where',
      ''
    ]
    await store.commit(
      batch({
        records: odd.map((id, n) => ({ kind: 'odd', id, json: `${n}` })),
        expectations: odd.map((name) => ({ name, expect: 0, bump: name.length > 1 })),
        audit: odd.map((request, n) => audited(`a${n}`, { request, json: request }))
      })
    )
    t.same(
      (await store.records('odd', odd)).map((one) => [one?.id, one?.json]),
      odd.map((id, n) => [id, `${n}`])
    )
    t.same((await store.listRecords('odd')).map((one) => one.id).sort(), [...odd].sort())
    t.same(
      await store.counters(odd),
      odd.map((name) => (name.length > 1 ? 1 : 0))
    )
    for (const request of odd) {
      t.same(
        (await store.audit({ request, limit: 9 })).entries.map((one) => one.json),
        [request],
        JSON.stringify(request)
      )
    }
    t.equal(
      await store.putRecordIfAbsent({ kind: 'odd', id: 'a\u0000c', json: '' }, Date.now()),
      true
    )
    await close()
  })
}

export const recordContract = (t: Test, open: Open): void => {
  byKindAndId(t, open)
  expiry(t, open)
  ifAbsent(t, open)
  ifExpired(t, open)
  oddTexts(t, open)
}
