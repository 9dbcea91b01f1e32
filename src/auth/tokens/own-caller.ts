/**
 * Our own tokens name a client, scopes and a purpose; all else is read from the registration, so
 * that its changes take effect at once.
 */
import type { JWTPayload } from 'jose'
import type { Caller, Client } from '../caller.ts'
import type { ClientStore } from '../clients/client-store.ts'
import { userOf } from '../clients/client-user.ts'
import { purposesIn } from './purpose-claim.ts'
import { quote, Refusal } from '../refusal.ts'
import { intersectScopes, parseScopes, scopesOf } from '../scopes.ts'

export const callerOfClient = (client: Client, payload: JWTPayload): Caller => {
  const user = userOf(client)
  const scope = typeof payload['scope'] === 'string' ? payload['scope'] : ''
  return Object.freeze({
    client: client.id,
    name: client.name,
    organization: client.organization,
    ...(user === undefined ? {} : { user }),
    purposes: purposesIn(payload).filter((code) => client.purposes.includes(code)),
    scopes: scopesOf(intersectScopes(parseScopes(scope), parseScopes(client.scope))),
    rights: new Set(client.rights)
  })
}

/** The caller of one token, made again only when the registration changed. */
export const createOwnCaller = (
  clients: ClientStore,
  payload: JWTPayload
): (() => Promise<Caller>) => {
  let last: { readonly client: Client; readonly caller: Caller } | undefined
  return async () => {
    const client = await clients.find(payload.sub ?? '')
    if (client === undefined) {
      throw new Refusal(`client ${quote(payload.sub)} is not registered any more`)
    }
    if (client.disabled) throw new Refusal(`client ${quote(client.id)} is disabled`)
    if (last?.client !== client) last = { client, caller: callerOfClient(client, payload) }
    return last.caller
  }
}
