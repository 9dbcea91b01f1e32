/**
 * Our own tokens name a client, scopes and a purpose; all else is read from the registration, so
 * that its changes take effect at once.
 */
import type { JWTPayload } from 'jose'
import type { Caller, Client } from '../caller.ts'
import type { ClientStore } from '../clients/client-store.ts'
import { userOf } from '../clients/client-user.ts'
import { purposesIn } from './purpose-claim.ts'
import { expectShape, Refusal } from '../refusal.ts'
import { quote, shapeOf } from '../../shape.ts'
import { intersectScopes, parseScopes, scopesOf } from '../scopes.ts'

interface OwnClaims {
  readonly sub: string
  readonly scope: string
}
const ownShape = shapeOf<OwnClaims>({
  type: 'object',
  required: ['sub', 'scope'],
  properties: {
    sub: { type: 'string', expected: 'a client id' },
    scope: { type: 'string', expected: 'scopes' }
  }
})

const callerOfClient = (
  client: Client,
  { scope }: OwnClaims,
  purposes: readonly string[]
): Caller => {
  const user = userOf(client)
  return Object.freeze({
    client: client.id,
    name: client.name,
    organization: client.organization,
    ...(user === undefined ? {} : { user }),
    purposes: purposes.filter((code) => client.purposes.includes(code)),
    scopes: scopesOf(intersectScopes(parseScopes(scope), parseScopes(client.scope))),
    rights: new Set(client.rights)
  })
}

/** The caller of one token, made again only when the registration changed. */
export const createOwnCaller = (
  clients: ClientStore,
  payload: JWTPayload
): (() => Promise<Caller>) => {
  const claims = expectShape(ownShape, payload, "the token's ")
  const purposes = purposesIn(payload)
  let last: { readonly client: Client; readonly caller: Caller } | undefined
  return async () => {
    const client = await clients.find(claims.sub)
    if (client === undefined) {
      throw new Refusal(`client ${quote(claims.sub)} is not registered any more`)
    }
    if (client.disabled) throw new Refusal(`client ${quote(client.id)} is disabled`)
    if (last?.client !== client) last = { client, caller: callerOfClient(client, claims, purposes) }
    return last.caller
  }
}
