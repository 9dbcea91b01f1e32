/** What a search brings along, within what the caller sees. */
import type { Test } from 'tap'
import type { Include } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { always, as, batch, idsOf, reference } from '../sample.ts'
import type { Open, Sample } from '../sample.ts'
import { stored } from './finder.ts'

/** Plans that name patients: seen, hidden, dangling, elsewhere. The third plan is not for `me`. */
const writeLinked = async (store: Store): Promise<void> => {
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
}

const step = (direction: Include['direction'], targetType?: Include['targetType']): Include => ({
  direction,
  sourceType: 'CarePlan',
  parameter: 'CarePlan.subject',
  iterate: false,
  ...(targetType && { targetType })
})

const plans = ['c1', 'c2', 'c3'].map((id) => reference('CarePlan', id))
const patients = ['p1', 'p2'].map((id) => reference('Patient', id))

const givenBy =
  (store: Store) =>
  async (
    include: Include,
    sources: Parameters<Store['include']>[1],
    key: string,
    limit = 99
  ): Promise<string> =>
    idsOf(await store.include(include, sources, limit, as(key))).join(' ')

const includes = (t: Test, open: Open): void => {
  void t.test(
    'include: one step, each resource once, in order of creation, within what the caller sees',
    async (t) => {
      const { store, close } = await open()
      await writeLinked(store)
      const given = givenBy(store)
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
      await close()
    }
  )
}

const reverseIncludes = (t: Test, open: Open): void => {
  void t.test(
    'revinclude: the same from the other end, and nothing that was deleted',
    async (t) => {
      const { store, close } = await open()
      await writeLinked(store)
      const given = givenBy(store)
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

export const includeContract = (t: Test, open: Open): void => {
  includes(t, open)
  reverseIncludes(t, open)
}
