/**
 * Group commit: batches that wait in the same turn of the event loop become one durable commit.
 * Knows no engine.
 */
import type { Batch, Expectation } from './store.ts'

export interface GroupCommit<B extends Batch> {
  /** Resolves when the batch is durable; rejects with its own outcome. */
  readonly commit: (batch: B) => Promise<void>
  /** Resolves when nothing waits and nothing is in flight. */
  readonly drain: () => Promise<void>
}

interface Waiting<B> {
  readonly batch: B
  readonly claims: Claims
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * What a batch changes, what it only relies on, and what it counts up whatever the value: counting
 * commutes.
 */
interface Claims {
  readonly writes: readonly string[]
  readonly reads: readonly string[]
  readonly counts: readonly string[]
}

/**
 * Milliseconds that a group is held open while every turn of the event loop still brings another
 * batch; a batch that comes alone does not wait.
 */
const longestGathering = 2

/**
 * A batch that only adds audit lines costs a fraction of a write: this many of them weigh as much
 * as one.
 */
const lightPerHeavy = 8

export interface GroupCommitOptions<B extends Batch> {
  /** Makes a whole group durable and tells per batch what became of it; rejects for all of them. */
  readonly flush: (batches: readonly B[]) => Promise<readonly (undefined | Error)[]>
  readonly maxBatches: number
  /**
   * Whether a flush holds the event loop, asked before each; then a group is held open a little:
   * better once for many. Absent: it does.
   */
  readonly holdsLoop?: () => boolean
}

/**
 * One group is in flight at a time; a group holds at most `maxBatches` writes, or eight times as
 * many audit-only batches.
 * Batches that touch the same resource, record or counter never share a group and keep their order;
 * counters that are only counted up are no touch.
 */
export const createGroupCommit = <B extends Batch = Batch>({
  flush,
  maxBatches,
  holdsLoop
}: GroupCommitOptions<B>): GroupCommit<B> => {
  let waiting: Waiting<B>[] = []
  let busy = false
  let idle: (() => void)[] = []

  const schedule = (): void => {
    if (busy || waiting.length === 0) return
    busy = true
    gather(performance.now(), 0)
  }

  const gather = (since: number, known: number): void => {
    setImmediate(() => {
      const coming =
        holdsLoop?.() !== false &&
        waiting.length > known &&
        waiting.length < maxBatches &&
        performance.now() - since < longestGathering
      if (coming) gather(since, waiting.length)
      else void next()
    })
  }

  const next = async (): Promise<void> => {
    const { group, rest } = pick(waiting, maxBatches * lightPerHeavy)
    waiting = rest
    await settle(flush, group)
    busy = false
    schedule()
    if (busy) return
    const drained = idle
    idle = []
    for (const done of drained) done()
  }

  return {
    commit: async (batch) =>
      await new Promise<void>((resolve, reject) => {
        waiting.push({ batch, claims: claimsOf(batch), resolve, reject })
        schedule()
      }),
    drain: async () => {
      if (busy) {
        await new Promise<void>((resolve) => {
          idle.push(resolve)
        })
      }
    }
  }
}

const settle = async <B extends Batch>(
  flush: GroupCommitOptions<B>['flush'],
  group: readonly Waiting<B>[]
): Promise<void> => {
  try {
    const results = await flush(group.map((entry) => entry.batch))
    if (results.length !== group.length) {
      throw new Error(`flush answered for ${results.length} of ${group.length} batches`)
    }
    group.forEach((entry, index) => {
      const error = results[index]
      if (error) entry.reject(error)
      else entry.resolve()
    })
  } catch (error) {
    for (const entry of group) {
      entry.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

const claimsOf = (batch: Batch): Claims => ({
  writes: [
    `batch ${batch.id}`,
    ...batch.puts.map(({ stored }) => `resource ${stored.ref.type}/${stored.ref.id}`),
    ...[...batch.restamps, ...(batch.reindexes ?? [])].map(
      ({ ref }) => `resource ${ref.type}/${ref.id}`
    ),
    ...batch.records.map(({ kind, id }) => `record ${kind} ${id}`),
    ...guardsOf(batch, ({ expect, bump }) => bump && expect !== undefined)
  ],
  reads: guardsOf(batch, ({ bump }) => !bump),
  counts: guardsOf(batch, ({ expect, bump }) => bump && expect === undefined)
})

const guardsOf = (batch: Batch, of: (guard: Expectation) => boolean): readonly string[] =>
  batch.expectations.filter(of).map(({ name }) => `guard ${name}`)

const isLight = ({ puts, restamps, reindexes = [], records }: Batch): boolean =>
  puts.length + restamps.length + reindexes.length + records.length === 0

/**
 * Takes batches in order; one that meets a claim of an earlier one, taken or left behind, waits for
 * the next group.
 */
const pick = <B extends Batch>(
  waiting: readonly Waiting<B>[],
  capacity: number
): { group: Waiting<B>[]; rest: Waiting<B>[] } => {
  const group: Waiting<B>[] = []
  const rest: Waiting<B>[] = []
  const written = new Set<string>()
  const read = new Set<string>()
  const counted = new Set<string>()
  let weight = 0
  for (const entry of waiting) {
    const { writes, reads, counts } = entry.claims
    const cost = isLight(entry.batch) ? 1 : lightPerHeavy
    const clashes =
      writes.some((key) => written.has(key) || read.has(key) || counted.has(key)) ||
      reads.some((key) => written.has(key) || counted.has(key)) ||
      counts.some((key) => written.has(key) || read.has(key))
    if (clashes || weight + cost > capacity) rest.push(entry)
    else {
      group.push(entry)
      weight += cost
    }
    for (const key of writes) written.add(key)
    for (const key of reads) read.add(key)
    for (const key of counts) counted.add(key)
  }
  return { group, rest }
}
