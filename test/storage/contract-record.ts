/** Records, the audit trail, the feed, and the rest of the port. */
import type { Test } from 'tap'
import type { ResourceId } from '../../src/fhir/resource.ts'
import type { AuditQuery, StoredRecord } from '../../src/storage/store.ts'
import { audited, batch, eventually, noon, put, reference } from './sample.ts'
import type { Open } from './sample.ts'

const id = (text: string): ResourceId => text as ResourceId

export const recordContract = (t: Test, open: Open): void => {
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

  void t.test('the audit trail goes newest first, page by page, by every filter', async (t) => {
    const { store, close } = await open()
    for (let n = 0; n < 12; n++) {
      await store.commit(
        batch({
          audit: [
            audited(`a${n}`, {
              at: noon + n,
              patients: n % 3 === 0 ? [id('p'), id('q')] : n % 3 === 1 ? [id('q')] : [],
              ...(n % 2 === 0 && { organization: id('org') }),
              request: n < 6 ? 'read' : 'search'
            })
          ]
        })
      )
    }
    const all = async (query: Partial<AuditQuery>): Promise<readonly unknown[]> => {
      const seen: unknown[] = []
      for (let before: number | undefined; ;) {
        const page = await store.audit({
          ...query,
          limit: 4,
          ...(before !== undefined && { before })
        })
        seen.push([...page.entries.map((entry) => entry.id.slice(1)), `of ${page.total}`].join(' '))
        before = page.next
        if (before === undefined) return seen
      }
    }
    t.same(await all({}), ['11 10 9 8 of 12', '7 6 5 4 of 12', '3 2 1 0 of 12'])
    t.same(await all({ patients: [id('p')] }), ['9 6 3 0 of 4'])
    t.same(
      await all({ patients: [id('p'), id('q')] }),
      ['10 9 7 6 of 8', '4 3 1 0 of 8'],
      'each entry once'
    )
    t.same(await all({ patients: [] }), ['of 0'])
    t.same(await all({ organization: id('org') }), ['10 8 6 4 of 6', '2 0 of 6'])
    t.same(await all({ request: 'read', organization: id('org') }), ['4 2 0 of 3'])
    t.same(await all({ from: noon + 3, to: noon + 5 }), ['4 3 of 2'])
    t.same(await all({ id: id('a7') }), ['7 of 1'])
    t.same(await all({ id: id('none') }), ['of 0'])
    t.same(
      (await store.audit({ id: id('a6'), limit: 1 })).entries,
      [
        audited('a6', {
          at: noon + 6,
          patients: [id('p'), id('q')],
          organization: id('org'),
          request: 'search'
        })
      ],
      'whole'
    )
    await close()
  })

  void t.test(
    'the feed has every version once, in commit order, without gaps, under 64 parallel commits',
    async (t) => {
      const { store, close } = await open()
      await Promise.all(
        Array.from({ length: 64 }, async (_, n) => {
          await store.commit(
            batch({
              puts: [
                put(reference('Patient', `p${n}`), { version: `v${n}`, at: noon + n }),
                put(reference('CarePlan', `c${n}`))
              ]
            })
          )
        })
      )
      await store.commit(
        batch({
          puts: [
            put(reference('Patient', 'p0'), { version: 'last', replaces: 'v0', deleted: true })
          ]
        })
      )
      const feed = await eventually(
        async () => await store.feed(0, 1000),
        (entries) => entries.length >= 129
      )
      t.same(
        feed.map((entry) => entry.sequence),
        Array.from({ length: 129 }, (_, n) => n + 1)
      )
      t.equal(
        new Set(feed.map((entry) => `${entry.ref.type}/${entry.ref.id}/${entry.version}`)).size,
        129
      )
      t.match(feed.at(-1), {
        ref: { type: 'Patient', id: 'p0' },
        version: 'last',
        at: noon,
        method: 'DELETE'
      })
      const positions = new Map(feed.map((entry, index) => [entry.ref.id as string, index]))
      t.ok(
        Array.from({ length: 63 }, (_, n) => n + 1).every(
          (n) => positions.get(`c${n}`) === (positions.get(`p${n}`) ?? 0) + 1
        ),
        'the puts of a batch stand together, in its order'
      )
      t.same(await store.feed(100, 3), feed.slice(100, 103))
      t.same(await store.feed(129, 3), [])
      await close()
    }
  )

  void t.test('count gives current, undeleted resources by type; ping answers', async (t) => {
    const { store, close } = await open()
    await store.commit(
      batch({
        puts: [
          put(reference('Patient', 'a'), { version: 'v' }),
          put(reference('Patient', 'b')),
          put(reference('CarePlan', 'c'))
        ]
      })
    )
    await store.commit(
      batch({ puts: [put(reference('Patient', 'a'), { replaces: 'v', deleted: true })] })
    )
    t.same([...(await store.count())].filter(([, rows]) => rows > 0).sort(), [
      ['CarePlan', 1],
      ['Patient', 1]
    ])
    await store.ping()
    await close()
  })
}
