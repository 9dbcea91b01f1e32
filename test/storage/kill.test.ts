/**
 * What was acknowledged survives `kill -9`, whole; what was not is whole or absent. And the disk
 * has it before the acknowledgement.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import t from 'tap'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { FeedEntry, Store } from '../../src/storage/store.ts'
import { inspect } from './kill/inspect.ts'
import { contentOf, writers } from './kill/writer.ts'
import { as, query, reference, system } from './sample.ts'

const rounds = Number(process.env['PSI_KILL_ROUNDS'] ?? 50)
const script = join(import.meta.dirname, 'kill/writer.ts')
const tsx = ['--import', import.meta.resolve('tsx')]

interface Written {
  readonly began: readonly string[]
  readonly acknowledged: readonly string[]
  readonly refused: readonly string[]
  readonly full: readonly string[]
}

const parse = (output: string): Written => {
  const lines = output.split('\n').slice(0, -1) // the last line may be cut
  const of = (letter: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${letter} `)).map((line) => line.slice(2))
  return { began: of('B'), acknowledged: of('A'), refused: of('U'), full: of('F') }
}

/**
 * A writer process, loaded and waiting; `killed` lets it write, and resolves when it is gone some
 * time after its first acknowledgement.
 */
const startWriter = (
  directory: string,
  run: string
): { readonly killed: (after: number) => Promise<Written> } => {
  const child = spawn(
    process.execPath,
    [...tsx, script, directory, run, String(writers), '1000000'],
    { stdio: ['pipe', 'pipe', 'inherit'] }
  )
  let output = ''
  const writing = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
      if (output.includes('A ')) resolve()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      reject(new Error(`the writer ended by itself with code ${code}`))
    })
  })
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  return {
    killed: async (after) => {
      child.stdin.write('go')
      await writing
      await new Promise((resolve) => {
        setTimeout(resolve, after)
      })
      child.kill('SIGKILL')
      await closed
      return parse(output)
    }
  }
}

/** One batch is all there or not at all, in every place that a reader could look. */
const traces = async (
  store: Store,
  batch: string,
  feed: ReadonlyMap<string, readonly FeedEntry[]>
): Promise<readonly boolean[]> => {
  const { plan, goal, task, number, version } = contentOf(batch)
  const caller = as(`writer-${plan}`)
  const [careplan, ...others] = await store.read(
    [reference('CarePlan', plan), reference('Goal', goal), reference('Task', task)],
    caller
  )
  const token = (type: 'CarePlan' | 'Goal' | 'Task'): ReturnType<typeof query> =>
    query(type, {
      where: { kind: 'word', parameter: `${type}.batch`, code: batch, system: 'urn:test' }
    })
  const isCurrent = careplan?.version === version
  const [guard = 0] = await store.counters([plan])
  return [
    ...others.map((row) => row?.version === version),
    ...(await Promise.all(
      (['Goal', 'Task'] as const).map(
        async (type) => (await store.search(token(type), caller)).rows.length === 1
      )
    )),
    (await store.search(token('CarePlan'), caller)).rows.length === 1 || !isCurrent
      ? guard > number
      : false,
    (await store.readVersion(reference('CarePlan', plan), version, caller))?.json.length !==
      undefined,
    (await store.history(reference('CarePlan', plan), caller, { limit: 1 })).total > number,
    (await store.audit({ request: batch, limit: 2 })).entries.length === 1,
    (await store.audit({ patients: [plan], limit: 1 })).total > number,
    (await store.records('batch', [batch]))[0] !== undefined,
    (await store.versionsOf(plan)).filter((row) => row.version === version).length === 3,
    feed.get(batch)?.length === 3
  ]
}

const check = async (
  t: Test,
  store: Store,
  written: Written,
  feed: ReadonlyMap<string, readonly FeedEntry[]>
): Promise<void> => {
  const acknowledged = new Set(written.acknowledged)
  const [lost, torn]: [string[], string[]] = [[], []]
  for (const batch of written.began) {
    const found = await traces(store, batch, feed)
    if (acknowledged.has(batch) && found.includes(false)) lost.push(`${batch} ${found.join()}`)
    if (found.includes(true) && found.includes(false)) torn.push(`${batch} ${found.join()}`)
  }
  t.same(lost, [], 'nothing acknowledged is lost')
  t.same(torn, [], 'nothing is half written')
}

const groupByVersion = (
  entries: readonly FeedEntry[]
): ReadonlyMap<string, readonly FeedEntry[]> => {
  const groups = new Map<string, FeedEntry[]>()
  for (const entry of entries) {
    groups.set(entry.version, [...(groups.get(entry.version) ?? []), entry])
  }
  return groups
}

t.setTimeout(180_000)

