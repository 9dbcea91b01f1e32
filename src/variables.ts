/** The PSI_* variables as data: what each means, what it may be, what becomes of its text. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { parseIssuers } from './auth/issuers/issuer.ts'
import type { Issuer } from './auth/issuers/issuer.ts'
import { maskUrl } from './mask-url.ts'
import { quote, shapeOf } from './shape.ts'
import type { Formats, Judged, Schema } from './shape.ts'

export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly directory: string }
  | { readonly kind: 'mongodb'; readonly uri: string }

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const isPublicAddress = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    [url.search, url.hash, url.username, url.password].every((part) => part === '')
  )
}

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format() !== ''
  } catch {
    return false
  }
}

const isNetwork = (text: string): boolean => {
  const [address = '', prefix, ...more] = text.split('/')
  const longest = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest)
  return more.length === 0 && longest > 0 && fits
}

const formats: Formats = {
  'public-address': isPublicAddress,
  'time-zone': isTimeZone,
  network: isNetwork
}

interface Kind<T> {
  /** @param name of the variable, for the problems */
  readonly parse: (text: string, name: string) => Judged<T>
}

export interface Variable<T> extends Kind<T> {
  readonly name: `PSI_${string}`
  /** As it would stand in the environment; absent: see the description. */
  readonly default?: string
  readonly description: string
  /** What is shown instead of the value. */
  readonly mask?: (value: string) => string
}

/**
 * @param make the value of the configuration, from one that fits
 * @param read the text as the value that the schema judges
 */
const kindOf = <T, V>(
  schema: Schema<V>,
  make: (value: V) => T,
  read: (text: string) => unknown = (text) => text
): Kind<T> => {
  const shape = shapeOf(schema, formats)
  return {
    parse: (text, name) => {
      const judged = shape.judge(read(text), name)
      return judged.problems === undefined ? { value: make(judged.value) } : judged
    }
  }
}

const same = <V>(value: V): V => value

/** Digits alone: `1e9`, ` 80` and `0x50` are slips, so they stay texts and are refused. */
const digits = (text: string): unknown => (/^\d{1,12}$/.test(text) ? Number(text) : text)
const whole = (minimum: number, maximum: number): Kind<number> =>
  kindOf<number, number>({ type: 'integer', minimum, maximum }, same, digits)

const text = kindOf<string, string>({ type: 'string' }, same)
const logLevel = kindOf<LogLevel, LogLevel>({ type: 'string', enum: logLevels }, same)

const masked = (value: unknown): string => quote(maskUrl(String(value)))

const storeLocation = kindOf<StoreLocation, string>(
  {
    type: 'string',
    pattern: '^(sqlite:|mongodb(\\+srv)?://).',
    expected: 'sqlite:FOLDER or mongodb://HOST/DATABASE?replicaSet=NAME',
    shown: masked
  },
  (value) =>
    value.startsWith('sqlite:')
      ? { kind: 'sqlite', directory: value.slice('sqlite:'.length) }
      : { kind: 'mongodb', uri: value }
)

const publicAddress = kindOf<string, string>(
  {
    type: 'string',
    format: 'public-address',
    expected: 'an address such as https://psi.example.org, without query',
    shown: masked
  },
  (value) => value.replace(/\/+$/, '')
)

const timeZone = kindOf<string, string>(
  {
    type: 'string',
    format: 'time-zone',
    expected: 'a time zone such as Europe/Brussels'
  },
  (zone) => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
)

const networks = kindOf<readonly string[], readonly string[]>(
  {
    type: 'array',
    items: {
      type: 'string',
      format: 'network',
      expected: 'addresses or networks such as 10.0.0.0/8, separated by commas'
    }
  },
  same,
  (list) =>
    list
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
)

const fileOf = (path: string): string | { readonly code: string } => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return {
      code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    }
  }
}

/** The file is judged with the rest, so its problems are told with the rest. */
const issuerFile: Kind<readonly Issuer[]> = {
  parse: (path, name) => {
    const file = fileOf(path)
    const { issuers, problems } =
      typeof file === 'string'
        ? parseIssuers(file)
        : {
            issuers: [],
            problems: [`the file cannot be read (${file.code}); expected a JSON file`]
          }
    return problems.length === 0
      ? { value: issuers }
      : { problems: problems.map((problem) => `${name} is ${quote(path)}; ${problem}`) }
  }
}

const flag = kindOf<boolean, string>(
  { type: 'string', enum: ['true', 'false'] },
  (value) => value === 'true'
)

/** In the order of `psi-fhir config` and of the documentation. */
export const variables = {
  store: {
    name: 'PSI_STORE',
    default: 'sqlite:./psi-data',
    description: 'Where data is: sqlite:FOLDER, or mongodb://… of a replica set',
    mask: maskUrl,
    ...storeLocation
  },
  host: {
    name: 'PSI_HOST',
    default: '127.0.0.1',
    description: 'Address to listen on',
    ...text
  },
  port: {
    name: 'PSI_PORT',
    default: '8080',
    description: 'Port to listen on; 0: any free one',
    ...whole(0, 65_535)
  },
  publicUrl: {
    name: 'PSI_PUBLIC_URL',
    description: 'Address that clients use, for links and tokens; without it http://HOST:PORT',
    mask: maskUrl,
    ...publicAddress
  },
  timeZone: {
    name: 'PSI_TIME_ZONE',
    default: 'Europe/Brussels',
    description: 'Zone of search dates that name none',
    ...timeZone
  },
  logLevel: {
    name: 'PSI_LOG_LEVEL',
    default: 'info',
    description: logLevels.join(', '),
    ...logLevel
  },
  trustedProxies: {
    name: 'PSI_TRUSTED_PROXIES',
    default: '',
    description:
      'Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas',
    ...networks
  },
  issuers: {
    name: 'PSI_ISSUERS',
    description: 'JSON file of external issuers whose access tokens are accepted; without it none',
    ...issuerFile
  },
  tokenLifetime: {
    name: 'PSI_TOKEN_LIFETIME',
    default: '300',
    description: 'Seconds that an access token lives',
    ...whole(10, 300)
  },
  bodyLimit: {
    name: 'PSI_BODY_LIMIT',
    default: '20000000',
    description: 'Bytes of the longest request body',
    ...whole(1000, 200_000_000)
  },
  bundleLimit: {
    name: 'PSI_BUNDLE_LIMIT',
    default: '2000',
    description: 'Entries of the longest batch or transaction',
    ...whole(1, 20_000)
  },
  pageSize: {
    name: 'PSI_PAGE_SIZE',
    default: '50',
    description: 'Resources per page when _count is absent',
    ...whole(1, 1000)
  },
  pageLimit: {
    name: 'PSI_PAGE_LIMIT',
    default: '1000',
    description: 'Most resources per page, whatever _count says',
    ...whole(1, 5000)
  },
  reviewMonths: {
    name: 'PSI_REVIEW_MONTHS',
    default: '3',
    description: 'Months without a meeting after which $caseload counts a user',
    ...whole(1, 60)
  },
  allowOldMongodb: {
    name: 'PSI_ALLOW_OLD_MONGODB',
    default: 'false',
    description: 'true: accept a MongoDB without the fix of CVE-2025-14847 beyond loopback',
    ...flag
  }
} as const satisfies Readonly<Record<string, Variable<unknown>>>
