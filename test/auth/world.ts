/** A store with one registered client, and someone who holds its key. */
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { JWK, JWTHeaderParameters } from 'jose'
import { createAuth } from '../../src/auth/auth.ts'
import type { AuthDeps } from '../../src/auth/auth.ts'
import type { Client } from '../../src/auth/caller.ts'
import { createClientStore } from '../../src/auth/clients/client-store.ts'
import { endpointsOf } from '../../src/auth/endpoints.ts'
import type { ResourceId } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import type { Store } from '../../src/storage/store.ts'

export const publicUrl = 'https://psi.example.org'
export const endpoints = endpointsOf(publicUrl)
export const start = Date.UTC(2026, 10, 22, 12)

export interface Holder {
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

export const makeKey = async (alg: 'ES384' | 'RS384' | 'ES256', kid: string): Promise<Holder> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return {
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg },
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg }
  }
}

export const clientOf = (id: string, keys: readonly JWK[], more: Partial<Client> = {}): Client => ({
  id,
  name: 'Hospital',
  organization: 'org-a' as ResourceId,
  scope: 'system/CarePlan.cruds system/Patient.rs',
  purposes: ['TREAT', 'COORD'],
  rights: [],
  jwks: { keys },
  disabled: false,
  createdAt: '2026-11-22T12:00:00Z',
  ...more
})

export interface Claims {
  readonly [claim: string]: unknown
}

/** Signs what it is told to, right or wrong. */
export const sign = async (
  key: JWK,
  header: Partial<JWTHeaderParameters>,
  claims: Claims
): Promise<string> =>
  await new SignJWT(claims)
    .setProtectedHeader({
      alg: key.alg ?? 'ES384',
      typ: 'JWT',
      ...(key.kid === undefined ? {} : { kid: key.kid }),
      ...header
    })
    .sign(key)

export const formOf = (
  assertion: string,
  more: Readonly<Record<string, string>> = {}
): URLSearchParams =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'system/CarePlan.rs',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...more
  })

export const unusedFetch: AuthDeps['fetch'] = async (url) => {
  throw new Error(`a socket was opened to ${url}`)
}

/** A client that asks for tokens with its own key. */
const asking = (
  auth: ReturnType<typeof createAuth>,
  holder: Awaited<ReturnType<typeof makeKey>>,
  time: { readonly now: number }
) => {
  const claims = (changed: Claims = {}): Claims => {
    const now = Math.floor(time.now / 1000)
    return {
      iss: 'hospital',
      sub: 'hospital',
      aud: endpoints.token,
      exp: now + 240,
      jti: randomUUID(),
      ...changed
    }
  }
  const ask = async (
    changed: Claims = {},
    header: Partial<JWTHeaderParameters> = {},
    form: Readonly<Record<string, string>> = {}
  ) =>
    await auth.token(
      formOf(await sign(holder.privateJwk, header, claims(changed)), form),
      'request-1'
    )
  return { claims, ask }
}

export const makeWorld = async (
  more: Partial<AuthDeps> & { readonly client?: Partial<Client> } = {}
) => {
  const time = { now: start }
  const clock = (): number => time.now
  const store: Store = more.store ?? (await openNaiveStore({ now: clock }))
  const logged: Record<string, unknown>[] = []
  const note = (fields: object): void => {
    logged.push(fields as Record<string, unknown>)
  }
  const deps: AuthDeps = {
    issuers: [],
    publicUrl,
    clock,
    fetch: unusedFetch,
    newId: randomUUID,
    log: { info: note, warn: note },
    ...more,
    store
  }
  const holder = await makeKey('ES384', 'key-1')
  const clients = createClientStore(deps)
  await clients.add(clientOf('hospital', [holder.publicJwk], more.client))
  const auth = createAuth(deps)

  const { claims, ask } = asking(auth, holder, time)
  const accessToken = async (form: Readonly<Record<string, string>> = {}): Promise<string> =>
    String((await ask({}, {}, form)).body['access_token'])

  return {
    auth,
    deps,
    store,
    clients,
    clock,
    time,
    logged,
    holder,
    claims,
    ask,
    accessToken,
    reason: () => String(logged.at(-1)?.['reason'])
  }
}
