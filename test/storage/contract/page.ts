/** Sorting, pages and totals of what the caller sees. */
import type { Test } from 'tap'
import type { Keyset, Node, SearchQuery, Sort } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { always, as, batch, idsOf, noon, query, system } from '../sample.ts'
import type { Open, Sample } from '../sample.ts'
import { everything, stored } from './finder.ts'

/** Goals with several values, one or none of each parameter. */
const writeGoals = async (store: Store): Promise<void> => {
  const index = (
    status: readonly string[],
    dates: readonly number[],
    names: readonly string[]
  ): Sample['index'] => ({
    word: status.map((code) => ({ parameter: 'Goal.status', code, system: 's' })),
    span: dates.map((lo) => ({ parameter: 'Goal.date', lo, hi: lo + 5 })),
    text: names.map((value) => ({ parameter: 'Goal.name', value, exact: value }))
  })
  await store.commit(
    batch({
      puts: [
        stored('Goal', 'e', index(['b'], [30], ['x']), { at: noon + 3 }),
        stored('Goal', 'd', index(['a', 'c'], [10, 50], ['y', 'a']), { at: noon + 1 }),
        stored('Goal', 'c', index([], [], []), { at: noon + 2 }),
        stored('Goal', 'b', index(['b'], [30], ['\u{1f600}']), { at: noon + 3 }),
        stored('Goal', 'a', index([], [20], ['\uff5e']), { at: noon })
      ]
    })
  )
}

const id = (n: number): string => `g${String(n).padStart(2, '0')}`

const writeNumbered = async (store: Store): Promise<void> => {
  await store.commit(
    batch({
      puts: Array.from({ length: 23 }, (_, n) =>
        stored(
          'Goal',
          id(n),
          { word: n % 4 === 0 ? [] : [{ parameter: 'Goal.status', code: `s${n % 3}` }] },
          { version: `v${n}` }
        )
      )
    })
  )
}

/** 1001 goals: all but the last for `most`, the last for `last`, each for `all`. */
const writeMany = async (store: Store): Promise<void> => {
  for (let n = 0; n < 1001; n += 91) {
    await store.commit(
      batch({
        puts: Array.from({ length: 91 }, (_, m) =>
          stored(
            'Goal',
            `g${n + m}`,
            { word: [{ parameter: 'Goal.status', code: n + m === 500 ? 'odd' : 'usual' }] },
            { acl: always(n + m < 1000 ? 'most' : 'last', 'all') }
          )
        )
      })
    )
  }
}

const totalsIn =
  (store: Store) =>
  async (
    kind: SearchQuery['total'],
    key: string,
    limit: number,
    where: Node = everything
  ): Promise<number | undefined> =>
    (await store.search(query('Goal', { total: kind, limit, where }), as(key))).total

const sorts = (t: Test, open: Open): void => {
  void t.test(
    'sorting: smallest value up, largest down, nothing last, ties in order of creation',
    async (t) => {
      const { store, close } = await open()
      await writeGoals(store)
      const sorted = async (...sort: Sort[]): Promise<string> =>
        idsOf((await store.search(query('Goal', { sort }), system)).rows).join('')
      const by = (parameter: string, form: Sort['form'], direction: Sort['direction']): Sort => ({
        parameter,
        form,
        direction
      })
      t.equal(await sorted(), 'edcba')
      t.equal(await sorted(by('Goal.status', 'word', 'asc')), 'debca')
      t.equal(await sorted(by('Goal.status', 'word', 'desc')), 'debca')
      t.equal(await sorted(by('Goal.date', 'span', 'asc')), 'daebc')
      t.equal(await sorted(by('Goal.date', 'span', 'desc')), 'debac')
      t.equal(await sorted(by('Goal.name', 'text', 'asc')), 'deabc', 'by code point')
      t.equal(await sorted(by('Goal.name', 'text', 'desc')), 'badec')
      t.equal(await sorted(by('_lastUpdated', 'span', 'asc')), 'adceb')
      t.equal(await sorted(by('_lastUpdated', 'span', 'desc')), 'ebcda')
      t.equal(await sorted(by('_id', 'word', 'asc')), 'abcde')
      t.equal(await sorted(by('_id', 'word', 'desc')), 'edcba')
      t.equal(
        await sorted(
          by('Goal.status', 'word', 'asc'),
          by('Goal.date', 'span', 'desc'),
          by('_id', 'word', 'asc')
        ),
        'dbeac'
      )
      t.equal(
        await sorted(by('Goal.none', 'word', 'asc'), by('_lastUpdated', 'span', 'desc')),
        'ebcda'
      )
      await close()
    }
  )
}

