/**
 * External issuers whose tokens this server accepts, as the file PSI_ISSUERS describes them.
 * Nothing is discovered: all is pinned.
 */
import { userTypes } from '../../access/who/actors.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { ResourceId } from '../../fhir/resource.ts'
import { parseScopes } from '../scopes.ts'

export interface Issuer {
  /** Exact value of `iss`. */
  readonly issuer: string
  readonly jwksUrl: string
  /** Keys may come from a private address and by http. */
  readonly allowPrivate: boolean
  readonly algorithms: readonly string[]
  readonly audience: string
  /** Allowed values of the `typ` header, lower case. */
  readonly types: readonly string[]
  /** Seconds from `iat` (or now) to `exp`. */
  readonly maxLifetime: number
  /** Claim that names the client. */
  readonly clientClaim: string
  /**
   * Claim and the organisation of each of its values; a value that is not listed is refused, so no
   * issuer speaks for another's organisation.
   */
  readonly organization: {
    readonly claim: string
    readonly map: Readonly<Record<string, ResourceId>>
  }
  /** The same for people; a token without the claim has no user. */
  readonly user?: { readonly claim: string; readonly map: Readonly<Record<string, string>> }
  /** Most that its tokens may do. */
  readonly scope: string
  readonly purposes: readonly string[]
}

export type ParsedIssuers = {
  readonly issuers: readonly Issuer[]
  readonly problems: readonly string[]
}

/** Signatures by a private key alone: no `none`, no shared secret. */
const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA'
]
const known: ReadonlySet<string> = new Set([
  'issuer',
  'jwksUrl',
  'allowPrivate',
  'algorithms',
  'audience',
  'types',
  'maxLifetime',
  'clientClaim',
  'organization',
  'user',
  'scope',
  'purposes'
])

type Entry = Readonly<Record<string, unknown>>
const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Collects problems instead of stopping at the first. */
const reader = (entry: Entry, where: string, problems: string[]) => {
  const wrong = (name: string, expected: string): void => {
    problems.push(
      `${where}.${name} is ${JSON.stringify(entry[name]) ?? 'missing'}; expected ${expected}`
    )
  }
  return {
    wrong,
    text: (name: string, otherwise?: string): string => {
      const value = entry[name] ?? otherwise
      if (typeof value === 'string' && value !== '') return value
      wrong(name, 'a text')
      return ''
    },
    texts: (
      name: string,
      allowed: readonly string[] | undefined,
      otherwise?: readonly string[]
    ): readonly string[] => {
      const value = entry[name] ?? otherwise
      if (
        Array.isArray(value) &&
        (value.length > 0 || otherwise !== undefined) &&
        value.every(
          (each): each is string => typeof each === 'string' && (allowed?.includes(each) ?? true)
        )
      ) {
        return value
      }
      wrong(
        name,
        allowed === undefined ? 'a list of texts' : `a list of some of ${allowed.join(', ')}`
      )
      return []
    },
    url: (name: string, http: boolean): string => {
      const value = entry[name]
      if (
        typeof value === 'string' &&
        URL.canParse(value) &&
        (value.startsWith('https://') || (http && value.startsWith('http://')))
      ) {
        return value
      }
      wrong(
        name,
        http
          ? 'an http:// or https:// address'
          : 'an https:// address (http:// only with "allowPrivate": true)'
      )
      return ''
    },
    seconds: (name: string, otherwise: number, most: number): number => {
      const value = entry[name] ?? otherwise
      if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most) {
        return value
      }
      wrong(name, `a whole number from 1 to ${most}`)
      return otherwise
    },
    map: (
      name: string,
      types: readonly string[]
    ): { readonly claim: string; readonly map: Readonly<Record<string, string>> } => {
      const value = entry[name]
      const { claim, map } = isEntry(value) ? value : {}
      const fits = (target: unknown): boolean =>
        typeof target === 'string' && types.includes(parseReference(target)?.type ?? '')
      if (typeof claim === 'string' && isEntry(map) && Object.values(map).every(fits)) {
        return { claim, map: map as Readonly<Record<string, string>> }
      }
      wrong(name, `{"claim": name, "map": {value: "${types.join('/id" or "')}/id"}}`)
      return { claim: '', map: {} }
    }
  }
}

const parseOne = (value: unknown, index: number, problems: string[]): Issuer => {
  const where = `issuers[${index}]`
  const entry = isEntry(value) ? value : {}
  for (const name of Object.keys(entry)) {
    if (!known.has(name)) {
      problems.push(`${where}.${name} is not known; expected only ${[...known].join(', ')}`)
    }
  }
  const read = reader(entry, where, problems)
  const allowPrivate = entry['allowPrivate'] === true
  const organization = read.map('organization', ['Organization'])
  const scope = read.text('scope')
  try {
    parseScopes(scope)
  } catch {
    read.wrong('scope', 'SMART scopes such as "user/CarePlan.rs"')
  }
  return {
    issuer: read.text('issuer'),
    jwksUrl: read.url('jwksUrl', allowPrivate),
    allowPrivate,
    algorithms: read.texts('algorithms', asymmetric),
    audience: read.text('audience'),
    types: read.texts('types', undefined, ['at+jwt']).map((type) => type.toLowerCase()),
    maxLifetime: read.seconds('maxLifetime', 300, 3600),
    clientClaim: read.text('clientClaim', 'client_id'),
    organization: {
      claim: organization.claim,
      map: Object.fromEntries(
        Object.entries(organization.map).map(([from, to]) => [
          from,
          parseReference(to)?.id ?? ('' as ResourceId)
        ])
      )
    },
    ...(entry['user'] === undefined ? {} : { user: read.map('user', userTypes) }),
    scope,
    purposes: read.texts('purposes', undefined, [])
  }
}

/** Text of the file: a list of issuers as JSON. */
export const parseIssuers = (text: string): ParsedIssuers => {
  const problems: string[] = []
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    return { issuers: [], problems: ['the file is not JSON; expected a list of issuers'] }
  }
  if (!Array.isArray(list)) {
    return { issuers: [], problems: ['the file holds no list; expected [{"issuer": …}, …]'] }
  }
  const issuers = list.map((value, index) => parseOne(value, index, problems))
  const names = issuers.map(({ issuer }) => issuer)
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.push(`the issuer ${name} is listed twice; expected once`)
  }
  return { issuers, problems }
}
