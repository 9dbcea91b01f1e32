/** Group commit: what waits together is flushed together, and each batch gets its own answer. */
import t from 'tap'
import { createGroupCommit } from '../../src/storage/group-commit.ts'
import type { GroupCommit } from '../../src/storage/group-commit.ts'
import type { Batch } from '../../src/storage/store.ts'
import { audited, batch, put, reference, version } from './sample.ts'

type Results = readonly (undefined | Error)[]
const start = (
  flush: (batches: readonly Batch[]) => Promise<Results> = async (batches) =>
    batches.map(() => undefined),
  maxBatches = 32
): GroupCommit<Batch> & { readonly groups: string[][] } => {
  const groups: string[][] = []
  return {
    groups,
    ...createGroupCommit({
      maxBatches,
      flush: async (batches) => {
        groups.push(batches.map(({ id }) => id))
        return await flush(batches)
      }
    })
  }
}
const creating = (id: string, resource = id): Batch =>
  batch({ id, puts: [put(reference('Patient', resource))] })
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

t.test('batches of one turn of the event loop share a group, up to the cap', async (t) => {
  const { commit, groups } = start(undefined, 3)
  await Promise.all(
    numbers(7).map(async (n) => {
      await commit(creating(`b${n}`))
    })
  )
  t.same(groups, [['b0', 'b1', 'b2'], ['b3', 'b4', 'b5'], ['b6']])
})

t.test('audit-only batches are light: eight weigh as much as one write', async (t) => {
  const { commit, groups } = start(undefined, 2)
  await Promise.all(
    numbers(20).map(async (n) => {
      await commit(batch({ id: `a${n}`, audit: [audited(`a${n}`)] }))
    })
  )
  t.same(
    groups.map((group) => group.length),
    [16, 4]
  )
})

t.test('one group is in flight at a time; what comes meanwhile forms the next', async (t) => {
  let inFlight = 0
  const { commit, groups } = start(async (batches) => {
    t.equal(++inFlight, 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
    inFlight--
    return batches.map(() => undefined)
  })
  const first = commit(creating('first'))
  await new Promise((resolve) => {
    setTimeout(resolve, 5)
  })
  await Promise.all([first, commit(creating('second')), commit(creating('third'))])
  t.same(groups, [['first'], ['second', 'third']])
})

t.test(
  'a refused batch does not hurt its neighbours; a rejected flush rejects its whole group and no other',
  async (t) => {
    const refuse = start(async (batches) =>
      batches.map(({ id }) => (id === 'bad' ? new Error('refused') : undefined))
    )
    t.same(
      (
        await Promise.allSettled(
          ['good', 'bad', 'fine'].map(async (id) => {
            await refuse.commit(creating(id))
          })
        )
      ).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled']
    )
    let flushes = 0
    const broken = start(async (batches) => {
      if (++flushes === 1) throw new Error('disk')
      return batches.map(() => undefined)
    }, 2)
    t.same(
      (
        await Promise.allSettled(
          numbers(4).map(async (n) => {
            await broken.commit(creating(`b${n}`))
          })
        )
      ).map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled', 'fulfilled']
    )
    const short = start(async () => [])
    await t.rejects(
      short.commit(creating('x')),
      /answered for 0 of 1/,
      'a flush that forgets a batch is no success'
    )
  }
)

t.test(
  'batches that touch the same resource, record, guard or id go to successive groups, in their order',
  async (t) => {
    const pairs: readonly (readonly [string, Batch, Batch])[] = [
      ['resource', creating('1', 'same'), creating('2', 'same')],
      [
        'put and re-stamp',
        creating('1', 'same'),
        batch({
          id: '2',
          restamps: [{ ref: reference('Patient', 'same'), version: version('v'), acl: [] }]
        })
      ],
      [
        'record',
        batch({ id: '1', records: [{ kind: 'k', id: 'r', json: '' }] }),
        batch({ id: '2', records: [{ kind: 'k', id: 'r', json: '' }] })
      ],
      [
        'bumped guard',
        batch({ id: '1', expectations: [{ name: 'g', expect: 0, bump: true }] }),
        batch({ id: '2', expectations: [{ name: 'g', expect: 0, bump: true }] })
      ],
      [
        'bump after check',
        batch({ id: '1', expectations: [{ name: 'g', expect: 0, bump: false }] }),
        batch({ id: '2', expectations: [{ name: 'g', expect: 0, bump: true }] })
      ],
      [
        'check after bump',
        batch({ id: '1', expectations: [{ name: 'g', expect: 0, bump: true }] }),
        batch({ id: '2', expectations: [{ name: 'g', expect: 1, bump: false }] })
      ]
    ]
    for (const [what, one, two] of pairs) {
      const { commit, groups } = start()
      await Promise.all([commit(one), commit(two), commit(creating('3', 'other'))])
      t.same(groups, [['1', '3'], ['2']], what)
    }
    const twice = start()
    await Promise.all([twice.commit(creating('same', 'a')), twice.commit(creating('same', 'b'))])
    t.equal(twice.groups.length, 2, 'batch id')
    const shared = start()
    const checking = (id: string): Batch =>
      batch({ id, expectations: [{ name: 'g', expect: 0, bump: false }] })
    await Promise.all([shared.commit(checking('1')), shared.commit(checking('2'))])
    t.equal(shared.groups.length, 1, 'two that only rely on a guard go together')
  }
)

t.test('a batch left behind keeps later ones on the same resource behind it', async (t) => {
  const { commit, groups } = start()
  const both = batch({
    id: 'both',
    puts: [put(reference('Patient', 'a')), put(reference('Patient', 'b'))]
  })
  await Promise.all([
    commit(creating('1', 'a')),
    commit(both),
    commit(creating('2', 'b')),
    commit(creating('3', 'c'))
  ])
  t.same(groups, [['1', '3'], ['both'], ['2']])
})

t.test('drain waits for everything that was asked for', async (t) => {
  const { commit, drain, groups } = start(undefined, 1)
  await drain()
  const all = numbers(5).map(async (n) => {
    await commit(creating(`b${n}`))
  })
  await drain()
  t.equal(groups.length, 5)
  await Promise.all(all)
})
