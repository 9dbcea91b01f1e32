/** `Authorization: Bearer` → Caller. https://www.rfc-editor.org/rfc/rfc6750 */
import { hash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { Caller } from '../caller.ts'
import { reasonOf, Refusal } from '../refusal.ts'
import { quote } from '../../shape.ts'
import { verifyToken } from './verify-token.ts'
import type { TokenProfile } from './verify-token.ts'

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface AuthRequest {
  /** For the log. */
  readonly id?: string
  /**
   * Node's flat list of names and values: shows a second Authorization header, which `headers`
   * drops.
   */
  readonly rawHeaders?: readonly string[]
}

/** An issuer, and how its verified claims become a caller: asked again for each request. */
export interface TrustedIssuer extends TokenProfile {
  readonly callerOf: (payload: JWTPayload) => () => Promise<Caller>
}

export interface AuthenticateDeps {
  readonly issuers: ReadonlyMap<string, TrustedIssuer>
  readonly clock: () => Millis
  readonly log: { readonly info: (fields: object, message: string) => void }
}

interface Verified {
  readonly expires: Millis
  readonly caller: () => Promise<Caller>
}

const longestToken = 16_384
/**
 * Verified tokens that are remembered; at 300 s each, more than the token endpoint can give out.
 */
const mostVerified = 20_000

const isAuthorization = (name: string | undefined): boolean =>
  name?.length === 13 && name.toLowerCase() === 'authorization'

const authorizationsOf = (
  headers: RequestHeaders,
  rawHeaders: readonly string[] | undefined
): readonly string[] => {
  if (rawHeaders !== undefined) {
    return rawHeaders.filter(
      (_value, index) => index % 2 === 1 && isAuthorization(rawHeaders[index - 1])
    )
  }
  const value = headers['authorization']
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

const tokenOf = (authorizations: readonly string[]): string => {
  const [header, ...more] = authorizations
  if (header === undefined) {
    throw new FhirError(
      'unauthenticated',
      'There is no access token. Send the header "Authorization: Bearer …" with a token from the token endpoint.'
    )
  }
  if (more.length > 0) {
    throw new Refusal(`there are ${authorizations.length} Authorization headers; expected one`)
  }
  const found = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)
  if (found?.[1] === undefined) {
    throw new Refusal('the Authorization header is no "Bearer" and token')
  }
  if (found[1].length > longestToken) {
    throw new Refusal(
      `the token is ${found[1].length} characters long; expected at most ${longestToken}`
    )
  }
  return found[1]
}

const decode = (
  token: string
): { readonly header: ProtectedHeaderParameters; readonly payload: JWTPayload } => {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) }
  } catch (cause) {
    throw new Refusal('the token is no JWT that can be decoded', { cause })
  }
}

export const createAuthenticate = ({
  issuers,
  clock,
  log
}: AuthenticateDeps): ((headers: RequestHeaders, request?: AuthRequest) => Promise<Caller>) => {
  /** By hash, so that no usable token stays in memory. In order of arrival. */
  const verified = new Map<string, Verified>()

  const remember = (key: string, entry: Verified): void => {
    if (verified.size >= mostVerified) {
      const now = clock()
      for (const [old, { expires }] of verified) if (expires <= now) verified.delete(old)
      const [oldest] = verified.keys()
      if (verified.size >= mostVerified && oldest !== undefined) verified.delete(oldest)
    }
    verified.set(key, entry)
  }

  const verify = async (token: string): Promise<Verified> => {
    const { header, payload } = decode(token)
    const issuer = typeof payload.iss === 'string' ? issuers.get(payload.iss) : undefined
    if (issuer === undefined) {
      throw new Refusal(
        `the token's iss is ${quote(payload.iss)}; expected ${[...issuers.keys()].join(' or ')}`
      )
    }
    const claims = await verifyToken(token, header, payload, issuer, clock())
    return { expires: claims.expires, caller: issuer.callerOf(claims.payload) }
  }

  const identify = async (token: string): Promise<Caller> => {
    const key = hash('sha256', token, 'base64')
    const known = verified.get(key)
    if (known !== undefined && clock() < known.expires) return await known.caller()
    verified.delete(key)
    const entry = await verify(token)
    const caller = await entry.caller()
    remember(key, entry)
    return caller
  }

  return async (headers, request = {}) => {
    try {
      return await identify(tokenOf(authorizationsOf(headers, request.rawHeaders)))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      log.info({ requestId: request.id, reason: reasonOf(error) }, 'access token refused')
      throw new FhirError(
        'unauthenticated',
        'The access token was not accepted. Get a new one from the token endpoint.',
        { cause: error }
      )
    }
  }
}
