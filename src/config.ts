/**
 * The process's configuration: PSI_* variables, parsed once. The only reader of the environment.
 */
import { isIP } from 'node:net'
import type { Issuer } from './auth/issuers/issuer.ts'
import { shapeOf } from './shape.ts'
import { variables as table } from './variables.ts'
import type { LogLevel, StoreLocation, Variable } from './variables.ts'

export interface Config {
  readonly store: StoreLocation
  readonly host: string
  readonly port: number
  /** Without a final slash. */
  readonly publicUrl: string
  readonly timeZone: string
  readonly logLevel: LogLevel
  /** Addresses or networks whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly issuers: readonly Issuer[]
  /** Seconds. */
  readonly tokenLifetime: number
  /** Bytes. */
  readonly bodyLimit: number
  /** Entries of a batch or transaction. */
  readonly bundleLimit: number
  /** Resources per page when _count is absent, and at most. */
  readonly pageSize: number
  readonly pageLimit: number
  /** Months without a meeting after which $caseload counts a user. */
  readonly reviewMonths: number
  readonly allowOldMongodb: boolean
}

const variables: { readonly [K in keyof Config]: Variable<Config[K]> } = table
type Key = keyof Config
const keys = Object.keys(variables) as Key[]

const aText = { type: 'string', nullable: true } as const
/** Our part of the environment by its names alone. */
const namesShape = shapeOf<Environment>({
  type: 'object',
  required: [],
  properties: Object.fromEntries(keys.map((key) => [variables[key].name, aText])),
  additionalProperties: false
})

/** What the documentation says of each variable. */
export const variableTable: readonly {
  readonly name: string
  readonly default: string | undefined
  readonly description: string
}[] = keys.map((key) => {
  const variable: Variable<unknown> = variables[key]
  return { name: variable.name, default: variable.default, description: variable.description }
})

/** Every problem at once; the message has one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The tests' own variables live in the same environment. */
const foreign = (name: string): boolean => !name.startsWith('PSI_') || name.startsWith('PSI_TEST_')

const namesIn = (environment: Environment): readonly string[] => {
  const ours = Object.entries(environment).filter(([name]) => !foreign(name))
  return namesShape.judge(Object.fromEntries(ours)).problems ?? []
}

/** An empty variable counts as absent: that is how compose files leave one out. */
const textOf = (
  environment: Environment,
  { name, default: otherwise }: Variable<unknown>
): string | undefined =>
  environment[name] === undefined || environment[name] === '' ? otherwise : environment[name]

/** A server on every address is reached on this machine by the loopback one. */
export const localAddress = ({ host, port }: Pick<Config, 'host' | 'port'>): string =>
  `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : isIP(host) === 6 ? `[${host}]` : host}:${port}`
const absent: Pick<Config, 'publicUrl' | 'issuers'> = { publicUrl: '', issuers: [] }

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

const rulesBetween = (config: Config): readonly string[] =>
  config.pageSize > config.pageLimit
    ? [`PSI_PAGE_SIZE is ${config.pageSize}; expected at most PSI_PAGE_LIMIT, ${config.pageLimit}`]
    : []

/**
 * @param overrides what a command decides whatever the environment says
 * @throws ConfigError with every problem
 */
export const readConfig = (
  given: Environment = process.env,
  overrides: Environment = {}
): Config => {
  const environment = { ...given, ...overrides }
  const problems = [...namesIn(environment)]
  const values = Object.fromEntries(
    keys.map((key) => {
      const variable: Variable<unknown> = variables[key]
      const text = textOf(environment, variable)
      if (text === undefined) return [key, absent[key as keyof typeof absent]]
      const judged = variable.parse(text, variable.name)
      problems.push(...(judged.problems ?? []))
      return [key, judged.value]
    })
  ) as unknown as Config
  if (problems.length > 0) throw new ConfigError(problems)
  const between = rulesBetween(values)
  if (between.length > 0) throw new ConfigError(between)
  return deepFreeze({
    ...values,
    publicUrl: values.publicUrl === '' ? localAddress(values) : values.publicUrl
  })
}

export interface ConfigLine {
  readonly name: string
  readonly value: string
  readonly origin: 'environment' | 'default'
  readonly description: string
}

/** What `psi-fhir config` shows: value, with secrets masked, and where it came from. */
export const describeConfig = (environment: Environment = process.env): readonly ConfigLine[] =>
  keys.map((key) => {
    const variable: Variable<unknown> = variables[key]
    const text = textOf(environment, variable)
    const value = text ?? (key === 'publicUrl' ? readConfig(environment).publicUrl : '')
    const given = environment[variable.name] !== undefined && environment[variable.name] !== ''
    return {
      name: variable.name,
      value: variable.mask?.(value) ?? value,
      origin: given ? 'environment' : 'default',
      description: variable.description
    }
  })