const pages = (t: Test, open: Open): void => {
  void t.test('pages follow each other without gap or repetition, in every order', async (t) => {
    const { store, close } = await open()
    await writeNumbered(store)
    const sorts: readonly (readonly Sort[])[] = [
      [],
      [{ parameter: 'Goal.status', form: 'word', direction: 'asc' }],
      [
        { parameter: 'Goal.status', form: 'word', direction: 'desc' },
        { parameter: '_id', form: 'word', direction: 'desc' }
      ]
    ]
    for (const sort of sorts) {
      const whole = idsOf((await store.search(query('Goal', { sort }), system)).rows)
      const paged: unknown[] = []
      let after: Keyset | undefined
      do {
        const page = await store.search(
          query('Goal', { sort, limit: 5, ...(after && { after }) }),
          system
        )
        paged.push(...idsOf(page.rows))
        after =
          page.next === undefined ? undefined : (JSON.parse(JSON.stringify(page.next)) as Keyset)
      } while (after)
      t.same(paged, whole, JSON.stringify(sort))
    }
    await close()
  })
}

const nextPages = (t: Test, open: Open): void => {
  void t.test(
    'the next page begins after the last row given, also while rows come and go',
    async (t) => {
      const { store, close } = await open()
      await writeNumbered(store)
      const first = await store.search(query('Goal', { limit: 5 }), system)
      await store.commit(
        batch({
          puts: [
            stored('Goal', id(2), {}, { replaces: 'v2', deleted: true }),
            stored('Goal', id(5), {}, { replaces: 'v5', deleted: true }),
            stored('Goal', 'late')
          ]
        })
      )
      const second = await store.search(
        query('Goal', { limit: 5, ...(first.next && { after: first.next }) }),
        system
      )
      t.same(idsOf(second.rows), [6, 7, 8, 9, 10].map(id))
      t.equal(
        (await store.search(query('Goal', { limit: 22 }), system)).next,
        undefined,
        'a full last page has no next'
      )
      await close()
    }
  )
}

const totals = (t: Test, open: Open): void => {
  void t.test('totals count what the caller sees, exactly or up to the cap', async (t) => {
    const { store, close } = await open()
    await writeMany(store)
    const total = totalsIn(store)
    t.same(await Promise.all([total('none', 'all', 3), total('none', 'last', 3)]), [
      undefined,
      undefined
    ])
    t.same(
      await Promise.all([
        total('exact', 'all', 3),
        total('exact', 'most', 3),
        total('exact', 'last', 3),
        total('exact', 'none', 3)
      ]),
      [1001, 1000, 1, 0]
    )
    t.same(
      await Promise.all([
        total('capped', 'all', 3),
        total('capped', 'most', 3),
        total('capped', 'last', 3)
      ]),
      [undefined, 1000, 1]
    )
    t.equal(await total('exact', 'all', 0), 1001)
    t.equal(
      await total('exact', 'all', 2, { kind: 'word', parameter: 'Goal.status', code: 'usual' }),
      1000
    )
    t.equal(
      await total('capped', 'all', 0, { kind: 'word', parameter: 'Goal.status', code: 'odd' }),
      1
    )
    await close()
  })
}

const totalsOfPages = (t: Test, open: Open): void => {
  void t.test('a total is that of all pages, whatever the page', async (t) => {
    const { store, close } = await open()
    await writeMany(store)
    const none = await store.search(query('Goal', { limit: 0, total: 'exact' }), as('all'))
    t.same([none.rows, none.next], [[], undefined])
    const first = await store.search(query('Goal', { limit: 10 }), as('all'))
    t.equal(
      (
        await store.search(
          query('Goal', { limit: 10, total: 'exact', ...(first.next && { after: first.next }) }),
          as('all')
        )
      ).total,
      1001,
      'over all pages'
    )
    await close()
  })
}

export const pageContract = (t: Test, open: Open): void => {
  sorts(t, open)
  pages(t, open)
  nextPages(t, open)
  totals(t, open)
  totalsOfPages(t, open)
}
