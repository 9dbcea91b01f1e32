/** Who shares a query with whom, and that sharing shows nobody more. */
import type { Test } from 'tap'
import type { Reference, ResourceType } from '../../../src/fhir/resource.ts'
import { createAclLanes } from '../../../src/storage/mongo/shared/acl-lanes.ts'
import { createSharedQuery } from '../../../src/storage/mongo/shared/shared-query.ts'
import { StoreUnavailable } from '../../../src/storage/store.ts'
import type { AclFilter } from '../../../src/storage/store.ts'
import { freshUri, openAt, skip } from './world.ts'
import { always, as, batch, idsOf, noon, put, query, reference, system } from '../sample.ts'

const lanes = (t: Test): void => {
  t.test(
    'callers of equal keys and exclusions share, whatever the moment; no others do',
    async (t) => {
      let made = 0
      const laneOf = createAclLanes(() => ++made)
      const keys = (
        keys: readonly string[],
        now: number,
        denied?: readonly string[]
      ): AclFilter => ({ kind: 'keys', keys, now, ...(denied && { denied }) })
      t.equal(laneOf(keys(['a', 'b'], 1)), laneOf(keys(['a', 'b'], 2)))
      const others = [
        keys(['a', 'b'], 1),
        keys(['a'], 1),
        keys(['a","b'], 1),
        keys(['a', 'b'], 1, ['c']),
        keys([], 1),
        system
      ]
      t.equal(new Set(others.map(laneOf)).size, others.length)
      t.same(others.map(laneOf), others.map(laneOf))
      for (let n = 0; n < 2000; n++) laneOf(keys([String(n)], 1))
      t.not(laneOf(keys(['a'], 1)), 2, 'lanes of long ago are forgotten')
    }
  )
}

const inFlight = (t: Test): void => {
  t.test(
    'what comes while one is in flight is the next, in one, and the answers find their askers',
    async (t) => {
      const loads: (readonly number[])[] = []
      const ask = createSharedQuery(
        async (questions: readonly number[]) => {
          loads.push(questions)
          await new Promise((resolve) => {
            setTimeout(resolve, 2)
          })
          return questions.map((question) => question * 10)
        },
        { most: 5 }
      )
      const first = ask([1, 2])
      await new Promise((resolve) => {
        setImmediate(() => {
          setImmediate(resolve)
        })
      })
      t.same(
        await Promise.all([
          first,
          ask([3]),
          ask([]),
          ask([4, 5]),
          ask([6, 7, 8]),
          ask([1, 2, 3, 4, 5, 6])
        ]),
        [[10, 20], [30], [], [40, 50], [60, 70, 80], [10, 20, 30, 40, 50, 60]]
      )
      t.same(loads, [
        [1, 2],
        [1, 2, 3, 4, 5, 6],
        [3, 4, 5],
        [6, 7, 8]
      ])
    }
  )
}

const slowOnes = (t: Test): void => {
  t.test('a slow one holds nobody for long', async (t) => {
    let release = (): void => {}
    const ask = createSharedQuery(async (questions: readonly string[]) => {
      if (questions.includes('slow')) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
      }
      return questions
    })
    const slow = ask(['slow'])
    await new Promise((resolve) => {
      setImmediate(() => {
        setImmediate(resolve)
      })
    })
    t.same(await ask(['quick']), ['quick'])
    release()
    t.same(await slow, ['slow'])
  })
}

const refusals = (t: Test): void => {
  t.test(
    'a question that is refused fails alone; a server that does not answer fails all, and is not asked again for each',
    async (t) => {
      let loads = 0
      const ask = createSharedQuery(async (questions: readonly string[]) => {
        loads++
        await Promise.resolve()
        if (questions.includes('refused')) throw new Error('refused')
        if (questions.includes('gone')) throw new StoreUnavailable('gone')
        return questions
      })
      const outcomes = async (...questions: string[]): Promise<readonly string[]> =>
        (await Promise.allSettled(questions.map(async (question) => await ask([question])))).map(
          ({ status }) => status
        )
      t.same(await outcomes('a', 'refused', 'b'), ['fulfilled', 'rejected', 'fulfilled'])
      loads = 0
      t.same(await outcomes('a', 'gone', 'b'), ['rejected', 'rejected', 'rejected'])
      t.equal(loads, 1)
    }
  )
}

const moments = (t: Test): void => {
  t.test(
    'reads of different moments that share a query each get what their own moment admits',
    { skip },
    async (t) => {
      const store = await openAt(t, freshUri(t))
      const [opening, closing, denied, open] = ['opening', 'closing', 'denied', 'open'].map((id) =>
        reference('Goal', id)
      ) as [Reference, Reference, Reference, Reference]
      await store.commit(
        batch({
          puts: [
            put(opening, { acl: [{ key: 'k', from: noon, to: noon * 2 }] }),
            put(closing, { acl: [{ key: 'k', from: 0, to: noon }] }),
            put(denied, { acl: [...always('k'), { key: 'not', from: noon, to: noon + 1 }] }),
            put(open, { acl: always('k') })
          ]
        })
      )
      const at = (now: number): AclFilter => ({ kind: 'keys', keys: ['k'], denied: ['not'], now })
      const moments = [noon - 1, noon, noon + 1]
      const answers = await Promise.all(
        moments.map(async (now) => await store.read([opening, closing, denied, open], at(now)))
      )
      t.same(answers.map(idsOf), [
        [undefined, 'closing', 'denied', 'open'],
        ['opening', undefined, undefined, 'open'],
        ['opening', undefined, 'denied', 'open']
      ])
    }
  )
}

/**
 * Index values that a type has are for its own searches: another type of the same values is not
 * found.
 */
const typesApart = (t: Test): void => {
  t.test('types do not meet', { skip }, async (t) => {
    const store = await openAt(t, freshUri(t))
    const types: readonly ResourceType[] = ['Goal', 'Task']
    const index = { word: [{ parameter: 'any.status', code: 'x' }] }
    await store.commit(
      batch({ puts: types.map((type) => put(reference(type, 'same'), { index })) })
    )
    const { rows } = await store.search(
      query('Goal', {
        where: { kind: 'word', parameter: 'any.status', code: 'x' },
        sort: [{ parameter: 'any.status', form: 'word', direction: 'asc' }]
      }),
      as('reader')
    )
    t.same(
      rows.map(({ ref }) => ref.type),
      ['Goal']
    )
  })
}

export const sharingTests = (t: Test): void => {
  moments(t)

  t.test('shared queries', async (t) => {
    lanes(t)
    inFlight(t)
    slowOnes(t)
    refusals(t)
  })
  typesApart(t)
}
