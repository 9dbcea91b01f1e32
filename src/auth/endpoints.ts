/**
 * Addresses of this server as tokens, settings and discovery name them: all derived from its one
 * public URL.
 */

export interface Endpoints {
  /** `iss` of our own access tokens. */
  readonly issuer: string
  /** FHIR base without a final slash; `aud` of our own access tokens. */
  readonly fhirBase: string
  /** `aud` of client assertions. */
  readonly token: string
  readonly jwks: string
}

/** The same under every public URL; http/ routes on these. */
export const paths = { fhir: '/fhir', token: '/oauth/token', jwks: '/oauth/jwks' } as const

export const endpointsOf = (publicUrl: string): Endpoints => {
  const issuer = publicUrl.replace(/\/+$/, '')
  return {
    issuer,
    fhirBase: issuer + paths.fhir,
    token: issuer + paths.token,
    jwks: issuer + paths.jwks
  }
}
