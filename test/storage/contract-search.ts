/** Searching: every kind of node, sort, page, total and include, with the acl at every hop. */
import type { Test } from 'tap'
import { openHi, openLo } from '../../src/search/query.ts'
import type { Include, Keyset, Node, SearchQuery, Sort } from '../../src/search/query.ts'
import type { Store } from '../../src/storage/store.ts'
import { always, as, batch, idsOf, noon, put, query, reference, system } from './sample.ts'
import type { Open, Sample } from './sample.ts'

const stored = (
  type: 'Patient' | 'CarePlan' | 'Goal',
  id: string,
  index: Sample['index'] = {},
  sample: Sample = {}
): ReturnType<typeof put> => put(reference(type, id), { ...sample, index })
const everything: Node = { kind: 'and', nodes: [] }
const nothing: Node = { kind: 'or', nodes: [] }
const finder =
  (store: Store, type: SearchQuery['type'], acl = system) =>
  async (where: Node): Promise<string> =>
    idsOf((await store.search(query(type, { where }), acl)).rows).join(' ')

export const searchContract = (t: Test, open: Open): void => {
  void t.test(
    'and, or, not, ids: everything, nothing, and what lies between, in order of creation',
    async (t) => {
      const { store, close } = await open()
      await store.commit(
        batch({
          puts: [
            stored('Patient', 'c'),
            stored('Patient', 'a'),
            stored('CarePlan', 'a'),
            stored('Patient', 'b')
          ]
        })
      )
      const find = finder(store, 'Patient')
      const ids = (...list: string[]): Node => ({
        kind: 'ids',
        ids: list.map((id) => reference('Patient', id).id)
      })
      t.equal(await find(everything), 'c a b')
      t.equal(await find(nothing), '')
      t.equal(await find({ kind: 'not', node: nothing }), 'c a b')
      t.equal(await find(ids('b', 'c', 'none')), 'c b')
      t.equal(await find(ids()), '')
      t.equal(await find({ kind: 'and', nodes: [ids('a', 'b'), ids('b', 'c')] }), 'b')
      t.equal(await find({ kind: 'or', nodes: [ids('b'), ids('a', 'b')] }), 'a b', 'each once')
      t.equal(await find({ kind: 'not', node: ids('a') }), 'c b')
      t.equal(
        await find({
          kind: 'or',
          nodes: Array.from({ length: 1200 }, (_, n) => ids(n === 700 ? 'a' : `x${n}`))
        }),
        'a',
        'a long list'
      )
      t.same((await store.search(query('Group'), system)).rows, [], 'a type never stored')
      await close()
    }
  )

  void t.test('token: code, code with system, code without system, system alone', async (t) => {
    const { store, close } = await open()
    const token = (code: string, system?: string): Sample['index'] => ({
      word: [{ parameter: 'Patient.identifier', code, ...(system !== undefined && { system }) }]
    })
    await store.commit(
      batch({
        puts: [
          stored('Patient', 'plain', token('1')),
          stored('Patient', 's', token('1', 'urn:s')),
          stored('Patient', 't', token('1', 'urn:t')),
          stored('Patient', 'other', token('2', 'urn:s')),
          stored('Patient', 'both', {
            word: [...(token('1', 'urn:t')?.word ?? []), ...(token('2', 'urn:s')?.word ?? [])]
          }),
          stored('Patient', 'empty', token('1', ''))
        ]
      })
    )
    const find = async (code?: string, system?: string): Promise<string> =>
      await finder(
        store,
        'Patient'
      )({
        kind: 'word',
        parameter: 'Patient.identifier',
        ...(code !== undefined && { code }),
        ...(system !== undefined && { system })
      })
    t.equal(await find('1'), 'plain s t both empty')
    t.equal(await find('1', 'urn:s'), 's', 'code and system of one value')
    t.equal(await find('1', ''), 'plain empty')
    t.equal(await find(undefined, 'urn:s'), 's other both')
    t.equal(await find(undefined, ''), 'plain empty')
    t.equal(await find('1', 'urn:unknown'), '')
    t.equal(await find('10'), '', 'no prefix match')
    t.equal(
      await finder(store, 'Patient')({ kind: 'word', parameter: 'Patient.other', code: '1' }),
      '',
      'another parameter'
    )
    await close()
  })

  void t.test('reference: one target, several, an absolute URL', async (t) => {
    const { store, close } = await open()
    const to = (...targets: string[]): Sample['index'] => ({
      link: targets.map((target) => ({ parameter: 'CarePlan.subject', target }))
    })
    await store.commit(
      batch({
        puts: [
          stored('CarePlan', '1', to('Patient/a')),
          stored('CarePlan', '2', to('Patient/b', 'Patient/a')),
          stored('CarePlan', '3', to('http://elsewhere/Patient/a')),
          stored('CarePlan', '4')
        ]
      })
    )
    const find = async (...targets: string[]): Promise<string> =>
      await finder(store, 'CarePlan')({ kind: 'link', parameter: 'CarePlan.subject', targets })
    t.equal(await find('Patient/a'), '1 2')
    t.equal(await find('Patient/b', 'http://elsewhere/Patient/a'), '2 3')
    t.equal(await find('Patient/b', 'Patient/a'), '1 2')
    t.equal(await find('Patient/'), '')
    t.equal(await find(), '')
    await close()
  })

  void t.test(
    'string: prefix and contains on the folded value, exact on the value as written, all literally',
    async (t) => {
      const { store, close } = await open()
      const name = (value: string, exact = value): Sample['index'] => ({
        text: [{ parameter: 'Patient.name', value, exact }]
      })
      await store.commit(
        batch({
          puts: [
            stored('Patient', '1', name('dupont', 'DuPont')),
            stored('Patient', '2', name('dup', 'Dup')),
            stored('Patient', '3', name('van dupont', 'Van Dupont')),
            stored('Patient', '4', name('50% a_b', '50% a_b')),
            stored('Patient', '5', name('dup\u{10ffff}z'))
          ]
        })
      )
      const find = async (match: 'prefix' | 'contains' | 'exact', value: string): Promise<string> =>
        await finder(store, 'Patient')({ kind: 'text', parameter: 'Patient.name', match, value })
      t.equal(await find('prefix', 'dup'), '1 2 5')
      t.equal(await find('prefix', 'dupo'), '1')
      t.equal(await find('prefix', 'Dup'), '', 'the caller folds, not the store')
      t.equal(await find('prefix', ''), '1 2 3 4 5')
      t.equal(await find('contains', 'dupont'), '1 3')
      t.equal(await find('contains', '%'), '4')
      t.equal(await find('contains', 'a_b'), '4')
      t.equal(await find('contains', 'd_p'), '', '_ stands for itself')
      t.equal(await find('contains', '.*'), '')
      t.equal(await find('prefix', '50%'), '4')
      t.equal(await find('exact', 'DuPont'), '1')
      t.equal(await find('exact', 'dupont'), '')
      t.equal(await find('exact', 'Du'), '')
      await close()
    }
  )

  void t.test('date: all bounds hold for one and the same interval', async (t) => {
    const { store, close } = await open()
    const dates = (...list: (readonly [number, number])[]): Sample['index'] => ({
      span: list.map(([lo, hi]) => ({ parameter: 'CarePlan.date', lo, hi }))
    })
    await store.commit(
      batch({
        puts: [
          stored('CarePlan', 'day', dates([100, 200])),
          stored('CarePlan', 'open', dates([150, openHi])),
          stored('CarePlan', 'past', dates([openLo, 120])),
          stored('CarePlan', 'two', dates([0, 10], [500, 510])),
          stored('CarePlan', 'none')
        ]
      })
    )
    const find = async (bounds: object): Promise<string> =>
      await finder(store, 'CarePlan')({ kind: 'span', parameter: 'CarePlan.date', ...bounds })
    t.equal(await find({ loMin: 100 }), 'day open two')
    t.equal(await find({ loMin: 101 }), 'open two', 'inclusive')
    t.equal(await find({ loMax: 100 }), 'past two', 'exclusive')
    t.equal(await find({ loMax: 101 }), 'day past two')
    t.equal(await find({ hiMin: 120 }), 'day open two', 'exclusive')
    t.equal(await find({ hiMin: 119 }), 'day open past two')
    t.equal(await find({ hiMax: 200 }), 'day past two', 'inclusive')
    t.equal(await find({ hiMax: 199 }), 'past two')
    t.equal(await find({ loMin: 100, hiMax: 200 }), 'day')
    t.equal(await find({ loMin: 5, hiMax: 20 }), '', 'not one bound by each of two intervals')
    t.equal(await find({}), 'day open past two')
    await close()
  })

  void t.test('_lastUpdated is answered from the time of the current version', async (t) => {
    const { store, close } = await open()
    await store.commit(
      batch({
        puts: [
          stored('Patient', 'a', {}, { at: noon, version: 'v' }),
          stored('Patient', 'b', {}, { at: noon + 5 })
        ]
      })
    )
    const find = async (bounds: object): Promise<string> =>
      await finder(store, 'Patient')({ kind: 'span', parameter: '_lastUpdated', ...bounds })
    t.equal(await find({ loMin: noon, hiMax: noon + 1 }), 'a')
    t.equal(await find({ hiMin: noon + 1 }), 'b')
    t.equal(await find({ loMax: noon }), '')
    await store.commit(
      batch({ puts: [stored('Patient', 'a', {}, { at: noon + 9, replaces: 'v' })] })
    )
    t.equal(await find({ loMin: noon + 6 }), 'a')
    t.equal(
      await finder(store, 'Patient')({ kind: 'missing', parameter: '_lastUpdated', form: 'span' }),
      ''
    )
    await close()
  })

  void t.test(
    'missing: no value of the parameter at all; index values follow updates',
    async (t) => {
      const { store, close } = await open()
      const index: Sample['index'] = {
        word: [{ parameter: 'Goal.t', code: '' }],
        link: [{ parameter: 'Goal.r', target: 'Patient/x' }],
        text: [{ parameter: 'Goal.s', value: '', exact: '' }],
        span: [{ parameter: 'Goal.d', lo: 0, hi: 1 }]
      }
      await store.commit(
        batch({
          puts: [stored('Goal', 'with', index, { version: 'v' }), stored('Goal', 'without')]
        })
      )
      const find = finder(store, 'Goal')
      const forms = [
        ['Goal.t', 'word'],
        ['Goal.r', 'link'],
        ['Goal.s', 'text'],
        ['Goal.d', 'span']
      ] as const
      for (const [parameter, form] of forms) {
        t.equal(await find({ kind: 'missing', parameter, form }), 'without', form)
        t.equal(
          await find({ kind: 'not', node: { kind: 'missing', parameter, form } }),
          'with',
          form
        )
      }
      await store.commit(batch({ puts: [stored('Goal', 'with', {}, { replaces: 'v' })] }))
      for (const [parameter, form] of forms) {
        t.equal(
          await find({ kind: 'missing', parameter, form }),
          'with without',
          `${form} after the update`
        )
      }
      t.equal(await find({ kind: 'word', parameter: 'Goal.t', code: '' }), '')
      await close()
    }
  )

  void t.test(
    'chain and has step over references, and never through what the caller may not see',
    async (t) => {
      const { store, close } = await open()
      const subject = (id: string, status = 'active'): Sample['index'] => ({
        link: [{ parameter: 'CarePlan.subject', target: `Patient/${id}` }],
        word: [{ parameter: 'CarePlan.status', code: status }]
      })
      const named = (value: string): Sample['index'] => ({
        text: [{ parameter: 'Patient.name', value, exact: value }]
      })
      await store.commit(
        batch({
          puts: [
            stored('Patient', 'seen', named('ann'), { acl: always('me', 'all') }),
            stored('Patient', 'hidden', named('ann'), { acl: always('all') }),
            stored('Patient', 'gone', named('ann'), { version: 'g', acl: always('me', 'all') }),
            stored('CarePlan', 'c1', subject('seen'), { acl: always('me', 'all') }),
            stored('CarePlan', 'c2', subject('hidden'), { acl: always('me', 'all') }),
            stored('CarePlan', 'c3', subject('gone'), { acl: always('me', 'all') }),
            stored('CarePlan', 'c4', subject('seen', 'draft'), { acl: always('all') }),
            stored(
              'CarePlan',
              'c5',
              { link: [{ parameter: 'CarePlan.subject', target: 'http://x/Patient/seen' }] },
              { acl: always('me', 'all') }
            ),
            stored(
              'Goal',
              'g1',
              {
                link: [
                  { parameter: 'Goal.plan', target: 'CarePlan/c2' },
                  { parameter: 'Goal.plan', target: 'CarePlan/c4' }
                ]
              },
              { acl: always('me', 'all') }
            )
          ]
        })
      )
      await store.commit(
        batch({
          puts: [
            stored(
              'Patient',
              'gone',
              {},
              { replaces: 'g', deleted: true, acl: always('me', 'all') }
            )
          ]
        })
      )
      const ann: Node = {
        kind: 'chain',
        parameter: 'CarePlan.subject',
        targetType: 'Patient',
        node: { kind: 'text', parameter: 'Patient.name', match: 'prefix', value: 'ann' }
      }
      const draft: Node = {
        kind: 'has',
        sourceType: 'CarePlan',
        parameter: 'CarePlan.subject',
        node: { kind: 'word', parameter: 'CarePlan.status', code: 'draft' }
      }
      const deep: Node = {
        kind: 'chain',
        parameter: 'Goal.plan',
        targetType: 'CarePlan',
        node: ann
      }
      const planned: Node = {
        kind: 'has',
        sourceType: 'CarePlan',
        parameter: 'CarePlan.subject',
        node: { kind: 'has', sourceType: 'Goal', parameter: 'Goal.plan', node: everything }
      }
      t.equal(await finder(store, 'CarePlan', as('all'))(ann), 'c1 c2 c4')
      t.equal(
        await finder(store, 'CarePlan', as('me'))(ann),
        'c1',
        'a hidden target matches nothing'
      )
      t.equal(await finder(store, 'CarePlan', as('me'))({ kind: 'not', node: ann }), 'c2 c3 c5')
      t.equal(await finder(store, 'CarePlan', as('me'))({ ...ann, node: everything }), 'c1')
      t.equal(await finder(store, 'CarePlan', as('all'))({ ...ann, targetType: 'Group' }), '')
      t.equal(await finder(store, 'Patient', as('all'))(draft), 'seen')
      t.equal(
        await finder(store, 'Patient', as('me'))(draft),
        '',
        'a hidden source matches nothing'
      )
      t.equal(await finder(store, 'Goal', as('all'))(deep), 'g1')
      t.equal(await finder(store, 'Goal', as('me'))(deep), '', 'both hops need a visible row')
      t.equal(await finder(store, 'Patient', as('all'))(planned), 'seen hidden')
      t.equal(await finder(store, 'Patient', as('me'))(planned), '')
      await close()
    }
  )

  void t.test(
    'sorting: smallest value up, largest down, nothing last, ties in order of creation',
    async (t) => {
      const { store, close } = await open()
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

  void t.test(
    'pages follow each other without gap or repetition, also while rows come and go',
    async (t) => {
      const { store, close } = await open()
      const id = (n: number): string => `g${String(n).padStart(2, '0')}`
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

  void t.test('totals count what the caller sees, exactly or up to the cap', async (t) => {
    const { store, close } = await open()
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
    const total = async (
      kind: SearchQuery['total'],
      key: string,
      limit: number,
      where: Node = everything
    ): Promise<number | undefined> =>
      (await store.search(query('Goal', { total: kind, limit, where }), as(key))).total
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

  void t.test(
    'include and revinclude: one step, each resource once, in order of creation, within what the caller sees',
    async (t) => {
      const { store, close } = await open()
      const to = (parameter: string, ...targets: string[]): Sample['index'] => ({
        link: targets.map((target) => ({ parameter, target }))
      })
      await store.commit(
        batch({
          puts: [
            stored('Patient', 'p2', {}, { acl: always('me', 'all') }),
            stored('Patient', 'p1', {}, { acl: always('me', 'all') }),
            stored('Patient', 'hidden', {}, { acl: always('all') }),
            stored(
              'CarePlan',
              'c1',
              to(
                'CarePlan.subject',
                'Patient/p1',
                'Patient/hidden',
                'Patient/dangling',
                'http://x/Patient/p2'
              ),
              { acl: always('me', 'all') }
            ),
            stored('CarePlan', 'c2', to('CarePlan.subject', 'Patient/p2', 'Patient/p1', 'Goal/g'), {
              acl: always('me', 'all')
            }),
            stored('CarePlan', 'c3', to('CarePlan.subject', 'Patient/p1'), {
              acl: always('all'),
              version: 'c3'
            }),
            stored('Goal', 'g', {}, { acl: always('me', 'all') }),
            stored('Goal', 'g2', to('CarePlan.subject', 'Patient/p1'), { acl: always('me', 'all') })
          ]
        })
      )
      const step = (
        direction: Include['direction'],
        targetType?: Include['targetType']
      ): Include => ({
        direction,
        sourceType: 'CarePlan',
        parameter: 'CarePlan.subject',
        iterate: false,
        ...(targetType && { targetType })
      })
      const plans = ['c1', 'c2', 'c3'].map((id) => reference('CarePlan', id))
      const patients = ['p1', 'p2'].map((id) => reference('Patient', id))
      const given = async (
        include: Include,
        sources: Parameters<Store['include']>[1],
        key: string,
        limit = 99
      ): Promise<string> => idsOf(await store.include(include, sources, limit, as(key))).join(' ')
      t.equal(await given(step('forward'), plans, 'all'), 'p2 p1 hidden g')
      t.equal(await given(step('forward'), plans, 'me'), 'p2 p1 g')
      t.equal(await given(step('forward', 'Patient'), plans, 'me'), 'p2 p1')
      t.equal(await given(step('forward'), plans, 'all', 2), 'p2 p1', 'at most limit')
      t.equal(
        await given(step('forward'), [reference('CarePlan', 'c3')], 'me'),
        '',
        'nor from a source that the caller may not see'
      )
      t.equal(
        await given(step('forward'), [reference('Goal', 'g2')], 'all'),
        '',
        'sources of the source type alone'
      )
      t.equal(await given(step('reverse'), patients, 'all'), 'c1 c2 c3')
      t.equal(await given(step('reverse'), patients, 'me'), 'c1 c2')
      t.equal(
        await given(step('reverse'), [...patients, reference('Goal', 'g')], 'all', 2),
        'c1 c2'
      )
      t.equal(
        await given(step('reverse', 'Goal'), [...patients, reference('Goal', 'g')], 'all'),
        'c2',
        'targets of the target type alone'
      )
      t.equal(await given(step('reverse'), [], 'all'), '')
      t.equal(await given(step('reverse'), patients, 'nobody'), '')
      await store.commit(
        batch({
          puts: [
            stored('CarePlan', 'c3', {}, { replaces: 'c3', deleted: true, acl: always('all') })
          ]
        })
      )
      t.equal(await given(step('reverse'), patients, 'all'), 'c1 c2', 'not what was deleted')
      await close()
    }
  )
}
