/** Searching: every kind of node, sort, page, total and include, with the acl at every hop. */
import type { Test } from 'tap'
import { openHi, openLo } from '../../../src/search/query.ts'
import type { Node } from '../../../src/search/query.ts'
import { batch, noon, query, reference, system } from '../sample.ts'
import type { Open, Sample } from '../sample.ts'
import { everything, finder, nothing, stored } from './finder.ts'

const logic = (t: Test, open: Open): void => {
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
}

const words = (t: Test, open: Open): void => {
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
}

const links = (t: Test, open: Open): void => {
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
}

const texts = (t: Test, open: Open): void => {
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
}

const spans = (t: Test, open: Open): void => {
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
}

const lastUpdated = (t: Test, open: Open): void => {
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
}

const missing = (t: Test, open: Open): void => {
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
}

export const searchContract = (t: Test, open: Open): void => {
  logic(t, open)
  words(t, open)
  links(t, open)
  texts(t, open)
  spans(t, open)
  lastUpdated(t, open)
  missing(t, open)
}
