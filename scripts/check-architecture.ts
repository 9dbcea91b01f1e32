/** Runs the rules of import-rules.ts over src, and fails when it looked at nothing. */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cruise } from 'dependency-cruiser'
import type { ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { cruiseOptions, importRules, mayImport } from './import-rules.ts'

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
  const modules = result.modules.filter(({ source }) => source.startsWith('src/')).length
  const nothing =
    modules === 0
      ? [
          {
            rule: 'looked-at-nothing',
            text: 'no module of src was read: is the TypeScript version one that dependency-cruiser supports?'
          }
        ]
      : []
  return { modules, findings: [...violations, ...folderFindings(root), ...nothing] }
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

/** A new folder needs a line in the table and a README that tells its job. */
const folderFindings = (root: string): Finding[] => {
  const folders = existsSync(join(root, 'src'))
    ? readdirSync(join(root, 'src'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : []
  return folders.flatMap((name) => [
    ...(name in mayImport
      ? []
      : [
          {
            rule: 'folder-in-table',
            text: `src/${name} is not in mayImport of scripts/import-rules.ts`
          }
        ]),
    ...(existsSync(join(root, 'src', name, 'README.md'))
      ? []
      : [{ rule: 'folder-readme', text: `src/${name} has no README.md` }])
  ])
}

const main = async (): Promise<void> => {
  const { modules, findings } = await checkArchitecture(resolve(import.meta.dirname, '..'))
  for (const { rule, text } of findings) console.error(`${rule}: ${text}`)
  console.log(`${modules} modules of src, ${findings.length} findings`)
  if (findings.length > 0) process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
