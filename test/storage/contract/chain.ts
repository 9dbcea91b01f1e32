/** Searching over references, with the acl at every hop. */
import type { Test } from 'tap'
import type { Node } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { always, as, batch } from '../sample.ts'
import type { Open, Sample } from '../sample.ts'
import { everything, finder, stored } from './finder.ts'

/** Plans of a seen, a hidden and a deleted patient, and a goal of two of the plans. */
const writeChains = async (store: Store): Promise<void> => {
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
        stored('Patient', 'gone', {}, { replaces: 'g', deleted: true, acl: always('me', 'all') })
      ]
    })
  )
}

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

export const chainContract = (t: Test, open: Open): void => {
  void t.test(
    'chain and has step over references, and never through what the caller may not see',
    async (t) => {
      const { store, close } = await open()
      await writeChains(store)
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
}
