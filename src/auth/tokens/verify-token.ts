/**
 * One access token of one pinned issuer: header, claims, signature.
 * https://www.rfc-editor.org/rfc/rfc8725
 */
import { errors, jwtVerify } from 'jose'
import type { JWK, JWTPayload, JWTVerifyGetKey, ProtectedHeaderParameters } from 'jose'
import type { Millis } from '../../fhir/resource.ts'
import { clockTolerance } from './client-assertion.ts'
import { expectShape, Refusal } from '../refusal.ts'
import { quote, shapeOf } from '../../shape.ts'

/** What is pinned, for our own tokens and for those of others alike. */
export interface TokenProfile {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  readonly types: readonly string[]
  /** Seconds. */
  readonly maxLifetime: number
  /** Seconds that the issuer's clock may differ from ours. */
  readonly clockTolerance: number
  readonly key: (
    header: Parameters<JWTVerifyGetKey>[0],
    token: Parameters<JWTVerifyGetKey>[1]
  ) => Promise<Awaited<ReturnType<JWTVerifyGetKey>> | JWK>
}

export interface VerifiedClaims {
  readonly payload: JWTPayload
  readonly expires: Millis
}

/**
 * Claims that only an ID token has: it says who logged in, and is no access.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash', 's_hash']

interface TimedClaims {
  readonly exp: number
  readonly iat?: number
}
const seconds = { type: 'number', expected: 'seconds since 1970' } as const
const timed = shapeOf<TimedClaims>({
  type: 'object',
  required: ['exp'],
  properties: { exp: seconds, iat: { ...seconds, nullable: true } }
})

const includesAudience = (aud: JWTPayload['aud'], expected: string): boolean =>
  Array.isArray(aud) ? aud.includes(expected) : aud === expected

/** Before any key is looked for, so that a token that cannot be good opens no socket. */
const checkUnverified = (
  header: ProtectedHeaderParameters,
  payload: JWTPayload,
  profile: TokenProfile,
  now: Millis
): void => {
  if (header.alg === undefined || !profile.algorithms.includes(header.alg)) {
    throw new Refusal(
      `the token's alg is ${quote(header.alg)}; expected ${profile.algorithms.join(' or ')}`
    )
  }
  if (
    header.typ === undefined ||
    !profile.types.includes(header.typ.toLowerCase().replace(/^application\//, ''))
  ) {
    throw new Refusal(
      `the token's typ is ${quote(header.typ)}; expected ${profile.types.join(' or ')}`
    )
  }
  if (!includesAudience(payload.aud, profile.audience)) {
    throw new Refusal(`the token's aud is ${quote(payload.aud)}; expected ${profile.audience}`)
  }
  const claims = expectShape(timed, payload, "the token's ")
  const begin = Math.min(claims.iat ?? Infinity, now / 1000)
  if (claims.exp - begin > profile.maxLifetime + clockTolerance) {
    throw new Refusal(`the token lives longer than ${profile.maxLifetime} s`)
  }
  const found = idTokenClaims.find((claim) => payload[claim] !== undefined)
  if (found !== undefined) throw new Refusal(`the token has the claim ${found}: it is an ID token`)
}

/**
 * @param header and payload as decoded from `token`, not yet trusted
 * @throws Refusal with the precise reason; FhirError `unavailable` when the issuer's keys cannot be
 * had
 */
export const verifyToken = async (
  token: string,
  header: ProtectedHeaderParameters,
  payload: JWTPayload,
  profile: TokenProfile,
  now: Millis
): Promise<VerifiedClaims> => {
  checkUnverified(header, payload, profile, now)
  try {
    const verified = await jwtVerify(token, profile.key as JWTVerifyGetKey, {
      algorithms: [...profile.algorithms],
      issuer: profile.issuer,
      audience: profile.audience,
      requiredClaims: ['exp'],
      clockTolerance: profile.clockTolerance,
      currentDate: new Date(now)
    })
    return {
      payload: verified.payload,
      expires: ((verified.payload.exp ?? 0) + profile.clockTolerance) * 1000
    }
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      throw new Refusal(`the token does not verify: ${error.message}`, { cause: error })
    }
    throw error
  }
}
