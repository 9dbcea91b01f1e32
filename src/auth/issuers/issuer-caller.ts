/**
 * Claims of an external issuer as a Caller: only what the issuer's entry maps, never more than its
 * ceiling.
 */
import type { JWTPayload } from 'jose'
import { FhirError } from '../../fhir/fhir-error.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { Reference } from '../../fhir/resource.ts'
import type { Caller } from '../caller.ts'
import { contextFits } from '../clients/client-user.ts'
import type { Issuer } from './issuer.ts'
import { purposesIn } from '../tokens/purpose-claim.ts'
import { Refusal } from '../refusal.ts'
import { quote } from '../../shape.ts'
import { intersectScopes, parseScopes, ScopeError, scopesOf } from '../scopes.ts'
import type { ScopeSet } from '../scopes.ts'

/** Decided from the token alone, hence 403 and a reason. */
const notMapped = (claim: string): FhirError =>
  new FhirError(
    'forbidden',
    `The token's claim ${JSON.stringify(claim)} has a value that this server does not accept from its issuer. Ask the operator to add it to the issuer's entry.`
  )

const mapped = <T>(
  payload: JWTPayload,
  { claim, map }: { readonly claim: string; readonly map: Readonly<Record<string, T>> }
): T => {
  const value = payload[claim]
  if (typeof value !== 'string' || !Object.hasOwn(map, value)) throw notMapped(claim)
  return map[value] as T
}

const userOf = (payload: JWTPayload, { user }: Issuer): Reference | undefined => {
  if (user === undefined || payload[user.claim] === undefined) return undefined
  return parseReference(mapped(payload, user))
}

const scopeText = ({ scope, scp }: JWTPayload): string => {
  const listed = scope ?? scp
  return Array.isArray(listed) ? listed.join(' ') : typeof listed === 'string' ? listed : ''
}

/**
 * Scopes of other resource servers may stand beside ours in a foreign token: those that are none of
 * SMART's are left out.
 */
const smartOnly = (text: string): string =>
  text
    .split(' ')
    .filter((scope) => /^(system|user|patient)\//.test(scope))
    .join(' ')

const scopesIn = (payload: JWTPayload, issuer: Issuer): ScopeSet => {
  try {
    return intersectScopes(parseScopes(smartOnly(scopeText(payload))), parseScopes(issuer.scope))
  } catch (error) {
    if (error instanceof ScopeError) throw new Refusal(error.message)
    throw error
  }
}

/**
 * @throws FhirError `forbidden` for an organisation or person that the issuer may not speak for;
 * Refusal
 */
export const callerOfIssuer = (payload: JWTPayload, issuer: Issuer): Caller => {
  const client = payload[issuer.clientClaim]
  if (typeof client !== 'string') {
    throw new Refusal(
      `the token's ${issuer.clientClaim} is ${quote(client)}; expected the client's name`
    )
  }
  const organization = mapped(payload, issuer.organization)
  const user = userOf(payload, issuer)
  const scopes = scopesIn(payload, issuer)
  if (scopes.context !== undefined && !contextFits(scopes.context, user)) {
    throw new FhirError(
      'forbidden',
      `The token has ${scopes.context}/ scopes and names nobody whom they could be about. Ask the issuer for system/ scopes or a token with a user.`
    )
  }
  return Object.freeze({
    client: `${issuer.issuer}|${client}`,
    name: client,
    organization,
    ...(user === undefined ? {} : { user }),
    purposes: purposesIn(payload).filter((code) => issuer.purposes.includes(code)),
    scopes: scopesOf(scopes),
    rights: new Set<never>()
  })
}
