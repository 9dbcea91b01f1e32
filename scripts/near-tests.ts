/**
 * Runs all test files but the slow ones, for the minute between two thoughts: `npm run test:near
 * [-- part of a path …]`. Prints what a failing file printed. `npm test` runs everything.
 */
import { readdirSync, existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { runTestFile } from './test-file.ts'

/** Whole servers, kills, random worlds, packages. */
const slow: readonly string[] = [
  'test/access/consent-oracle.test.ts',
  'test/access/non-interference.test.ts',
  'test/access/races.test.ts',
  'test/cli/client.test.ts',
  'test/exchange/exchange.test.ts',
  'test/packaging/docker.test.ts',
  'test/storage/kill.test.ts',
  'test/storage/mongo-kill.test.ts',
  'test/storage/mongo.test.ts',
  'test/storage/sqlite.test.ts'
]

const root = resolve(import.meta.dirname, '..')
const patience = 120_000

const near = (parts: readonly string[]): string[] =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('test', path))
    .filter((path) => path.endsWith('.test.ts') && !slow.includes(path))
    .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
    .sort()

const work = async (queue: string[], failed: string[]): Promise<void> => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const { passed, output, seconds } = await runTestFile(root, file, { TAP_BAIL: '0' }, patience)
    if (!passed) failed.push(file)
    const verdict = passed ? 'ok' : 'not ok'
    process.stdout.write(`${passed ? '' : output}${verdict} ${file} ${seconds.toFixed(1)} s\n`)
  }
}

const main = async (): Promise<void> => {
  const gone = slow.filter((path) => !existsSync(join(root, path)))
  if (gone.length > 0) throw new Error(`slow files that are not there: ${gone.join(', ')}`)
  const queue = near(process.argv.slice(2))
  const { length } = queue
  if (length === 0) throw new Error('Found no test file of that name')
  const failed: string[] = []
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(queue, failed)))
  const rest = process.argv.length > 2 ? '' : `; ${String(slow.length)} slow files left out`
  process.stdout.write(`${String(length - failed.length)} of ${String(length)} files pass${rest}\n`)
  if (failed.length > 0) process.exitCode = 1
}

await main()
