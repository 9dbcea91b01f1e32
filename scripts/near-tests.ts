/**
 * Runs all test files but the slow ones: `npm run test:near [-- tap's own arguments]`, for the
 * minutes between two thoughts. What is left out here runs in `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Ten files that take most of the time: whole servers, kills, random worlds, a package. */
export const slowTests: readonly string[] = [
  'test/access/consent-oracle.test.ts',
  'test/access/non-interference.test.ts',
  'test/access/races.test.ts',
  'test/exchange/exchange.test.ts',
  'test/interactions/hostile.test.ts',
  'test/packaging/architecture.test.ts',
  'test/packaging/docker.test.ts',
  'test/storage/kill.test.ts',
  'test/storage/mongo-kill.test.ts',
  'test/storage/mongo.test.ts'
]

const root = resolve(import.meta.dirname, '..')
const gone = slowTests.filter((path) => !existsSync(join(root, path)))
if (gone.length > 0) throw new Error(`slow tests that are not there: ${gone.join(', ')}`)

const near = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((path) => join('test', path))
  .filter((path) => path.endsWith('.test.ts') && !slowTests.includes(path))
  .sort()

const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/tap/dist/esm/run.mjs'), ...near, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' }
)
process.exitCode = status ?? 1
