/**
 * Access tokens for registered clients: SMART Backend Services and nothing else.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html
 */
import { SignJWT } from 'jose'
import { FhirError } from '../../fhir/fhir-error.ts'
import { StoreUnavailable } from '../../storage/store.ts'
import type { Client } from '../caller.ts'
import { verifyClientAssertion } from './client-assertion.ts'
import type { AssertionDeps } from './client-assertion.ts'
import { contextFits, userOf } from '../clients/client-user.ts'
import type { Endpoints } from '../endpoints.ts'
import { purposeClaim } from './purpose-claim.ts'
import { reasonOf, Refusal } from '../refusal.ts'
import { quote } from '../../shape.ts'
import { formatScopes, intersectScopes, parseScopes, ScopeError } from '../scopes.ts'
import { signingAlgorithm } from './signing-keys.ts'
import type { SigningKeys } from './signing-keys.ts'
import { refusedToken } from './token-answer.ts'
import type { OauthError, TokenAnswer } from './token-answer.ts'

export interface TokenEndpointDeps extends AssertionDeps {
  readonly keys: SigningKeys
  readonly endpoints: Endpoints
  /** Seconds, at most 300. */
  readonly lifetime: number
  readonly newId: () => string
  readonly log: { readonly info: (fields: object, message: string) => void }
}

/** Media type `typ` of our own access tokens. https://www.rfc-editor.org/rfc/rfc9068 */
export const accessTokenType = 'at+jwt'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * What the caller may be told: faults of the request, none of the credential.
 * https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
class RequestFault extends Error {
  override readonly name = 'RequestFault'
  readonly error: OauthError
  constructor(error: OauthError, description: string) {
    super(description)
    this.error = error
  }
}

const single = (form: URLSearchParams, name: string): string | undefined => {
  const values = form.getAll(name)
  if (values.length > 1) {
    throw new RequestFault(
      'invalid_request',
      `The parameter ${name} is there ${values.length} times. Send it once.`
    )
  }
  return values[0] === '' ? undefined : values[0]
}

const assertionOf = (form: URLSearchParams): string => {
  const grantType = single(form, 'grant_type')
  if (grantType === undefined) {
    throw new RequestFault(
      'invalid_request',
      'The parameter grant_type is missing. Send client_credentials.'
    )
  }
  if (grantType !== 'client_credentials') {
    throw new RequestFault(
      'unsupported_grant_type',
      `The grant_type is ${quote(grantType)}. Send client_credentials.`
    )
  }
  const type = single(form, 'client_assertion_type')
  if (type !== assertionType) {
    throw new Refusal(`client_assertion_type is ${quote(type)}; expected ${assertionType}`)
  }
  const assertion = single(form, 'client_assertion')
  if (assertion === undefined) throw new Refusal('client_assertion is missing')
  return assertion
}

const grantedScope = (client: Client, requested: string | undefined): string => {
  if (requested === undefined) {
    throw new RequestFault(
      'invalid_scope',
      'The parameter scope is missing. Send the scopes that this token needs, for example system/CarePlan.rs.'
    )
  }
  try {
    const granted = intersectScopes(parseScopes(requested), parseScopes(client.scope))
    if (granted.context !== undefined && contextFits(granted.context, userOf(client))) {
      return formatScopes(granted)
    }
  } catch (error) {
    if (error instanceof ScopeError) throw new RequestFault('invalid_scope', error.message)
    throw error
  }
  throw new RequestFault(
    'invalid_scope',
    `Nothing of ${quote(requested)} is registered for this client.`
  )
}

/** One purpose per token: the one asked for, else the first that is registered. */
const purposeOf = (client: Client, requested: string | undefined): string | undefined => {
  if (requested !== undefined && !client.purposes.includes(requested)) {
    throw new RequestFault(
      'invalid_request',
      `The purpose_of_use ${quote(requested)} is not registered for this client.`
    )
  }
  return requested ?? client.purposes[0]
}

const sign = async (
  client: Client,
  scope: string,
  purpose: string | undefined,
  { keys, endpoints, lifetime, clock, newId }: TokenEndpointDeps
): Promise<string> => {
  const { kid, privateJwk } = await keys.current()
  const now = Math.floor(clock() / 1000)
  return await new SignJWT({ client_id: client.id, scope, ...purposeClaim(purpose) })
    .setProtectedHeader({ alg: signingAlgorithm, typ: accessTokenType, kid })
    .setIssuer(endpoints.issuer)
    .setAudience(endpoints.fhirBase)
    .setSubject(client.id)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .setJti(newId())
    .sign(privateJwk)
}

const grant = async (form: URLSearchParams, deps: TokenEndpointDeps): Promise<TokenAnswer> => {
  const assertion = assertionOf(form)
  const [requestedScope, requestedPurpose, clientId] = ['scope', 'purpose_of_use', 'client_id'].map(
    (name) => single(form, name)
  )
  const client = await verifyClientAssertion(assertion, deps)
  if (clientId !== undefined && clientId !== client.id) {
    throw new Refusal(
      `client_id is ${quote(clientId)}; expected ${quote(client.id)} as in the assertion`
    )
  }
  const scope = grantedScope(client, requestedScope)
  const token = await sign(client, scope, purposeOf(client, requestedPurpose), deps)
  return {
    status: 200,
    body: { access_token: token, token_type: 'bearer', expires_in: deps.lifetime, scope }
  }
}

export const createTokenEndpoint = (
  deps: TokenEndpointDeps
): ((form: URLSearchParams, requestId: string) => Promise<TokenAnswer>) => {
  const answerTo = (error: unknown, requestId: string): TokenAnswer => {
    if (error instanceof RequestFault) return refusedToken(error.error, error.message)
    if (error instanceof Refusal) {
      return refusedToken(
        'invalid_client',
        `The client was not authenticated. The server's log has the reason under request ${requestId}.`
      )
    }
    if (
      error instanceof StoreUnavailable ||
      (error instanceof FhirError && error.code === 'unavailable')
    ) {
      return refusedToken('temporarily_unavailable')
    }
    throw error
  }

  return async (form, requestId) => {
    try {
      return await grant(form, deps)
    } catch (error) {
      const answer = answerTo(error, requestId)
      deps.log.info(
        { requestId, error: answer.body['error'], reason: reasonOf(error) },
        'token request refused'
      )
      return answer
    }
  }
}
