/**
 * Who may import whom (docs/architecture.md), as rules for dependency-cruiser. What is not listed
 * may not be imported.
 */
import type { ICruiseOptions, IFlattenedRuleSet } from 'dependency-cruiser'

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number]

/**
 * Each folder of src, and what it may import beside itself: folders, or a single file of one.
 * `storage` means the port, src/storage/store.ts, except for the folder itself.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  http: [
    'exchange',
    'interactions',
    'operations',
    'auth',
    'access',
    'definitions',
    'search/query.ts',
    'psi',
    'fhir'
  ],
  auth: ['storage', 'psi', 'fhir'],
  operations: [
    'exchange',
    'interactions',
    'access',
    'auth/caller.ts',
    'search',
    'validation',
    'storage',
    'definitions',
    'psi',
    'fhir'
  ],
  exchange: [
    'access',
    'auth/caller.ts',
    'audit/shape.ts',
    'search',
    'storage',
    'definitions',
    'psi',
    'fhir'
  ],
  interactions: [
    'exchange',
    'access',
    'auth/caller.ts',
    'audit/shape.ts',
    'search',
    'validation',
    'storage',
    'definitions',
    'psi',
    'fhir'
  ],
  access: ['auth/caller.ts', 'audit', 'search', 'storage', 'definitions', 'psi', 'fhir'],
  audit: ['auth/caller.ts', 'storage', 'psi', 'fhir'],
  validation: ['fhirpath', 'definitions', 'psi', 'fhir'],
  search: ['fhirpath', 'definitions', 'psi', 'fhir'],
  fhirpath: ['definitions', 'fhir'],
  storage: ['search', 'psi', 'fhir'],
  psi: ['fhir'],
  definitions: ['psi', 'fhir'],
  fhir: [],
  cli: [
    'server.ts',
    'app.ts',
    'config.ts',
    'mask-url.ts',
    'log.ts',
    'http',
    'operations',
    'exchange',
    'interactions',
    'auth',
    'access',
    'audit',
    'validation',
    'search',
    'storage',
    'definitions',
    'psi',
    'fhir'
  ]
}

/** Packages with an owner: nobody else imports them, so each can be replaced in one place. */
const owners: Readonly<Record<string, readonly string[]>> = {
  fastify: ['src/http/', 'src/app.ts'],
  jose: ['src/auth/', 'src/cli/'],
  mongodb: ['src/storage/mongo/'],
  '@photostructure/sqlite': ['src/storage/sqlite/'],
  'node:sqlite': ['src/storage/sqlite/'],
  fhirpath: ['src/fhirpath/engine.ts'],
  rfc6902: ['src/interactions/'],
  commander: ['src/cli/'],
  'cli-progress': ['src/cli/'],
  'cli-table3': ['src/cli/'],
  picocolors: ['src/cli/'],
  'pino-pretty': ['src/server.ts', 'src/log.ts']
}

const under = (paths: readonly string[]): string =>
  `^(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})`
const pathsOf = (names: readonly string[]): string[] =>
  names.map((name) => (name.endsWith('.ts') ? `src/${name}` : `src/${name}/`))
const packageNamed = (name: string): string =>
  name.startsWith('node:') ? `^(node:)?${name.slice(5)}$` : `(^|node_modules/)${name}($|/)`

const folderRules = Object.entries(mayImport).map(([folder, allowed]): Rule => ({
  name: `${folder}-imports`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: under(pathsOf([folder, ...allowed])) }
}))

const ownerRules = Object.entries(owners).map(([name, paths]): Rule => ({
  name: `owner-of-${name.replace(/^@/, '').replace(/[/:]/, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: under(paths) },
  to: { path: packageNamed(name) }
}))

const otherRules: readonly Rule[] = [
  // Outside storage/ the port is all there is; server.ts alone names an adapter.
  {
    name: 'storage-port-only',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/(storage/|server\\.ts$)' },
    to: { path: '^src/storage/', pathNot: '^src/storage/store\\.ts$' }
  },
  {
    name: 'adapters-apart',
    severity: 'error',
    from: { path: '^src/storage/(sqlite|mongo|naive)/' },
    to: { path: '^src/storage/(sqlite|mongo|naive)/', pathNot: '^src/storage/$1/' }
  },
  // What makes a GuardedStore, and what sees everything, stays in access/.
  {
    name: 'guard-made-in-access',
    severity: 'error',
    from: {
      path: under(
        pathsOf([
          'exchange',
          'interactions',
          'operations',
          'search',
          'validation',
          'definitions',
          'audit',
          'auth'
        ])
      )
    },
    to: { path: '^src/access/(guard|system)\\.ts$' }
  },
  { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'product-without-tests',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|fixtures|scripts)/' }
  },
  { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  // What the product imports at run time is in dependencies.
  {
    name: 'runtime-dependency',
    severity: 'error',
    from: { path: '^src/' },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only']
    }
  }
]

export const importRules: IFlattenedRuleSet = {
  forbidden: [...folderRules, ...ownerRules, ...otherRules]
}

export const cruiseOptions: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  // Type-only imports count: a type is a dependency of the reader as well.
  tsPreCompilationDeps: true
}
