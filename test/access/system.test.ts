/** Who may go round the caller's filter: the list is short, and stands here. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '../..')
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join(root, 'src', path))
  .sort()
const textOf = (file: string): string => readFileSync(file, 'utf8')
const named = (found: readonly string[]): readonly string[] =>
  found.map((file) => relative(root, file))

/** Static and dynamic imports, and re-exports. */
const imported = (file: string): readonly string[] =>
  [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    resolve(dirname(file), path)
  )
const importersOf = (path: string): readonly string[] =>
  named(files.filter((file) => imported(file).includes(join(root, path))))
const holding = (pattern: RegExp): readonly string[] =>
  named(files.filter((file) => pattern.test(textOf(file))))

t.test(
  'the filter that filters nothing is imported by these modules, each for a reason',
  async (t) => {
    t.same(importersOf('src/access/who/system.ts'), [
      'src/access/decision/explain.ts', // tells the operator, not the caller
      'src/access/decision/grants.ts', // consents, teams and roles decide whether or not the caller sees them
      'src/access/write/affected.ts', // whose grants a changed role or house touches
      'src/access/write/followers.ts', // what is told of a changed resource
      'src/access/write/links.ts', // directory entries that gain a patient
      'src/access/write/stamp.ts', // acls of every version about a patient
      'src/assemble.ts', // handed to the job that indexes every resource anew
      'src/cli/client-test.ts', // the operator's own command line, beside the server
      'src/cli/organization.ts',
      'src/cli/register-client.ts',
      'src/cli/reindex/command.ts' // the same job, run by the operator
    ])
  }
)

t.test('no other module makes such a filter', async (t) => {
  t.same(
    holding(/kind:\s*['"`]system['"`]/).filter((file) => file !== 'src/storage/store.ts'),
    ['src/access/who/system.ts']
  )
  t.match(
    textOf(join(root, 'src/storage/store.ts')),
    /readonly kind: 'system' \}/,
    'the port names it as a type'
  )
  t.notMatch(textOf(join(root, 'src/storage/store.ts')), /[^y] kind: 'system'/)
})

t.test('only access makes a guarded store', async (t) => {
  t.same(holding(/\bas (?:unknown as |never as |any as )?GuardedStore\b|<GuardedStore>/), [
    'src/access/guard.ts'
  ])
  t.same(importersOf('src/access/guard.ts'), ['src/assemble.ts', 'src/cli/organization.ts'])
})

t.test('what answers a caller reaches no store but the guarded one', async (t) => {
  const answering = files.filter((file) => /src\/(interactions|operations|http)\//.test(file))
  t.ok(answering.length > 20)
  for (const file of answering) {
    t.notMatch(
      textOf(file),
      /import (?:type )?\{[^}]*\bStore\b[^}]*\} from '[^']*storage\/store\.ts'/,
      relative(root, file)
    )
  }
})
