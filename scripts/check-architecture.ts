/** Runs the rules of import-rules.ts over src, and fails when it looked at nothing. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cruise } from 'dependency-cruiser'
import type { ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import {
  cruiseOptions,
  importRules,
  roomOf,
  unusedOwners,
  unusedPermissions
} from './import-rules.ts'
import type { Import } from './import-rules.ts'

export interface Finding {
  readonly rule: string
  readonly text: string
}
export interface Outcome {
  readonly modules: number
  readonly findings: readonly Finding[]
}

const entries = ['src', 'test', 'scripts']

/** @param root folder that holds src/, test/ and scripts/ */
export const checkArchitecture = async (root: string): Promise<Outcome> => {
  const result = await cruiseTree(root)
  const violations = result.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    text: `${from} → ${to}`
  }))
  const files = result.modules.map(({ source }) => source).filter((path) => path.startsWith('src/'))
  const modules = files.length
  const nothing =
    modules === 0
      ? [
          {
            rule: 'looked-at-nothing',
            text: 'no module of src was read: is the TypeScript version one that dependency-cruiser supports?'
          }
        ]
      : []
  return {
    modules,
    findings: [
      ...violations,
      ...folderFindings(root, files),
      ...crowdedFindings(files),
      ...unusedFindings(importsOf(result)),
      ...nothing
    ]
  }
}

const cruiseTree = async (root: string): Promise<ICruiseResult> => {
  const found = await cruise(
    entries.filter((name) => existsSync(join(root, name))),
    { ...cruiseOptions, ruleSet: importRules, validate: true, baseDir: root },
    {
      extensions: ['.ts', '.js', '.d.ts', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default']
    },
    { tsConfig: extractTSConfig(join(import.meta.dirname, '../tsconfig.json')) }
  )
  if (typeof found.output === 'string') {
    throw new Error('dependency-cruiser answered with text, expected its result object')
  }
  return found.output
}

const importsOf = ({ modules }: ICruiseResult): readonly Import[] =>
  modules
    .filter(({ source }) => source.startsWith('src/'))
    .flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => ({ from: source, to: resolved }))
    )

/** What the table permits and nobody needs would let the next wrong import pass. */
const unusedFindings = (imports: readonly Import[]): Finding[] => [
  ...unusedPermissions(imports).map((text) => ({ rule: 'unused-permission', text })),
  ...unusedOwners(imports).map((text) => ({ rule: 'unused-owner', text }))
]

/** A new room needs a line in the table and a README that tells its job. */
const folderFindings = (root: string, files: readonly string[]): Finding[] => {
  const strangers = files.filter((path) => roomOf(path) === undefined)
  const rooms = new Set(files.filter((path) => path.split('/').length > 2).map(topFolder))
  return [
    ...strangers.map((path) => ({
      rule: 'folder-in-table',
      text: `${path} is in no row of mayImport in scripts/import-rules.ts`
    })),
    ...[...rooms]
      .filter((room) => !existsSync(join(root, room, 'README.md')))
      .map((room) => ({ rule: 'folder-readme', text: `${room} has no README.md` }))
  ]
}

const topFolder = (path: string): string => path.split('/').slice(0, 2).join('/')

/** Beyond this a reader no longer sees a folder at a glance: it gets sub-rooms. */
const mostFiles = 16

const crowdedFindings = (files: readonly string[]): Finding[] => {
  const counts = new Map<string, number>()
  for (const path of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > mostFiles)
    .map(([folder, count]) => ({
      rule: 'crowded-room',
      text: `${folder} has ${count} files, expected at most ${mostFiles}: give it sub-rooms`
    }))
}

const main = async (): Promise<void> => {
  const { modules, findings } = await checkArchitecture(resolve(import.meta.dirname, '..'))
  for (const { rule, text } of findings) console.error(`${rule}: ${text}`)
  console.log(`${modules} modules of src, ${findings.length} findings`)
  if (findings.length > 0) process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
