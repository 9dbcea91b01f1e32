/**
 * `psi-fhir client test`: the token exchange, check by check; the first that fails is named with
 * what to do.
 */
import { importJWK } from 'jose'
import type { JWK } from 'jose'
import { system } from '../access/who/system.ts'
import { createClientStore } from '../auth/clients/client-store.ts'
import { endpointsOf } from '../auth/endpoints.ts'
import { readConfig } from '../config.ts'
import { shapeOf } from '../shape.ts'
import { table } from './table.ts'
import { requestToken } from './connection.ts'
import type { Settings } from './connection.ts'
import type { Io } from './io.ts'
import { CommandError } from './io.ts'
import { storeName, withStore } from './open-store.ts'
import { readSettings } from './settings.ts'

interface Check {
  readonly name: string
  readonly run: () => Promise<string>
}
interface Result {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

const mostSkew = 30
const timeout = 5000
const seconds = (ms: number): number => Math.round(ms / 1000)

const checkKey = async ({ private_jwk: key }: Settings): Promise<string> => {
  const alg = key.kty === 'RSA' ? 'RS384' : 'ES384'
  if (key.kid === undefined) {
    throw new Error('private_jwk has no kid; take the settings as they were printed')
  }
  await importJWK(key, alg)
  return `${alg}, kid ${key.kid}`
}

const samePublicPart = (a: JWK, b: Readonly<Record<string, unknown>>): boolean =>
  (['kty', 'crv', 'x', 'y', 'n', 'e'] as const).every((part) => a[part] === b[part])

const checkRegistration = async (
  { client_id: id, private_jwk: key }: Settings,
  io: Io
): Promise<string> =>
  await withStore(readConfig(io.environment), io, async (store) => {
    const client = await createClientStore({ ...io, store }).find(id)
    if (client === undefined) {
      throw new Error(
        `client ${id} is not in the store that PSI_STORE names (${storeName(readConfig(io.environment))}); register it, or set PSI_STORE as for the server`
      )
    }
    if (client.disabled) {
      throw new Error(`client ${id} is disabled; run psi-fhir client enable ${id}`)
    }
    const [organization] = await store.read(
      [{ type: 'Organization', id: client.organization }],
      system
    )
    if (organization === undefined || organization.deleted) {
      throw new Error(`its Organization/${client.organization} is gone; register the client again`)
    }
    if (client.jwksUrl !== undefined) return `${client.name}, keys at ${client.jwksUrl}`
    const registered = client.jwks.keys.find(({ kid }) => kid === key.kid)
    if (registered === undefined) {
      throw new Error(
        `kid ${String(key.kid)} is not registered; its keys are ${client.jwks.keys.map(({ kid }) => String(kid)).join(', ')}: use the settings of the last client rotate`
      )
    }
    if (!samePublicPart(key, registered)) {
      throw new Error(`private_jwk does not belong to the registered key ${String(key.kid)}`)
    }
    return `${client.name}, Organization/${client.organization}, enabled`
  })

const discovery = shapeOf<{ readonly token_endpoint: string }>({
  type: 'object',
  required: ['token_endpoint'],
  properties: { token_endpoint: { type: 'string', expected: 'an address' } }
})

const checkServer = async (
  { fhir_base: base, token_endpoint: token }: Settings,
  io: Io
): Promise<string> => {
  const answer = await io
    .fetch(`${base}/.well-known/smart-configuration`, { signal: AbortSignal.timeout(timeout) })
    .catch((error: unknown) => {
      throw new Error(
        `${base} does not answer (${String((error as { cause?: { code?: unknown } }).cause?.code ?? error)}); start the server, or mend fhir_base`
      )
    })
  if (answer.status !== 200) {
    throw new Error(
      `${base}/.well-known/smart-configuration answered ${answer.status}; expected 200: is fhir_base right?`
    )
  }
  const said = discovery.judge(await answer.json(), "the server's ")
  if (said.problems !== undefined) {
    throw new Error(`${said.problems.join('; ')}: is fhir_base right?`)
  }
  if (said.value.token_endpoint !== token) {
    throw new Error(
      `the server's token endpoint is ${said.value.token_endpoint}, the settings say ${token}; set PSI_PUBLIC_URL alike where the server and psi-fhir client run`
    )
  }
  const skew =
    io.clock() - Date.parse(answer.headers.get('date') ?? new Date(io.clock()).toISOString())
  if (Math.abs(skew) > mostSkew * 1000) {
    throw new Error(
      `this clock and the server's differ by ${seconds(skew)} s; expected at most ${mostSkew}`
    )
  }
  return `answers, clocks differ by ${Math.abs(seconds(skew))} s`
}

const checkExchange = async (settings: Settings, io: Io): Promise<string> => {
  const { expires } = await requestToken(settings, io)
  return `token for ${seconds(expires - io.clock())} s`
}

const isLocal = ({ fhir_base: base }: Settings, io: Io): boolean =>
  base === endpointsOf(readConfig(io.environment).publicUrl).fhirBase

/** @throws CommandError when a check failed, after all results are printed */
export const testClient = async (
  { settings: file, json }: { readonly settings: string; readonly json?: true },
  io: Io
): Promise<void> => {
  const settings = readSettings(file)
  const checks: readonly Check[] = [
    { name: 'key', run: async () => await checkKey(settings) },
    { name: 'server', run: async () => await checkServer(settings, io) },
    // Only the server's own machine can look into its store.
    ...(isLocal(settings, io)
      ? [{ name: 'registration', run: async () => await checkRegistration(settings, io) }]
      : []),
    { name: 'token exchange', run: async () => await checkExchange(settings, io) }
  ]
  io.err(
    isLocal(settings, io)
      ? `The registration is looked up in the store ${storeName(readConfig(io.environment))}.\n`
      : `The registration is not looked up: ${settings.fhir_base} is not the server that PSI_PUBLIC_URL or PSI_PORT names here.\n`
  )
  const results: Result[] = []
  for (const { name, run } of checks) {
    try {
      results.push({ check: name, ok: true, detail: await run() })
    } catch (error) {
      results.push({
        check: name,
        ok: false,
        detail: error instanceof Error ? error.message : String(error)
      })
      break
    }
  }
  io.out(
    json === true
      ? `${JSON.stringify(results)}\n`
      : table(results.map(({ check, ok, detail }) => [ok ? 'ok' : 'FAILED', check, detail]))
  )
  const failed = results.find(({ ok }) => !ok)
  if (failed !== undefined) throw new CommandError(`The check "${failed.check}" failed.`)
}
