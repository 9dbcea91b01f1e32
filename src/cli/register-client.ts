/** Registration of a client: everything is judged before anything is written. */
import { system } from '../access/who/system.ts'
import { clientEntry } from '../audit/client-entry.ts'
import type { Client, ClientRight } from '../auth/caller.ts'
import { createClientStore } from '../auth/clients/client-store.ts'
import { contextFits, userOf } from '../auth/clients/client-user.ts'
import type { Endpoints } from '../auth/endpoints.ts'
import { parseScopes, ScopeError } from '../auth/scopes.ts'
import type { ScopeContext } from '../auth/scopes.ts'
import { isPurposeOfUse, purposesOfUse } from '../psi/purpose-of-use.ts'
import type { Store } from '../storage/store.ts'
import { generateKey, readKeySet } from './client-keys.ts'
import type { Settings } from './connection.ts'
import { CommandError } from './io.ts'
import { resolveOrganization } from './organization.ts'

export const clientRights: readonly ClientRight[] = [
  'record-consents',
  'platform',
  'operator',
  'directory'
]

export interface Registration {
  readonly name: string
  /** `Organization/<id>`, an identifier `system|value`, or a name. */
  readonly organization: string
  readonly scope: string
  readonly user?: string
  readonly purposes: readonly string[]
  readonly rights: readonly string[]
  /**
   * File of a key set, or https: address where the client publishes it; absent: a key pair is made.
   */
  readonly jwks?: string
}

export interface RegistrationDeps {
  readonly store: Store
  readonly clock: () => number
  readonly newId: () => string
  readonly timeZone: string
  readonly endpoints: Endpoints
}

export interface Registered {
  readonly client: Client
  readonly organizationCreated: boolean
  /**
   * Clients that were there before, with the same name and organization: a repeated command leaves
   * them behind.
   */
  readonly namesakes: readonly Client[]
  /** With the private key when it was made here: it is kept nowhere else. */
  readonly settings: Omit<Settings, 'private_jwk'> & Partial<Pick<Settings, 'private_jwk'>>
}

const usage = (message: string): CommandError => new CommandError(message, 2)

const contextOf = (scope: string): ScopeContext => {
  try {
    const { context } = parseScopes(scope)
    if (context !== undefined) return context
  } catch (error) {
    throw error instanceof ScopeError ? usage(`--scope: ${error.message}`) : error
  }
  throw usage('--scope holds no scope; expected for example "system/*.cruds".')
}

const check = ({ name, scope, user, purposes, rights }: Registration): void => {
  if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name)) {
    throw usage(
      '--name is empty, too long or holds control characters; expected a name of up to 200 characters.'
    )
  }
  const person = user === undefined ? undefined : userOf({ user })
  if (user !== undefined && person === undefined) {
    throw usage(
      `--user is ${JSON.stringify(user)}; expected Practitioner/<id>, PractitionerRole/<id>, Patient/<id> or RelatedPerson/<id>.`
    )
  }
  const context = contextOf(scope)
  if (!contextFits(context, person)) {
    throw usage(
      `--scope has ${context}/ scopes and ${user === undefined ? 'there is no --user' : `--user is ${user}`}; expected ${context === 'patient' ? 'a Patient or RelatedPerson' : 'a person'}.`
    )
  }
  for (const purpose of purposes) {
    if (!isPurposeOfUse(purpose)) {
      throw usage(
        `--purpose is ${JSON.stringify(purpose)}; expected some of ${purposesOfUse.join(', ')}.`
      )
    }
  }
  for (const right of rights) {
    if (!clientRights.some((known) => known === right)) {
      throw usage(
        `--right is ${JSON.stringify(right)}; expected some of ${clientRights.join(', ')}.`
      )
    }
  }
}

const checkUser = async ({ user }: Registration, store: Store): Promise<void> => {
  const person = user === undefined ? undefined : userOf({ user })
  if (person === undefined) return
  const [found] = await store.read([person], system)
  if (found === undefined || found.deleted) {
    throw new CommandError(`There is no ${user ?? ''} in this store; create it first.`)
  }
}

const keysOf = async (
  jwks: string | undefined
): Promise<Pick<Client, 'jwks' | 'jwksUrl'> & Partial<Pick<Settings, 'private_jwk'>>> => {
  if (jwks === undefined) {
    const { privateJwk, publicJwk } = await generateKey()
    return { jwks: { keys: [publicJwk] }, private_jwk: privateJwk }
  }
  if (!/^[a-z]+:\/\//i.test(jwks)) return { jwks: { keys: await readKeySet(jwks) } }
  if (!URL.canParse(jwks) || new URL(jwks).protocol !== 'https:') {
    throw new CommandError(`--jwks is ${jwks}; expected a file or an https:// address.`, 2)
  }
  return { jwks: { keys: [] }, jwksUrl: jwks }
}

export const settingsOf = (
  { id, scope }: Client,
  endpoints: Endpoints,
  privateJwk?: Settings['private_jwk']
): Registered['settings'] => ({
  client_id: id,
  ...(privateJwk === undefined ? {} : { private_jwk: privateJwk }),
  token_endpoint: endpoints.token,
  fhir_base: endpoints.fhirBase,
  scope
})

/** @throws CommandError */
export const registerClient = async (
  registration: Registration,
  deps: RegistrationDeps
): Promise<Registered> => {
  const { store, clock, newId, timeZone, endpoints } = deps
  check(registration)
  await checkUser(registration, store)
  const { private_jwk: privateJwk, ...keys } = await keysOf(registration.jwks)
  const organization = await resolveOrganization(registration.organization, registration.name, {
    store,
    clock,
    newId,
    timeZone,
    base: endpoints.fhirBase
  })
  const client: Client = {
    id: newId(),
    name: registration.name,
    organization: organization.id,
    ...(registration.user === undefined ? {} : { user: registration.user }),
    scope: registration.scope,
    purposes: registration.purposes,
    rights: registration.rights as readonly ClientRight[],
    ...keys,
    disabled: false,
    createdAt: new Date(clock()).toISOString()
  }
  const clients = createClientStore({ ...deps, auditOf: clientEntry(deps) })
  const namesakes = organization.created
    ? []
    : (await clients.list()).filter(
        ({ name, organization }) => name === client.name && organization === client.organization
      )
  await clients.add(client)
  return {
    client,
    organizationCreated: organization.created,
    namesakes,
    settings: settingsOf(client, endpoints, privateJwk)
  }
}
