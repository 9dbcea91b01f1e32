/**
 * Who may import whom (docs/architecture.md), as rules for dependency-cruiser. What is not listed
 * may not be imported, and what is listed must be.
 */
import type { ICruiseOptions, IFlattenedRuleSet } from 'dependency-cruiser'

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number]

const port = ['storage/store.ts']
const adapter = [
  ...['storage/store.ts', 'storage/group-commit.ts', 'storage/leases.ts', 'search/query.ts', 'fhir']
]

/**
 * Each room of src, and what it may import beside itself: rooms, or a single file of one. The
 * files that lie beside the rooms have rows as well. A room inside a room has a row of its own.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  fhir: [],
  psi: ['fhir'],
  definitions: ['fhir'],
  fhirpath: ['definitions', 'fhir'],
  search: ['fhirpath', 'definitions', 'fhir'],
  validation: ['fhirpath', 'definitions', 'psi', 'fhir'],
  storage: ['search/query.ts', 'psi', 'fhir'],
  'storage/sqlite': adapter,
  'storage/mongo': adapter,
  // access/who/actors.ts: one row a kind of user. storage/record-kinds.ts: one a kind of record.
  audit: [...port, 'access/who/actors.ts', 'auth/caller.ts', 'psi', 'fhir'],
  auth: [...port, 'storage/record-kinds.ts', 'access/who/actors.ts', 'shape.ts', 'psi', 'fhir'],
  access: [
    ...[...port, 'storage/record-kinds.ts', 'auth/caller.ts', 'audit', 'search/query.ts'],
    ...['definitions', 'psi', 'fhir']
  ],
  exchange: [
    ...['access/guarded-store.ts', 'auth/caller.ts', ...port],
    ...['search/query.ts', 'definitions', 'fhir']
  ],
  interactions: [
    ...['exchange', 'access/guarded-store.ts', 'auth/caller.ts', 'audit/shape.ts', ...port],
    ...['search', 'definitions', 'psi', 'fhir']
  ],
  operations: [
    ...['exchange', 'access/guarded-store.ts', 'access/decision/explain.ts', 'auth/caller.ts'],
    ...['search/query.ts', 'psi', 'fhir']
  ],
  jobs: [...port, 'storage/record-kinds.ts', 'search/query.ts', 'fhir'],
  http: [
    ...['exchange', 'interactions', 'operations', 'auth', 'access/guarded-store.ts'],
    ...['definitions', 'fhir']
  ],
  cli: [
    ...['server.ts', 'config.ts', 'log.ts', 'mask-url.ts', 'shape.ts', 'auth', 'access', 'audit'],
    ...[...port, 'jobs', 'search', 'definitions', 'psi', 'fhir']
  ],
  'shape.ts': ['fhir'],
  'variables.ts': ['auth/issuers/issuer.ts', 'mask-url.ts', 'shape.ts'],
  'config.ts': ['auth/issuers/issuer.ts', 'variables.ts', 'shape.ts'],
  'mask-url.ts': [],
  'log.ts': ['variables.ts', 'fhir'],
  'app.ts': [
    ...['http', 'exchange', 'interactions', 'operations', 'auth', 'search/query.ts'],
    ...['definitions', 'fhir']
  ],
  'assemble.ts': [
    ...['app.ts', 'config.ts', 'http', 'operations', 'auth', 'access', 'audit', ...port],
    ...['jobs', 'validation', 'search', 'definitions', 'fhir']
  ],
  // The only file that names a store adapter.
  'server.ts': [
    ...['assemble.ts', 'app.ts', 'config.ts', 'auth', ...port],
    ...['storage/sqlite/open.ts', 'storage/mongo/open.ts', 'fhir']
  ]
}

/** Packages with an owner: nobody else imports them, so each can be replaced in one place. */
const owners: Readonly<Record<string, readonly string[]>> = {
  fastify: ['src/http/', 'src/app.ts'],
  ajv: ['src/shape.ts'],
  'ipaddr.js': ['src/auth/issuers/address-range.ts'],
  jose: ['src/auth/', 'src/cli/'],
  mongodb: ['src/storage/mongo/'],
  '@photostructure/sqlite': ['src/storage/sqlite/'],
  'node:sqlite': ['src/storage/sqlite/'],
  fhirpath: ['src/fhirpath/engine.ts'],
  rfc6902: ['src/interactions/'],
  negotiator: ['src/http/request/preference.ts'],
  commander: ['src/cli/'],
  'cli-progress': ['src/cli/'],
  'cli-table3': ['src/cli/table.ts'],
  picocolors: ['src/cli/'],
  'pino-pretty': ['src/log.ts']
}

