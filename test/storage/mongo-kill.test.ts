/**
 * Nothing acknowledged is lost and nothing is doubled when the server or the writer is killed, or
 * the primary steps down.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import t from 'tap'
import type { Test } from 'tap'
import { findMongod, startMongod } from '../../scripts/mongod.ts'
import type { Mongod } from '../../scripts/mongod.ts'
import { openMongoStore } from '../../src/storage/mongo/open.ts'
import type { FeedEntry, Store } from '../../src/storage/store.ts'
import { lastOf, writers } from './mongo/writer.ts'
import type { Line } from './mongo/writer.ts'

t.setTimeout(300_000)

const binary = await findMongod()
const skip =
  binary === undefined && process.env['CI'] !== 'true'
    ? 'NO MONGOD FOUND: the MongoDB kill tests are skipped'
    : false
if (skip !== false) process.stderr.write(`${skip}\n`)

const longestOutage = 15_000

/** Starts a writer process and collects what it says. */
const startWriter = (
  uri: string
): {
  readonly child: ChildProcess
  readonly lines: Line[]
  readonly gone: Promise<number | null>
} => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', new URL('mongo/writer.ts', import.meta.url).pathname, uri],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const lines: Line[] = []
  let rest = ''
  child.stdout.on('data', (bytes: Buffer) => {
    const parts = (rest + bytes.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map((line) => JSON.parse(line) as Line))
  })
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, lines, gone }
}

const acknowledged = (lines: readonly Line[]): readonly Line[] =>
  lines.filter(({ kind }) => kind === 'acknowledged')

/** Waits for so many more acknowledgements; the longest that the store may be away is the limit. */
const moreAcknowledged = async (lines: readonly Line[], count: number): Promise<void> => {
  const goal = acknowledged(lines).length + count
  const end = Date.now() + 30_000
  while (acknowledged(lines).length < goal) {
    if (Date.now() > end) throw new Error('no writer was acknowledged for 30 s')
    await sleep(20)
  }
}

const longestPause = (lines: readonly Line[]): number => {
  const times = acknowledged(lines).map(({ at }) => at)
  return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)))
}

