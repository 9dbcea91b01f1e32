/** The import rules report what they forbid: each case is a small tree with one wrong import. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import { checkArchitecture } from '../../scripts/check-architecture.ts'
import { unusedOwners, unusedPermissions } from '../../scripts/import-rules.ts'

const root = resolve(import.meta.dirname, '../..')
// Under the project's own folder, so that packages resolve as they do for src.
const scratch = join(root, '.cache', `architecture-${process.pid}`)
t.teardown(() => {
  rmSync(scratch, { recursive: true, force: true })
})

/** Rules that a small tree always breaks; they have tests of their own. */
const ofWholeTrees = ['folder-readme', 'unused-permission', 'unused-owner']

let trees = 0
const rulesBrokenBy = async (
  files: Readonly<Record<string, string>>
): Promise<readonly string[]> => {
  const tree = join(scratch, String(++trees))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const { findings } = await checkArchitecture(tree)
  return [...new Set(findings.map(({ rule }) => rule))]
    .filter((rule) => !ofWholeTrees.includes(rule))
    .sort()
}

const storeFile = {
  'src/storage/store.ts': 'export interface Store { readonly close: () => void }\n'
}
const openFile = { 'src/storage/mongo/open.ts': 'export const open = (): number => 1\n' }

t.test('an allowed import is no finding', async (t) => {
  t.same(
    await rulesBrokenBy({
      ...storeFile,
      'src/interactions/read/read.ts':
        "import type { Store } from '../../storage/store.ts'\nexport type S = Store\n"
    }),
    []
  )
  t.same(
    await rulesBrokenBy({
      'src/storage/sqlite/open.ts': 'export const open = 1\n',
      'src/server.ts':
        "export const start = async (): Promise<unknown> => await import('./storage/sqlite/open.ts')\n"
    }),
    [],
    'server.ts opens a store'
  )
})

/** What the tree is about, its files, and the rules that it breaks. */
type Case = readonly [string, Readonly<Record<string, string>>, readonly string[]]
const cases: readonly Case[] = [
  [
    'fhir imports a type of search',
    {
      'src/search/query.ts': 'export type Query = string\n',
      'src/fhir/resource.ts':
        "import type { Query } from '../search/query.ts'\nexport type R = Query\n"
    },
    ['fhir-imports']
  ],
  [
    'a handler imports the MongoDB adapter',
    {
      ...openFile,
      'src/interactions/read/read.ts':
        "import { open } from '../../storage/mongo/open.ts'\nexport const read = open\n"
    },
    ['interactions-imports', 'storage-port-only']
  ],
  [
    'app.ts names an adapter',
    {
      ...openFile,
      'src/app.ts': "import { open } from './storage/mongo/open.ts'\nexport const app = open\n"
    },
    ['app.ts-imports', 'storage-port-only']
  ],
  [
    'one adapter imports the other',
    {
      ...openFile,
      'src/storage/sqlite/open.ts':
        "import { open } from '../mongo/open.ts'\nexport const other = open\n"
    },
    ['adapters-apart', 'storage-sqlite-imports']
  ],
  [
    'a handler makes its own guard',
    {
      'src/access/guard.ts': 'export const guard = 1\n',
      'src/operations/everything.ts':
        "import { guard } from '../access/guard.ts'\nexport const everything = guard\n"
    },
    ['guard-made-in-access', 'operations-imports']
  ],
  [
    'a handler imports fastify',
    {
      'src/interactions/read/read.ts':
        "import { fastify } from 'fastify'\nexport const read = fastify\n"
    },
    ['owner-of-fastify']
  ],
  [
    'a handler imports the MongoDB driver',
    {
      'src/access/decision/grants.ts':
        "import { MongoClient } from 'mongodb'\nexport const client = MongoClient\n"
    },
    ['owner-of-mongodb']
  ],
  [
    'app.ts imports SQLite',
    {
      'src/app.ts':
        "import { DatabaseSync } from '@photostructure/sqlite'\nexport const open = DatabaseSync\n"
    },
    ['owner-of-photostructure-sqlite']
  ],
  [
    'a second file imports fhirpath',
    {
      'src/validation/invariants.ts':
        "import fhirpath from 'fhirpath'\nexport const path = fhirpath\n"
    },
    ['owner-of-fhirpath']
  ],
  [
    'two files import each other',
    {
      'src/fhir/a.ts': "import { b } from './b.ts'\nexport const a = (): unknown => b\n",
      'src/fhir/b.ts': "import { a } from './a.ts'\nexport const b = (): unknown => a\n"
    },
    ['no-circular']
  ],
  [
    'src imports a test',
    {
      'test/world.ts': 'export const world = 1\n',
      'src/fhir/a.ts': "import { world } from '../../test/world.ts'\nexport const a = world\n"
    },
    ['product-without-tests']
  ],
  [
    'an import leads nowhere',
    { 'src/fhir/a.ts': "import { b } from './gone.ts'\nexport const a = b\n" },
    ['no-unresolvable']
  ],
  [
    'src imports a development package',
    {
      'src/fhir/a.ts': "import { stringify } from 'yaml'\nexport const a = stringify\n",
      'package.json': '{"devDependencies":{"yaml":"2"}}'
    },
    ['runtime-dependency']
  ],
  [
    'a folder is not in the table',
    { 'src/helpers/a.ts': 'export const a = 1\n' },
    ['folder-in-table']
  ],
  ['no module at all', { 'test/a.ts': 'export const a = 1\n' }, ['looked-at-nothing']]
]

t.test('each forbidden import is reported by its rule', async (t) => {
  // Where Node has no such module it is unresolvable as well.
  t.ok(
    (
      await rulesBrokenBy({
        'src/app.ts':
          "import { DatabaseSync } from 'node:sqlite'\nexport const open = DatabaseSync\n"
      })
    ).includes('owner-of-node-sqlite'),
    "app.ts imports Node's SQLite"
  )
  for (const [name, files, rules] of cases) t.same(await rulesBrokenBy(files), rules, name)
})

t.test('a folder of src without README is reported', async (t) => {
  const tree = join(scratch, 'readme')
  mkdirSync(join(tree, 'src/fhir'), { recursive: true })
  writeFileSync(join(tree, 'src/fhir/a.ts'), 'export const a = 1\n')
  const { findings, modules } = await checkArchitecture(tree)
  t.equal(modules, 1)
  t.same(
    findings.map(({ rule }) => rule).filter((rule) => !rule.startsWith('unused-')),
    ['folder-readme']
  )
})

t.test('what the table permits and nobody imports is reported', async (t) => {
  const imports = [
    { from: 'src/psi/data-class.ts', to: 'src/fhir/resource.ts' },
    { from: 'src/storage/sqlite/open.ts', to: 'src/storage/store.ts' }
  ]
  t.notOk(unusedPermissions(imports).includes('psi → fhir'), 'an import uses its permission')
  t.ok(unusedPermissions([]).includes('psi → fhir'), 'nothing uses it')
  t.ok(
    unusedPermissions(imports).includes('storage → psi'),
    'a room does not speak for the room around it'
  )
  t.ok(unusedOwners([]).includes('src/http/ → fastify'))
  t.notOk(
    unusedOwners([
      { from: 'src/http/exchange.ts', to: 'node_modules/fastify/fastify.d.ts' }
    ]).includes('src/http/ → fastify')
  )
})

t.test('a folder over sixteen files is reported', async (t) => {
  const files = (count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`src/fhir/a${i}.ts`, `export const a = ${i}\n`])
    )
  t.same(await rulesBrokenBy(files(16)), [])
  t.same(await rulesBrokenBy(files(17)), ['crowded-room'])
})
