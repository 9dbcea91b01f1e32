/**
 * Changes single operators at random and tells which changes no test notices:
 * `npm run mutate [-- --seed N] [--room access|wire] [--count N]`. Half an hour on two cores; not
 * part of the suite. docs/mutations.md holds the survivors with their reasons.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { candidatesIn } from './mutate/candidates.ts'
import type { Mutant } from './mutate/candidates.ts'
import { environment, openBench, patience } from './mutate/judge.ts'
import type { Bench, Verdict } from './mutate/judge.ts'
import { runTestFile } from './test-file.ts'

interface Room {
  readonly folders: readonly string[]
  readonly tests: readonly string[]
  readonly count: number
  /** Per cent of the changes that must be noticed. */
  readonly aim: number
}

const rooms: Readonly<Record<string, Room>> = {
  access: {
    folders: ['src/access'],
    tests: ['access', 'operations', 'audit', 'interactions', 'exchange', 'cli'],
    count: 65,
    aim: 95
  },
  wire: {
    folders: ['src/http', 'src/exchange', 'src/interactions'],
    tests: ['http', 'interactions', 'exchange', 'operations', 'audit', 'access', 'auth'],
    count: 36,
    aim: 80
  }
}

const root = resolve(import.meta.dirname, '..')
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, so that a seed repeats a run. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed % 2 ** 31
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state / 2 ** 31
  }
}

const sample = (room: Room, count: number, seed: number): readonly Mutant[] => {
  const files = execFileSync('git', ['ls-files', ...room.folders], { cwd: root, encoding: 'utf8' })
  const all = files
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => candidatesIn(file, readFileSync(join(root, file), 'utf8')))
  const random = randomFrom(seed)
  const picked = new Set<Mutant>()
  while (picked.size < Math.min(count, all.length)) {
    const one = all[Math.floor(random() * all.length)]
    if (one !== undefined) picked.add(one)
  }
  return [...picked]
}

const testsIn = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, 'test', folder), { encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/${folder}/${name}`)
  )

/**
 * Runs each file on the code as it is, two at a time: it must pass, and its time tells the order.
 */
const quickestFirst = async (tests: readonly string[]): Promise<readonly string[]> => {
  const queue = [...tests]
  const times: { readonly test: string; readonly seconds: number }[] = []
  const work = async (): Promise<void> => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const { passed, seconds } = await runTestFile(root, test, environment, patience)
      if (!passed) throw new Error(`${test} fails on the code as it is: mend that first`)
      times.push({ test, seconds })
    }
  }
  await Promise.all([work(), work()])
  return times.sort((a, b) => a.seconds - b.seconds).map(({ test }) => test)
}

const shown = ({ file, line, before, after }: Mutant): string =>
  `${file}:${line}: ${before} → ${after}`

/** Judges what is left of the queue until it is empty, on each bench. */
const judgeAll = async (
  mutants: readonly Mutant[],
  benches: readonly Bench[]
): Promise<readonly Verdict[]> => {
  const queue = [...mutants]
  const verdicts: Verdict[] = []
  const work = async (bench: Bench): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const verdict = await bench.judge(next)
      verdicts.push(verdict)
      const told = verdict.by === undefined ? 'SURVIVED' : `noticed by ${verdict.by}`
      const place = `${String(verdicts.length)}/${String(mutants.length)}`
      say(`${place} ${shown(next)} ${told} (${verdict.seconds.toFixed(0)} s)`)
    }
  }
  await Promise.all(benches.map(work))
  return verdicts
}

const judgeRoom = async (name: string, room: Room, seed: number, count: number): Promise<void> => {
  const mutants = sample(room, count, seed)
  say(`${name}: ${String(mutants.length)} changes, seed ${String(seed)}; control run`)
  const tests = await quickestFirst(testsIn(room.tests))
  const folder = mkdtempSync(join(root, '.cache/mutate-'))
  const benches = [0, 1].map((each) => openBench(root, join(folder, String(each)), tests))
  try {
    const verdicts = await judgeAll(mutants, benches)
    const survivors = verdicts.filter(({ by }) => by === undefined)
    const noticed = verdicts.length - survivors.length
    const share = ((100 * noticed) / verdicts.length).toFixed(1)
    process.stdout.write(
      `${name}: ${String(noticed)} of ${String(verdicts.length)} noticed, ${share} %, ` +
        `aim ${String(room.aim)} %, seed ${String(seed)}\n` +
        survivors.map(({ mutant }) => `  ${shown(mutant)}\n`).join('')
    )
  } finally {
    for (const bench of benches) bench.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    room: { type: 'string' },
    count: { type: 'string' }
  }
})
for (const [name, room] of Object.entries(rooms)) {
  if (values.room !== undefined && values.room !== name) continue
  await judgeRoom(name, room, Number(values.seed), Number(values.count ?? room.count))
}