const wholeFeed = async (store: Store): Promise<readonly FeedEntry[]> => {
  const all: FeedEntry[] = []
  for (;;) {
    const page = await store.feed(all.length, 500)
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** @returns the batches that are in the feed */
const reconcileFeed = async (
  t: Test,
  store: Store,
  lines: readonly Line[]
): Promise<readonly string[]> => {
  const began = new Set(lines.map(({ batch }) => batch))
  const feed = await wholeFeed(store)
  t.same(
    feed.map(({ sequence }) => sequence),
    feed.map((_, index) => index + 1),
    'the feed has no gap'
  )
  const inFeed = new Set<string>(feed.map(({ version }) => version))
  t.equal(inFeed.size, feed.length, 'no version is in the feed twice')
  const both = [...began].map(
    (batch) =>
      [
        inFeed.has(lastOf(batch).version('CarePlan')),
        inFeed.has(lastOf(batch).version('Goal'))
      ] as const
  )
  t.ok(
    both.every(([plan, goal]) => plan === goal),
    'no batch is half there'
  )
  t.equal(
    both.filter(([plan]) => plan).length * 2,
    feed.length,
    'nothing is there that nobody began'
  )
  const lost = acknowledged(lines).filter(({ batch }) => !inFeed.has(lastOf(batch).version('Goal')))
  t.same(lost, [], 'everything acknowledged is in the feed')
  return [...began].filter((batch) => inFeed.has(lastOf(batch).version('Goal')))
}

const reconcileReads = async (t: Test, store: Store, durable: readonly string[]): Promise<void> => {
  const acl = { kind: 'keys', keys: ['anyone'], now: Date.now() } as const
  const goals = await store.read(
    durable.map((batch) => ({ type: 'Goal', id: lastOf(batch).goal })),
    acl
  )
  t.ok(
    goals.every((goal, index) => goal?.version === lastOf(durable[index] ?? '').version('Goal')),
    'every goal can be read'
  )
  const found = await store.search(
    {
      type: 'Goal',
      where: { kind: 'word', parameter: 'Goal.status', code: 'active' },
      sort: [],
      limit: 0,
      total: 'exact'
    },
    acl
  )
  t.equal(found.total, durable.length, 'the search index has each goal once')
  t.equal(
    (await store.audit({ limit: 1 })).total,
    durable.length,
    'the audit trail has each batch once'
  )
}

/** Reconciles acknowledgements with versions, history, feed, search index, audit. */
const reconcile = async (t: Test, uri: string, lines: readonly Line[]): Promise<void> => {
  const store = await openMongoStore({ uri, now: () => Date.now() })
  try {
    const durable = await reconcileFeed(t, store, lines)
    await reconcileReads(t, store, durable)
    await histories(t, store, durable)
  } finally {
    await store.close()
  }
}

/**
 * Batch k of a writer is version k of its plan: the history must be 0, 1, 2, … without a hole, and
 * the feed in that order.
 */
const histories = async (t: Test, store: Store, durable: readonly string[]): Promise<void> => {
  const byPlan = new Map<string, number>()
  for (const batch of durable) {
    byPlan.set(
      lastOf(batch).plan,
      Math.max(byPlan.get(lastOf(batch).plan) ?? 0, lastOf(batch).number)
    )
  }
  const wrong: string[] = []
  for (const [plan, newest] of byPlan) {
    const { rows, total } = await store.history(
      {
        type: 'CarePlan',
        id: lastOf(durable.find((batch) => lastOf(batch).plan === plan) ?? '').plan
      },
      { kind: 'system' },
      { limit: 100_000 }
    )
    const numbers = rows.map(({ version }) => Number(version.split('.')[2]))
    const expected = Array.from({ length: newest + 1 }, (_, index) => newest - index)
    if (total !== newest + 1 || JSON.stringify(numbers) !== JSON.stringify(expected)) {
      wrong.push(`${plan}: ${JSON.stringify(numbers)}`)
    }
  }
  t.same(wrong, [], 'every history is whole and in order')
}

const stopWriter = async ({ child, gone }: ReturnType<typeof startWriter>): Promise<void> => {
  child.kill('SIGTERM')
  await gone
}

t.test(
  'kill -9 of the server under load loses and doubles nothing',
  { skip, timeout: 120_000 },
  async (t) => {
    const set = await startMongod({ own: true })
    t.teardown(set.stop)
    const writer = startWriter(set.uri)
    const port = set.members[0]?.port ?? 0
    for (let round = 0; round < 3; round++) {
      await moreAcknowledged(writer.lines, writers * 10)
      await sleep(100 + round * 130)
      await set.kill(port)
      await set.restart(port)
    }
    await moreAcknowledged(writer.lines, writers * 5)
    await stopWriter(writer)
    t.comment(
      `${acknowledged(writer.lines).length} batches acknowledged, longest pause ${longestPause(writer.lines)} ms`
    )
    t.ok(longestPause(writer.lines) < longestOutage, 'the store was away for less than 15 s')
    await reconcile(t, set.uri, writer.lines)
  }
)

t.test(
  'kill -9 of the writing process leaves no half batch and blocks no other',
  { skip, timeout: 120_000 },
  async (t) => {
    const set = await startMongod({ own: true, transactionSeconds: 3 })
    t.teardown(set.stop)
    const lines: Line[] = []
    for (let round = 0; round < 4; round++) {
      const writer = startWriter(set.uri)
      await moreAcknowledged(writer.lines, writers * 5)
      await sleep(40 + round * 70)
      writer.child.kill('SIGKILL')
      await writer.gone
      lines.push(...writer.lines)
    }
    const after = startWriter(set.uri)
    await moreAcknowledged(after.lines, writers)
    await stopWriter(after)
    await reconcile(t, set.uri, [...lines, ...after.lines])
  }
)

t.test(
  'five step-downs of the primary under load lose and double nothing',
  { skip, timeout: 150_000 },
  async (t) => {
    const set = await startMongod({ own: true, members: 3 })
    t.teardown(set.stop)
    const writer = startWriter(set.uri)
    let carriedOut = 0
    for (let round = 0; round < 12 && carriedOut < 5; round++) {
      await moreAcknowledged(writer.lines, writers * 5)
      if (await stepDown(set)) carriedOut++
    }
    await moreAcknowledged(writer.lines, writers * 5)
    await stopWriter(writer)
    t.comment(
      `${acknowledged(writer.lines).length} batches acknowledged, longest pause ${longestPause(writer.lines)} ms`
    )
    t.equal(carriedOut, 5, 'five step-downs were carried out')
    t.ok(longestPause(writer.lines) < longestOutage, 'the store was away for less than 15 s')
    await reconcile(t, set.uri, writer.lines)
  }
)

/** False when the server refused: no secondary had caught up. */
const stepDown = async ({ uri }: Mongod): Promise<boolean> => {
  const client = new MongoClient(uri)
  try {
    await client.db('admin').command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 })
    return true
  } catch (error) {
    return !/No electable secondaries|ExceededTimeLimit/.test(String(error))
  } finally {
    await client.close()
  }
}
