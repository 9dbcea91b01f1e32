/**
 * What `.well-known/smart-configuration` says.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
 */
import { assertionAlgorithms } from './tokens/client-assertion.ts'
import type { Endpoints } from './endpoints.ts'

export const smartConfigurationOf = (endpoints: Endpoints): object => ({
  issuer: endpoints.issuer,
  jwks_uri: endpoints.jwks,
  token_endpoint: endpoints.token,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
  grant_types_supported: ['client_credentials'],
  scopes_supported: ['system/*.cruds', 'user/*.cruds', 'patient/*.cruds'],
  response_types_supported: [],
  code_challenge_methods_supported: ['S256'],
  capabilities: [
    'client-confidential-asymmetric',
    'permission-v1',
    'permission-v2',
    'permission-user',
    'permission-patient'
  ]
})
