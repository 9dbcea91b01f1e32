/**
 * `psi-fhir client`: who may ask for tokens. Works on the store, so a running server honours it
 * within seconds.
 */
import { Command } from 'commander'
import type { Client } from '../auth/caller.ts'
import type { ClientDeed, ClientStore } from '../auth/clients/client-store.ts'
import { readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import type { Store } from '../storage/store.ts'
import { table } from './table.ts'
import type { Registered, Registration } from './register-client.ts'
import type { Io } from './io.ts'
import { CommandError } from './io.ts'
import { storeName, withStore } from './open-store.ts'

interface Json {
  readonly json?: true
}
interface AddOptions extends Json, Pick<Registration, 'name' | 'organization'> {
  readonly scope: string
  readonly user?: string
  readonly purpose: readonly string[]
  readonly right: readonly string[]
  readonly generateKey?: true
  readonly jwks?: string
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

const withClients = async <T>(
  io: Io,
  work: (clients: ClientStore, store: Store, config: Config) => Promise<T>
): Promise<T> => {
  const config = readConfig(io.environment)
  const [{ createClientStore }, { clientEntry }] = await Promise.all([
    import('../auth/clients/client-store.ts'),
    import('../audit/client-entry.ts')
  ])
  return await withStore(
    config,
    io,
    async (store) =>
      await work(createClientStore({ ...io, store, auditOf: clientEntry(io) }), store, config)
  )
}

const sayRegistered = (io: Io, { client, organizationCreated, settings }: Registered): void => {
  io.err(
    `Client ${client.id} (${client.name}) of Organization/${client.organization}${organizationCreated ? ', which was made' : ''}.\n`
  )
  if (settings.private_jwk !== undefined) {
    io.err('The private key below is kept nowhere else: save these settings.\n')
  }
}

/** Told with --json too: on stderr it is in nobody's way. */
const sayWhere = (io: Io, { client, namesakes }: Registered, config: Config): void => {
  io.err(
    `Client ${client.id} is in the store ${storeName(config)}; a server honours it when its PSI_STORE is the same.\n`
  )
  if (namesakes.length === 0) return
  const ids = namesakes.map(({ id, disabled }) => (disabled ? `${id} (disabled)` : id)).join(', ')
  io.err(
    `Note: ${namesakes.length === 1 ? 'a client' : `${namesakes.length} clients`} named ${JSON.stringify(client.name)} of Organization/${client.organization} ${namesakes.length === 1 ? 'was' : 'were'} there already: ${ids}. This one was added beside. psi-fhir client list shows all; psi-fhir client disable <client> ends one that nobody uses.\n`
  )
}

const add = async (options: AddOptions, io: Io): Promise<void> => {
  if ((options.generateKey === true) === (options.jwks !== undefined)) {
    throw new CommandError('Give either --generate-key or --jwks.', 2)
  }
  const [{ registerClient }, { endpointsOf }] = await Promise.all([
    import('./register-client.ts'),
    import('../auth/endpoints.ts')
  ])
  const {
    purpose: purposes,
    right: rights,
    json: asJson,
    generateKey: _generate,
    ...rest
  } = options
  const { registered, config } = await withClients(io, async (_clients, store, config) => ({
    config,
    registered: await registerClient(
      { ...rest, purposes, rights },
      { ...io, store, timeZone: config.timeZone, endpoints: endpointsOf(config.publicUrl) }
    )
  }))
  if (asJson !== true) sayRegistered(io, registered)
  sayWhere(io, registered, config)
  io.out(json(registered.settings))
}

/** What may be shown: keys by their ids. */
const shown = ({ jwks, ...client }: Client): object => ({
  ...client,
  keys: jwks.keys.map((key) => key['kid'])
})

const list = async ({ json: asJson }: Json, io: Io): Promise<void> => {
  const clients = await withClients(io, async (store) => await store.list())
  const sorted = clients.toSorted(
    (a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)
  )
  io.out(
    asJson === true
      ? json(sorted.map(shown))
      : table([
          ['CLIENT', 'NAME', 'ORGANIZATION', 'USER', 'PURPOSES', 'RIGHTS', 'STATE', 'SCOPE'],
          ...sorted.map((client) => [
            client.id,
            client.name,
            client.organization,
            client.user ?? '-',
            client.purposes.join(' ') || '-',
            client.rights.join(' ') || '-',
            client.disabled ? 'disabled' : 'enabled',
            client.scope
          ])
        ])
  )
}

const change = async (
  id: string,
  deed: ClientDeed,
  edit: (client: Client) => Client,
  io: Io
): Promise<{ readonly client: Client; readonly config: Config }> =>
  await withClients(io, async (clients, _store, config) => {
    const client = await clients.change(id, deed, edit)
    if (client === undefined) {
      throw new CommandError(`There is no client ${JSON.stringify(id)}. See psi-fhir client list.`)
    }
    return { client, config }
  })

const setDisabled =
  (disabled: boolean) =>
  async (id: string, { json: asJson }: Json, io: Io): Promise<void> => {
    const { client } = await change(
      id,
      disabled ? 'disable' : 'enable',
      (before) => ({ ...before, disabled }),
      io
    )
    io.out(
      asJson === true
        ? json(shown(client))
        : `Client ${client.id} (${client.name}) is ${disabled ? 'disabled: no new tokens, and those that are out end' : 'enabled'} within 5 seconds.\n`
    )
  }

/** The last key stays good beside the new one, unless it is in the wrong hands. */
const rotate = async (
  id: string,
  { json: asJson, now }: Json & { readonly now?: true },
  io: Io
): Promise<void> => {
  const [{ generateKey }, { settingsOf }, { endpointsOf }] = await Promise.all([
    import('./client-keys.ts'),
    import('./register-client.ts'),
    import('../auth/endpoints.ts')
  ])
  const { privateJwk, publicJwk } = await generateKey()
  const { client, config } = await change(
    id,
    'rotate',
    ({ jwksUrl, jwks, ...before }) => {
      if (jwksUrl !== undefined) {
        throw new CommandError(
          `Client ${id} publishes its keys at ${jwksUrl}; it changes them there.`
        )
      }
      return {
        ...before,
        jwks: { keys: [...(now === true ? [] : jwks.keys.slice(-1)), publicJwk] }
      }
    },
    io
  )
  if (asJson !== true) {
    io.err(
      `Client ${client.id} (${client.name}) has a new key${now === true ? '; older ones end within 5 seconds' : '; the last one stays good until the next rotation'}.\n`
    )
  }
  io.out(json(settingsOf(client, endpointsOf(config.publicUrl), privateJwk)))
}

const registration = (command: Command, io: Io): void => {
  command
    .command('add')
    .description('register a client and print its settings')
    .requiredOption('--name <name>', 'what people call it')
    .requiredOption(
      '--organization <organization>',
      'Organization/<id>, identifier system|value, or name; made when nobody has that identifier or name'
    )
    .requiredOption('--scope <scopes>', 'most that its tokens may do, for example "system/*.cruds"')
    .option(
      '--user <reference>',
      'person behind the client: Practitioner, PractitionerRole, Patient or RelatedPerson'
    )
    .option(
      '--purpose <code>',
      'purpose of use that its tokens may declare, repeatable; the first is the default',
      collect,
      []
    )
    .option(
      '--right <right>',
      'record-consents, platform, operator or directory; repeatable',
      collect,
      []
    )
    .option('--generate-key', 'make an ES384 key pair; the private key is printed and not kept')
    .option(
      '--jwks <file-or-url>',
      "the client's own public keys: a key set in a file, or https: address of one"
    )
    .option('--json', 'print the settings alone')
    .action(async (options: AddOptions) => {
      await add(options, io)
    })
}

const state = (command: Command, io: Io): void => {
  command
    .command('list')
    .description('all clients')
    .option('--json', 'as JSON')
    .action(async (options: Json) => {
      await list(options, io)
    })
  command
    .command('disable <client>')
    .description('no tokens for this client any more')
    .option('--json', 'as JSON')
    .action(async (id: string, options: Json) => {
      await setDisabled(true)(id, options, io)
    })
  command
    .command('enable <client>')
    .description('undo disable')
    .option('--json', 'as JSON')
    .action(async (id: string, options: Json) => {
      await setDisabled(false)(id, options, io)
    })
}

const keys = (command: Command, io: Io): void => {
  command
    .command('rotate <client>')
    .description('make a new key and print settings with it')
    .option('--now', 'end older keys at once')
    .option('--json', 'print the settings alone')
    .action(async (id: string, options: Json & { readonly now?: true }) => {
      await rotate(id, options, io)
    })
  command
    .command('test')
    .description('exchange settings for a token and name the check that fails')
    .requiredOption('--settings <file>', 'what client add printed')
    .option('--json', 'as JSON')
    .action(async (options: Json & { readonly settings: string }) => {
      const { testClient } = await import('./client-test.ts')
      await testClient(options, io)
    })
}

export const clientCommand = (io: Io): Command => {
  const command = new Command('client').description(
    'register clients and manage them, while the server runs'
  )
  for (const part of [registration, state, keys]) part(command, io)
  return command
}
