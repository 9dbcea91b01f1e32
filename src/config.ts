/**
 * The process's configuration: PSI_* variables, parsed once. The only reader of the environment.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { parseIssuers } from './auth/issuers/issuer.ts'
import type { Issuer } from './auth/issuers/issuer.ts'
import { nearest } from './fhir/nearest.ts'
import { maskUrl } from './mask-url.ts'

export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly directory: string }
  | { readonly kind: 'mongodb'; readonly uri: string }

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

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

interface Variable<T> {
  readonly name: `PSI_${string}`
  /** As it would stand in the environment; absent: see the description. */
  readonly default?: string
  readonly description: string
  /** What is shown instead of the value. */
  readonly mask?: (value: string) => string
  /** @throws Error that says what is expected */
  readonly parse: (text: string) => T
}

const expected = (what: string): Error => new Error(`expected ${what}`)

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    throw expected(`a whole number from ${least} to ${most}`)
  }

const choice =
  <T extends string>(values: readonly T[]) =>
  (text: string): T => {
    const found = values.find((value) => value === text)
    if (found === undefined) throw expected(`one of ${values.join(', ')}`)
    return found
  }

const storeLocation = (text: string): StoreLocation => {
  if (/^sqlite:.+/.test(text)) return { kind: 'sqlite', directory: text.slice('sqlite:'.length) }
  if (/^mongodb(\+srv)?:\/\/.+/.test(text)) return { kind: 'mongodb', uri: text }
  throw expected('sqlite:FOLDER or mongodb://HOST/DATABASE?replicaSet=NAME')
}

const publicAddress = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw expected('an address such as https://psi.example.org, without query')
  }
  return text.replace(/\/+$/, '')
}

const timeZone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw expected('a time zone such as Europe/Brussels')
  }
}

const networks = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((network) => {
      const [address = '', prefix, ...more] = network.split('/')
      const longest = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
      if (
        more.length > 0 ||
        longest < 0 ||
        (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest))
      ) {
        throw expected(
          `addresses or networks such as 10.0.0.0/8, separated by commas, instead of ${JSON.stringify(network)}`
        )
      }
      return network
    })

const issuerFile = (path: string): readonly Issuer[] => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(
      `the file cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'}); expected a JSON file`
    )
  }
  const { issuers, problems } = parseIssuers(text)
  if (problems.length > 0) throw new Error(problems.join('; '))
  return issuers
}

const flag = (text: string): boolean => choice(['true', 'false'])(text) === 'true'

/** In the order of `psi-fhir config` and of the documentation. */
const variables = {
  store: {
    name: 'PSI_STORE',
    default: 'sqlite:./psi-data',
    description: 'Where data is: sqlite:FOLDER, or mongodb://… of a replica set',
    mask: maskUrl,
    parse: storeLocation
  },
  host: {
    name: 'PSI_HOST',
    default: '127.0.0.1',
    description: 'Address to listen on',
    parse: (text: string): string => text
  },
  port: {
    name: 'PSI_PORT',
    default: '8080',
    description: 'Port to listen on; 0: any free one',
    parse: whole(0, 65_535)
  },
  publicUrl: {
    name: 'PSI_PUBLIC_URL',
    description: 'Address that clients use, for links and tokens; without it http://HOST:PORT',
    mask: maskUrl,
    parse: publicAddress
  },
  timeZone: {
    name: 'PSI_TIME_ZONE',
    default: 'Europe/Brussels',
    description: 'Zone of search dates that name none',
    parse: timeZone
  },
  logLevel: {
    name: 'PSI_LOG_LEVEL',
    default: 'info',
    description: logLevels.join(', '),
    parse: choice(logLevels)
  },
  trustedProxies: {
    name: 'PSI_TRUSTED_PROXIES',
    default: '',
    description:
      'Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas',
    parse: networks
  },
  issuers: {
    name: 'PSI_ISSUERS',
    description: 'JSON file of external issuers whose access tokens are accepted; without it none',
    parse: issuerFile
  },
  tokenLifetime: {
    name: 'PSI_TOKEN_LIFETIME',
    default: '300',
    description: 'Seconds that an access token lives',
    parse: whole(10, 300)
  },
  bodyLimit: {
    name: 'PSI_BODY_LIMIT',
    default: '20000000',
    description: 'Bytes of the longest request body',
    parse: whole(1000, 200_000_000)
  },
  bundleLimit: {
    name: 'PSI_BUNDLE_LIMIT',
    default: '2000',
    description: 'Entries of the longest batch or transaction',
    parse: whole(1, 20_000)
  },
  pageSize: {
    name: 'PSI_PAGE_SIZE',
    default: '50',
    description: 'Resources per page when _count is absent',
    parse: whole(1, 1000)
  },
  pageLimit: {
    name: 'PSI_PAGE_LIMIT',
    default: '1000',
    description: 'Most resources per page, whatever _count says',
    parse: whole(1, 5000)
  },
  reviewMonths: {
    name: 'PSI_REVIEW_MONTHS',
    default: '3',
    description: 'Months without a meeting after which $caseload counts a user',
    parse: whole(1, 60)
  },
  allowOldMongodb: {
    name: 'PSI_ALLOW_OLD_MONGODB',
    default: 'false',
    description: 'true: accept a MongoDB without the fix of CVE-2025-14847 beyond loopback',
    parse: flag
  }
} as const satisfies { readonly [K in keyof Config]: Variable<Config[K]> }

type Key = keyof Config
const keys = Object.keys(variables) as Key[]
const names = keys.map((key) => variables[key].name as string)

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

const unknownNames = (environment: Environment): readonly string[] =>
  Object.keys(environment)
    .filter((name) => !foreign(name) && !names.includes(name))
    .map((name) => {
      const similar = nearest(name, names)
      return `${name} is not known; ${similar === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${similar}?`}`
    })

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
  const problems = [...unknownNames(environment)]
  const values = Object.fromEntries(
    keys.map((key) => {
      const variable: Variable<unknown> = variables[key]
      const text = textOf(environment, variable)
      try {
        return [key, text === undefined ? absent[key as keyof typeof absent] : variable.parse(text)]
      } catch (error) {
        problems.push(
          `${variable.name} is ${JSON.stringify(variable.mask?.(text ?? '') ?? text)}; ${error instanceof Error ? error.message : String(error)}`
        )
        return [key, undefined]
      }
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
