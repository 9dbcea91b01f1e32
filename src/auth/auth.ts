/**
 * Who calls: the token endpoint, the check of every bearer token, and what discovery says about
 * both.
 */
import type { Millis } from '../fhir/resource.ts'
import type { Store } from '../storage/store.ts'
import { createAuthenticate } from './tokens/authenticate.ts'
import type { AuthRequest, RequestHeaders, TrustedIssuer } from './tokens/authenticate.ts'
import type { Caller, Client } from './caller.ts'
import { clockTolerance } from './tokens/client-assertion.ts'
import { createClientStore } from './clients/client-store.ts'
import type { ClientStore } from './clients/client-store.ts'
import { endpointsOf } from './endpoints.ts'
import type { Endpoints } from './endpoints.ts'
import type { GuardedFetch } from './issuers/guarded-fetch.ts'
import type { Issuer } from './issuers/issuer.ts'
import { callerOfIssuer } from './issuers/issuer-caller.ts'
import { createOwnCaller } from './tokens/own-caller.ts'
import { Refusal } from './refusal.ts'
import { createRemoteKeys } from './issuers/remote-keys.ts'
import type { RemoteKeys } from './issuers/remote-keys.ts'
import { createSigningKeys, signingAlgorithm } from './tokens/signing-keys.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'
import { smartConfigurationOf } from './smart-configuration.ts'
import { accessTokenType, createTokenEndpoint } from './tokens/token-endpoint.ts'
import type { TokenAnswer } from './tokens/token-answer.ts'

export interface AuthDeps {
  readonly store: Store
  /** External issuers, from the configuration. */
  readonly issuers: readonly Issuer[]
  readonly publicUrl: string
  readonly clock: () => Millis
  /** Seconds that our own tokens live, at most 300. */
  readonly tokenLifetime?: number
  readonly fetch: GuardedFetch
  readonly newId: () => string
  readonly log: {
    readonly info: (fields: object, message: string) => void
    readonly warn: (fields: object, message: string) => void
  }
}

export interface Auth {
  /** @throws FhirError unauthenticated, forbidden, unavailable */
  readonly authenticate: (headers: RequestHeaders, request?: AuthRequest) => Promise<Caller>
  /** `form`: the decoded body of the POST to the token endpoint. */
  readonly token: (form: URLSearchParams, requestId: string) => Promise<TokenAnswer>
  readonly smartConfiguration: () => object
  /** Public keys that verify our access tokens. */
  readonly jwks: () => Promise<object>
}

const longestLifetime = 300

/** Key sets of clients that publish their keys, one per address. */
const remoteKeysByUrl = (
  make: (url: string, allowPrivate: boolean) => RemoteKeys
): ((client: Client) => RemoteKeys) => {
  const byUrl = new Map<string, RemoteKeys>()
  return ({ jwksUrl = '' }) => {
    const keys = byUrl.get(jwksUrl) ?? make(jwksUrl, false)
    byUrl.set(jwksUrl, keys)
    return keys
  }
}

const own = (endpoints: Endpoints, keys: SigningKeys, clients: ClientStore): TrustedIssuer => ({
  issuer: endpoints.issuer,
  audience: endpoints.fhirBase,
  algorithms: [signingAlgorithm],
  types: [accessTokenType],
  maxLifetime: longestLifetime,
  clockTolerance: 0,
  key: async ({ kid }) => {
    const key = await keys.find(kid)
    if (key === undefined) {
      throw new Refusal('the token names a key that is not ours or has expired')
    }
    return key
  },
  callerOf: (payload) => createOwnCaller(clients, payload)
})

const external = (
  issuer: Issuer,
  remote: (url: string, allowPrivate: boolean) => RemoteKeys
): TrustedIssuer => ({
  ...issuer,
  clockTolerance,
  key: remote(issuer.jwksUrl, issuer.allowPrivate),
  callerOf: (payload) => {
    const caller = callerOfIssuer(payload, issuer)
    return async () => caller
  }
})

export const createAuth = (deps: AuthDeps): Auth => {
  const { store, clock, fetch, log } = deps
  const endpoints = endpointsOf(deps.publicUrl)
  const lifetime = Math.min(deps.tokenLifetime ?? longestLifetime, longestLifetime)
  const clients = createClientStore(deps)
  const keys = createSigningKeys(deps)
  const remote = (url: string, allowPrivate: boolean): RemoteKeys =>
    createRemoteKeys({
      url,
      allowPrivate,
      fetch,
      clock,
      failed: (reason) => {
        log.warn({ jwksUrl: url, reason }, 'keys cannot be read')
      }
    })

  // Our own entry is last: no file can take its place.
  const issuers = new Map(
    [...deps.issuers.map((issuer) => external(issuer, remote)), own(endpoints, keys, clients)].map(
      (issuer) => [issuer.issuer, issuer]
    )
  )

  return {
    authenticate: createAuthenticate({ issuers, clock, log }),
    token: createTokenEndpoint({
      ...deps,
      keys,
      clients,
      endpoints,
      lifetime,
      tokenUrl: endpoints.token,
      store,
      remoteKeys: remoteKeysByUrl(remote)
    }),
    smartConfiguration: () => smartConfigurationOf(endpoints),
    jwks: async () => await keys.published()
  }
}
