/** The audit trail, the feed, the counts and the ping. */
import type { Test } from 'tap'
import type { ResourceId } from '../../../src/fhir/resource.ts'
import type { AuditQuery, Store } from '../../../src/storage/store.ts'
import { audited, batch, eventually, noon, put, reference } from '../sample.ts'
import type { Open } from '../sample.ts'

const id = (text: string): ResourceId => text as ResourceId

/** Twelve entries: of two patients, of one or of none, of an organisation or of none. */
const writeTrail = async (store: Store): Promise<void> => {
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
}

/** All pages of a query, four entries each: their numbers and the total. */
const pagesIn =
  (store: Store) =>
  async (query: Partial<AuditQuery>): Promise<readonly unknown[]> => {
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

const auditPages = (t: Test, open: Open): void => {
  void t.test('the audit trail goes newest first, page by page, by every filter', async (t) => {
    const { store, close } = await open()
    await writeTrail(store)
    const all = pagesIn(store)
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
}

/** 64 commits of two puts each at once, then one that deletes: 129 versions. */
const writeInParallel = async (store: Store): Promise<void> => {
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
      puts: [put(reference('Patient', 'p0'), { version: 'last', replaces: 'v0', deleted: true })]
    })
  )
}

const feedOrder = (t: Test, open: Open): void => {
  void t.test(
    'the feed has every version once, in commit order, without gaps, under 64 parallel commits',
    async (t) => {
      const { store, close } = await open()
      await writeInParallel(store)
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
}

const counts = (t: Test, open: Open): void => {
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

export const trailContract = (t: Test, open: Open): void => {
  auditPages(t, open)
  feedOrder(t, open)
  counts(t, open)
}