const under = (paths: readonly string[]): string =>
  `^(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})`
const pathOf = (name: string): string => `src/${name}${name.endsWith('.ts') ? '' : '/'}`
const packageNamed = (name: string): string =>
  name.startsWith('node:')
    ? `^(node:)?${name.slice(5)}$`
    : `(^|node_modules/)${name.replaceAll('.', '\\.')}($|/)`

/** Rooms inside `room` that have a row of their own: its row does not speak for them. */
const within = (room: string): string[] =>
  Object.keys(mayImport).filter((other) => other.startsWith(`${room}/`))

/** The row that speaks for a file of src. */
export const roomOf = (path: string): string | undefined =>
  Object.keys(mayImport)
    .filter((room) => path.startsWith(pathOf(room)))
    .sort((a, b) => b.length - a.length)[0]

/** Whether what a row lists covers a file. */
const covers = (name: string, path: string): boolean =>
  path.startsWith(pathOf(name)) && (name.endsWith('.ts') || roomOf(path) === name)

const roomRules = Object.entries(mayImport).map(([room, allowed]): Rule => ({
  name: `${room.replace('/', '-')}-imports`,
  severity: 'error',
  from: {
    path: under([pathOf(room)]),
    ...(within(room).length > 0 && { pathNot: under(within(room).map(pathOf)) })
  },
  to: { path: '^src/', pathNot: under([room, ...allowed].map(pathOf)) }
}))

const ownerRules = Object.entries(owners).map(([name, paths]): Rule => ({
  name: `owner-of-${name.replace(/^@/, '').replace(/[/:]/, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: under(paths) },
  to: { path: packageNamed(name) }
}))

const otherRules: readonly Rule[] = [
  // Outside storage/ the port, and the names of what it keeps, are all there is; server.ts alone
  // names an adapter.
  {
    name: 'storage-port-only',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/(storage/|server\\.ts$)' },
    to: { path: '^src/storage/', pathNot: '^src/storage/(store|record-kinds)\\.ts$' }
  },
  {
    name: 'adapters-apart',
    severity: 'error',
    from: { path: '^src/storage/(sqlite|mongo)/' },
    to: { path: '^src/storage/(sqlite|mongo)/', pathNot: '^src/storage/$1/' }
  },
  {
    name: 'port-without-adapters',
    severity: 'error',
    from: { path: '^src/storage/[^/]+\\.ts$' },
    to: { path: '^src/storage/(sqlite|mongo)/' }
  },
  // What makes a GuardedStore, and what sees everything, stays in access/.
  {
    name: 'guard-made-in-access',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/(access/|cli/|assemble\\.ts$)' },
    to: { path: '^src/access/(guard|who/system)\\.ts$' }
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
  forbidden: [...roomRules, ...ownerRules, ...otherRules]
}

export interface Import {
  readonly from: string
  readonly to: string
}

/** Permissions of the table that no import of src uses, as `room → permission`. */
export const unusedPermissions = (imports: readonly Import[]): readonly string[] =>
  Object.entries(mayImport).flatMap(([room, allowed]) =>
    allowed
      .filter((name) => !imports.some(({ from, to }) => roomOf(from) === room && covers(name, to)))
      .map((name) => `${room} → ${name}`)
  )

/** Packages whose owners never import them, as `package`. */
export const unusedOwners = (imports: readonly Import[]): readonly string[] =>
  Object.entries(owners)
    // Not every Node has every module of its own: what is absent resolves to nothing.
    .filter(([name]) => !name.startsWith('node:'))
    .flatMap(([name, paths]) =>
      paths
        .filter(
          (path) =>
            !imports.some(
              ({ from, to }) => from.startsWith(path) && new RegExp(packageNamed(name)).test(to)
            )
        )
        .map((path) => `${path} → ${name}`)
    )

export const cruiseOptions: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  // Type-only imports count: a type is a dependency of the reader as well.
  tsPreCompilationDeps: true
}
