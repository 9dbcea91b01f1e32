// Turns in this process, and repeats when the world moved between decision and commit.
import t from 'tap'
import fc from 'fast-check'
import { StoreConflict } from '../../src/storage/store.ts'
import { createRetry } from '../../src/exchange/retry.ts'
import { createSerial } from '../../src/exchange/serial.ts'

const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
t.comment(`seed ${seed}`)

t.test('runs that share a key take turns, in order; all of them end, whatever fails', async () => {
  const run = fc.record({
    keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    turns: fc.nat(3),
    fails: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 12 }), async (runs) => {
      const serial = createSerial()
      const inside = new Map<string, number>()
      const order: number[] = []
      const results = await Promise.allSettled(
        runs.map(
          async ({ keys, turns, fails }, i) =>
            await serial(keys, async () => {
              for (const key of new Set(keys)) {
                if (inside.has(key)) throw new Error(`two runs with ${key}`)
                inside.set(key, i)
              }
              for (let turn = 0; turn < turns; turn++) {
                await new Promise((resolve) => setImmediate(resolve))
              }
              order.push(i)
              for (const key of new Set(keys)) inside.delete(key)
              if (fails) throw new Error('as asked')
            })
        )
      )
      const strange = results.some(
        (result) => result.status === 'rejected' && (result.reason as Error).message !== 'as asked'
      )
      const inOrder = (['a', 'b', 'c', 'd'] as const).every((key) => {
        const own = order.filter((i) => runs[i]?.keys.includes(key))
        return own.every((i, at) => at === 0 || (own[at - 1] ?? 0) < i)
      })
      return !strange && inOrder && order.length === runs.length
    }),
    { seed, numRuns: 100 }
  )
})

t.test(
  'what a passing conflict stopped runs again, with growing pauses, at most so many times',
  async (t) => {
    const pauses: number[] = []
    const retry = createRetry({
      random: () => 0.5,
      sleep: async (ms) => {
        pauses.push(ms)
      },
      attempts: 4
    })
    let runs = 0
    t.equal(
      await retry(async () => {
        if (++runs < 3) throw new StoreConflict(runs === 1 ? 'counter' : 'version')
        return 'done'
      }),
      'done'
    )
    t.same([runs, pauses], [3, [4, 8]])
    runs = 0
    await t.rejects(
      retry(async () => {
        runs++
        throw new StoreConflict('counter')
      }),
      { code: 'unavailable', issues: [{ code: 'lock-error' }] }
    )
    t.equal(runs, 4)
  }
)

t.test('what does not pass is thrown on at once', async (t) => {
  const retry = createRetry({ random: () => 0, sleep: async () => {}, attempts: 4 })
  for (const error of [new StoreConflict('exists'), new Error('other')]) {
    let runs = 0
    await t.rejects(
      retry(async () => {
        runs++
        throw error
      }),
      error
    )
    t.equal(runs, 1)
  }
})
