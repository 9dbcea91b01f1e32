/**
 * External issuers whose tokens this server accepts, as the file PSI_ISSUERS describes them.
 * Nothing is discovered: all is pinned.
 */
import { userTypes } from '../../access/who/actors.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { ResourceId } from '../../fhir/resource.ts'
import { quote, shapeOf } from '../../shape.ts'
import type { Schema } from '../../shape.ts'
import { isScopes } from '../scopes.ts'

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
/** An entry as the file has it. */
interface Entry extends Omit<Issuer, 'organization' | Optional> {
  readonly allowPrivate?: boolean
  readonly types?: readonly string[]
  readonly maxLifetime?: number
  readonly clientClaim?: string
  readonly organization: NonNullable<Issuer['user']>
  readonly purposes?: readonly string[]
}
type Optional = 'allowPrivate' | 'types' | 'maxLifetime' | 'clientClaim' | 'purposes'

const text = { type: 'string', minLength: 1, expected: 'a text that is not empty' } as const
const texts = { type: 'array', items: text, nullable: true } as const
/** A claim, and the reference that each of its values stands for. */
const mapTo = (types: readonly string[], format: string) =>
  ({
    type: 'object',
    required: ['claim', 'map'],
    properties: {
      claim: text,
      map: {
        type: 'object',
        required: [],
        additionalProperties: { type: 'string', format, expected: `${types.join('/id or ')}/id` },
        expected: `{value: "${types[0] ?? ''}/id"}`
      }
    },
    additionalProperties: false,
    expected: `{"claim": name, "map": {value: "${types.join('/id" or "')}/id"}}`
  }) as const

const entrySchema: Schema<Entry> = {
  type: 'object',
  required: ['issuer', 'jwksUrl', 'algorithms', 'audience', 'organization', 'scope'],
  properties: {
    issuer: text,
    jwksUrl: { type: 'string', expected: 'an https:// address' },
    allowPrivate: { type: 'boolean', nullable: true },
    algorithms: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: asymmetric },
      expected: `a list of some of ${asymmetric.join(', ')}`
    },
    audience: text,
    types: texts,
    maxLifetime: { type: 'integer', minimum: 1, maximum: 3600, nullable: true },
    clientClaim: { ...text, nullable: true },
    organization: mapTo(['Organization'], 'organization'),
    user: { ...mapTo(userTypes, 'user'), nullable: true },
    scope: { ...text, format: 'scopes', expected: 'SMART scopes such as "user/CarePlan.rs"' },
    purposes: texts
  },
  additionalProperties: false,
  if: { properties: { allowPrivate: { const: true } }, required: ['allowPrivate'] },
  then: {
    properties: {
      jwksUrl: { type: 'string', format: 'web', expected: 'an http:// or https:// address' }
    }
  },
  else: {
    properties: {
      jwksUrl: {
        type: 'string',
        format: 'https',
        expected: 'an https:// address (http:// only with "allowPrivate": true)'
      }
    }
  }
}

const refersTo =
  (types: readonly string[]) =>
  (target: string): boolean =>
    types.some((type) => type === parseReference(target)?.type)
const addressWith = (protocol: RegExp) => (url: string) => URL.canParse(url) && protocol.test(url)

const file = shapeOf<readonly Entry[]>(
  { type: 'array', items: entrySchema, expected: 'a list: [{"issuer": …}, …]' },
  {
    organization: refersTo(['Organization']),
    user: refersTo(userTypes),
    web: addressWith(/^https?:\/\//),
    https: addressWith(/^https:\/\//),
    scopes: isScopes
  }
)

const issuerOf = ({ organization, user, ...entry }: Entry): Issuer => ({
  issuer: entry.issuer,
  jwksUrl: entry.jwksUrl,
  allowPrivate: entry.allowPrivate ?? false,
  algorithms: entry.algorithms,
  audience: entry.audience,
  types: (entry.types ?? ['at+jwt']).map((type) => type.toLowerCase()),
  maxLifetime: entry.maxLifetime ?? 300,
  clientClaim: entry.clientClaim ?? 'client_id',
  organization: {
    claim: organization.claim,
    map: Object.fromEntries(
      Object.entries(organization.map).flatMap(([from, to]) => {
        const id = parseReference(to)?.id
        return id === undefined ? [] : [[from, id]]
      })
    )
  },
  ...(user === undefined || user === null ? {} : { user }),
  scope: entry.scope,
  purposes: entry.purposes ?? []
})

/** Told beside every other problem, so it looks at the file as it is. */
const listedTwice = (list: unknown): readonly string[] => {
  const names = Array.isArray(list)
    ? list.map((entry: unknown) => (entry as Partial<Entry> | null)?.issuer)
    : []
  const twice = names.filter((name, index) => name !== undefined && names.indexOf(name) !== index)
  return [...new Set(twice)].map(
    (name) => `the issuer ${quote(name)} is listed twice; expected once`
  )
}

/** Text of the file: a list of issuers as JSON. */
export const parseIssuers = (json: string): ParsedIssuers => {
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    return { issuers: [], problems: ['the file is not JSON; expected a list of issuers'] }
  }
  const judged = file.judge(list, 'issuers')
  const problems = [...(judged.problems ?? []), ...listedTwice(list)]
  return { issuers: problems.length > 0 ? [] : (judged.value ?? []).map(issuerOf), problems }
}
