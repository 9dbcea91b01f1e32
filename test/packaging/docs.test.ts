/**
 * What the documents say is so: links lead somewhere, tables equal their sources, commands exist.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import { withConfigurationTable } from '../../scripts/configuration-table.ts'
import { variableTable } from '../../src/config.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  license: string
  files: string[]
}

const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : markdownIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'src', 'fixtures', 'profiles']
    .filter((name) => existsSync(join(root, name)))
    .flatMap(markdownIn)
]

/** Paths from the root, of what a document links to in this project. */
const linksOf = (document: string): string[] =>
  [...read(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(document), target).replace(/\/$/, ''))

t.test('every link between documents leads to a file', async (t) => {
  t.ok(documents.length > 5)
  for (const document of documents) {
    for (const target of linksOf(document)) {
      t.ok(existsSync(join(root, target)), `${document} links to ${target}`)
    }
  }
})

t.test(
  'the README tells every PSI_* variable, its default and its meaning, as config.ts does',
  async (t) => {
    const readme = read('README.md')
    t.equal(
      readme,
      withConfigurationTable(readme),
      'npx tsx scripts/configuration-table.ts writes it'
    )
    t.ok(variableTable.length <= 30, 'at most 30 variables')
  }
)

t.test('npm scripts that the documents name exist', async (t) => {
  const toolchain = JSON.parse(read('profiles/toolchain/package.json')) as Pick<
    typeof manifest,
    'scripts'
  >
  const scripts = new Set([...Object.keys(manifest.scripts), ...Object.keys(toolchain.scripts)])
  for (const document of documents) {
    for (const [, run, own] of read(document).matchAll(
      /\bnpm (?:run ([a-z][a-z:]*)|(test|start))\b/g
    )) {
      t.ok(scripts.has(run ?? own ?? ''), `${document}: npm ${run ?? own ?? ''}`)
    }
  }
})

t.test('docs/dependencies.md lists the runtime dependencies, no more and no fewer', async (t) => {
  const rows = [
    ...(read('docs/dependencies.md')
      .split('## Rules')[0]
      ?.matchAll(/^\| ([@a-z0-9./-]+) \|/gm) ?? [])
  ]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'package')
  t.same(rows.sort(), Object.keys(manifest.dependencies).sort())
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    t.match(version, /^\d+\.\d+\.\d+$/, `${name} has an exact version`)
  }
})

t.test('the licence is the one that package.json names', async (t) => {
  t.equal(manifest.license, 'Apache-2.0')
  t.match(
    read('LICENSE'),
    /Apache License\s+Version 2\.0, January 2004[\s\S]+END OF TERMS AND CONDITIONS/
  )
})

t.test('links of the documents that are packed lead to what is packed', async (t) => {
  const { files } = manifest
  const packed = (path: string): boolean =>
    path === 'package.json' ||
    files.some((name) => path === name || path.startsWith(`${name.replace(/\/$/, '')}/`)) ||
    files.some((name) => name.startsWith(`${path}/`))
  const shipped = documents.filter(packed)
  t.ok(shipped.includes('README.md') && shipped.includes('docs/architecture.md'))
  t.notOk(packed('src/server.ts'), 'sources are not packed')
  for (const document of shipped) {
    for (const target of linksOf(document)) t.ok(packed(target), `${document} links to ${target}`)
  }
})

t.test('files that the architecture and the READMEs of the rooms name are there', async (t) => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map(
    (path) => join('src', path)
  )
  const rooms = documents.filter((path) => path.startsWith('src/'))
  let named = 0
  for (const document of ['docs/architecture.md', ...rooms]) {
    const room = dirname(document)
    for (const [, name = ''] of read(document).matchAll(/`((?:[\w.-]+\/)*[\w-]+\.ts)`/g)) {
      named++
      const inRoom = sources.some((path) => path.startsWith(room) && path.endsWith(`/${name}`))
      const fromTop = [name, join('src', name)].some((path) => existsSync(join(root, path)))
      t.ok(inRoom || fromTop, `${document} names ${name}`)
    }
  }
  t.ok(named > 60, `${named} files named`)
})