t.test(
  `${writers} writers killed ${rounds} times: nothing acknowledged is lost, nothing is half written`,
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-kill-'))
    let sequence = 0
    let acknowledged = 0
    let next = startWriter(directory, 'round0')
    for (let round = 0; round < rounds; round++) {
      // two processes on one file
      const current = round % 10 === 9 ? [next, startWriter(directory, `round${round}b`)] : [next]
      const threaded = round % 10 === 4 // long enough for the writing threads to have taken over
      const written = await Promise.all(
        current.map(async ({ killed }) => await killed((threaded ? 900 : 20) + Math.random() * 200))
      )
      next = startWriter(directory, `round${round + 1}`)
      const store = await openSqliteStore({ directory, now: Date.now })
      const entries = await store.feed(sequence, 1_000_000)
      t.equal(
        entries.findIndex((entry, index) => entry.sequence !== sequence + index + 1),
        -1,
        'the feed has no gaps'
      )
      sequence += entries.length
      for (const one of written) {
        await check(t, store, one, groupByVersion(entries))
        acknowledged += one.acknowledged.length
      }
      await store.close()
    }
    await next.killed(0)
    t.comment(`${acknowledged} batches acknowledged`)
    t.ok(acknowledged >= rounds, 'there was something to lose')
    await inspect(t, directory)
    await rm(directory, { recursive: true })
  }
)

const hasStrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
const straceOr = hasStrace ? {} : { skip: 'strace is not there or may not trace' }

const traced = async (
  directory: string,
  options: readonly string[],
  batches: number
): Promise<Written & { readonly trace: readonly string[] }> => {
  const log = join(directory, 'trace')
  const child = spawn(
    'strace',
    [
      '-f',
      '-y',
      '-o',
      log,
      ...options,
      process.execPath,
      ...tsx,
      script,
      directory,
      'traced',
      '1',
      String(batches)
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] }
  )
  child.stdin.write('go')
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk)
  })
  await new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  return { ...parse(output), trace: (await readFile(log, 'utf8')).split('\n') }
}

t.test(
  'the log is flushed to the disk between its last write and the acknowledgement',
  straceOr,
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-strace-'))
    const { acknowledged, trace } = await traced(
      directory,
      ['-e', 'trace=write,pwrite64,fsync,fdatasync'],
      20
    )
    t.equal(acknowledged.length, 20)
    let dirty = false
    let [flushed, early] = [0, 0]
    for (const line of trace) {
      if (/pwrite64\(.*-wal>/.test(line)) dirty = true
      else if (/f(data)?sync\(.*-wal>.*= 0/.test(line)) dirty = false
      else if (/ write\(1<.*"A traced/.test(line)) {
        flushed++
        if (dirty) early++
      }
    }
    t.equal(flushed, 20, 'every acknowledgement is in the trace')
    t.equal(early, 0, 'none left before its flush')
    await rm(directory, { recursive: true })
  }
)

t.test('a failed flush is never acknowledged, nor is anything after it', straceOr, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-fault-'))
  const { began, acknowledged, refused } = await traced(
    directory,
    ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=40+'],
    60
  )
  t.ok(
    acknowledged.length > 0 && refused.length > 0,
    `${acknowledged.length} acknowledged, ${refused.length} refused`
  )
  t.ok(
    began.indexOf(refused[0] ?? '') >= acknowledged.length,
    'no acknowledgement after the first refusal'
  )
  const store = await openSqliteStore({ directory, now: Date.now })
  const found = await store.read(
    acknowledged.map((batch) => reference('Goal', contentOf(batch).goal)),
    system
  )
  t.equal(found.filter((row) => row !== undefined).length, acknowledged.length)
  await store.close()
  await rm(directory, { recursive: true })
})

t.test(
  'a full disk refuses writes as such, and writing goes on when there is room again',
  straceOr,
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-full-'))
    const { acknowledged, full, refused } = await traced(
      directory,
      ['-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=ENOSPC:when=400..420'],
      60
    )
    t.ok(full.length > 0 && full.length < 60, `${full.length} refused for lack of room`)
    t.same(refused, [])
    t.equal(acknowledged.length + full.length, 60)
    const last = acknowledged.at(-1) ?? ''
    t.ok(
      contentOf(last).number > contentOf(full.at(-1) ?? '').number,
      'the last ones were written again'
    )
    const store = await openSqliteStore({ directory, now: Date.now })
    const found = await store.read(
      acknowledged.map((batch) => reference('Goal', contentOf(batch).goal)),
      system
    )
    t.equal(found.filter((row) => row !== undefined).length, acknowledged.length)
    await store.close()
    await inspect(t, directory)
    await rm(directory, { recursive: true })
  }
)
