/**
 * private_key_jwt, each check in order.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
 */
import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import type { JWK, JWTPayload, ProtectedHeaderParameters } from 'jose'
import type { Millis } from '../../fhir/resource.ts'
import type { RecordKind } from '../../storage/record-kinds.ts'
import type { Store } from '../../storage/store.ts'
import type { Client } from '../caller.ts'
import type { ClientStore } from '../clients/client-store.ts'
import { expectShape, Refusal } from '../refusal.ts'
import { quote, shapeOf } from '../../shape.ts'
import type { RemoteKeys } from '../issuers/remote-keys.ts'

export interface AssertionDeps {
  readonly store: Store
  readonly clients: ClientStore
  readonly clock: () => Millis
  /** Expected `aud`. */
  readonly tokenUrl: string
  readonly remoteKeys: (client: Client) => RemoteKeys
}

/** Algorithm, and the key type that goes with it. */
const keyTypes: Readonly<Record<string, string>> = { RS384: 'RSA', ES384: 'EC' }
export const assertionAlgorithms = Object.keys(keyTypes)
/** Seconds. */
const longestLife = 300
export const clockTolerance = 30
const longestAssertion = 16_384

const decode = <T>(what: string, read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    throw new Refusal(`the ${what} of the assertion cannot be decoded`, { cause })
  }
}

interface AssertionClaims {
  readonly iss: string
  readonly sub: string
  readonly exp: number
  readonly jti: string
}
const clientId = { type: 'string', expected: 'the client id' } as const
const claimsShape = shapeOf<AssertionClaims>({
  type: 'object',
  required: ['iss', 'sub', 'exp', 'jti'],
  properties: {
    iss: clientId,
    sub: clientId,
    exp: { type: 'number', expected: 'seconds since 1970' },
    jti: { type: 'string', minLength: 1, expected: 'a text of its own' }
  }
})
const whose = "the assertion's "
const headerShape = shapeOf<{ readonly kid: string }>({
  type: 'object',
  required: ['kid'],
  properties: { kid: { type: 'string', expected: 'the id of a registered key' } }
})

const checkHeader = (
  header: ProtectedHeaderParameters
): { readonly alg: string; readonly kid: string } => {
  const { alg, typ } = header
  if (typeof alg !== 'string' || !Object.hasOwn(keyTypes, alg)) {
    throw new Refusal(
      `the assertion's alg is ${quote(alg)}; expected ${assertionAlgorithms.join(' or ')}`
    )
  }
  if (typ !== undefined && typ.toUpperCase() !== 'JWT') {
    throw new Refusal(`the assertion's typ is ${quote(typ)}; expected JWT`)
  }
  return { alg, kid: expectShape(headerShape, header, whose).kid }
}

const checkClaims = (
  payload: JWTPayload,
  tokenUrl: string,
  now: Millis
): { readonly clientId: string; readonly jti: string; readonly exp: number } => {
  const { iss, sub, exp, jti } = expectShape(claimsShape, payload, whose)
  if (iss !== sub) {
    throw new Refusal(
      `the assertion's iss is ${quote(iss)} and its sub is ${quote(sub)}; expected both to be the client id`
    )
  }
  const { aud } = payload
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  if (audience !== tokenUrl) {
    throw new Refusal(`the assertion's aud is ${quote(aud)}; expected ${tokenUrl}`)
  }
  if (exp > now / 1000 + longestLife + clockTolerance) {
    throw new Refusal(
      `the assertion expires in ${Math.round(exp - now / 1000)} s; expected at most ${longestLife} s`
    )
  }
  return { clientId: iss, jti, exp }
}

/** Exactly one key may match, else a signature could be tried against several. */
const registeredKey = (client: Client, alg: string, kid: string): JWK => {
  const matches = client.jwks.keys.filter(
    (key) => key['kid'] === kid && key['kty'] === keyTypes[alg]
  )
  const [key] = matches
  if (key === undefined || matches.length > 1) {
    throw new Refusal(
      `${matches.length} registered keys of client ${quote(client.id)} have kid ${quote(kid)} and kty ${keyTypes[alg] ?? ''}; expected one`
    )
  }
  return key
}

const verifySignature = async (
  assertion: string,
  client: Client,
  { alg, kid }: { readonly alg: string; readonly kid: string },
  deps: AssertionDeps
): Promise<void> => {
  const options = { algorithms: [alg], clockTolerance, currentDate: new Date(deps.clock()) }
  try {
    if (client.jwksUrl !== undefined) await jwtVerify(assertion, deps.remoteKeys(client), options)
    else await jwtVerify(assertion, registeredKey(client, alg, kid), options)
  } catch (error) {
    // Everything of jose is about this assertion; what the store or the network says goes on as it
    // is.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J')) {
      throw new Refusal(
        `the assertion of client ${quote(client.id)} with kid ${quote(kid)} does not verify: ${error.message}`,
        { cause: error }
      )
    }
    throw error
  }
}

/**
 * Replays are refused for as long as the assertion could be accepted, also after a restart and by
 * every process.
 */
const refuseReplay = async (
  clientId: string,
  jti: string,
  exp: number,
  { store, clock }: AssertionDeps
): Promise<void> => {
  const id = createHash('sha256')
    .update(JSON.stringify([clientId, jti]))
    .digest('base64url')
  const first = await store.putRecordIfAbsent(
    {
      kind: 'jti' satisfies RecordKind,
      id,
      json: '{}',
      expires: (exp + clockTolerance + 1) * 1000
    },
    clock()
  )
  if (!first) {
    throw new Refusal(
      `the assertion with jti ${quote(jti)} of client ${quote(clientId)} was used before`
    )
  }
}

/** @throws Refusal with the precise reason */
export const verifyClientAssertion = async (
  assertion: string,
  deps: AssertionDeps
): Promise<Client> => {
  if (assertion.length > longestAssertion) {
    throw new Refusal(
      `the assertion is ${assertion.length} characters long; expected at most ${longestAssertion}`
    )
  }
  const header = decode('header', () => decodeProtectedHeader(assertion))
  const { alg, kid } = checkHeader(header)
  const { clientId, jti, exp } = checkClaims(
    decode('payload', () => decodeJwt(assertion)),
    deps.tokenUrl,
    deps.clock()
  )
  const client = await deps.clients.find(clientId)
  if (client === undefined) throw new Refusal(`client ${quote(clientId)} is not registered`)
  if (client.disabled) throw new Refusal(`client ${quote(clientId)} is disabled`)
  // `jwk` and `x5u` in the header are never looked at; `jku` may only say what is registered.
  if (header.jku !== undefined && header.jku !== client.jwksUrl) {
    throw new Refusal(
      `the assertion's jku is ${quote(header.jku)}; expected ${client.jwksUrl ?? 'none'}`
    )
  }
  await verifySignature(assertion, client, { alg, kid }, deps)
  await refuseReplay(clientId, jti, exp, deps)
  return client
}
