/**
 * Monsieur X on an empty store: directory, clients of five organisations, plan and consents, all
 * through the HTTP API with real tokens.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpointsOf } from '../../auth/endpoints.ts'
import type { ClientRight } from '../../auth/caller.ts'
import { cbeSystem, ssinSystem } from '../../psi/canonical.ts'
import type { Store } from '../../storage/store.ts'
import { connect } from '../connection.ts'
import type { Answer, Connection, Settings } from '../connection.ts'
import { CommandError } from '../io.ts'
import type { Io } from '../io.ts'
import { registerClient } from '../register-client.ts'
import { resourcesOf } from '../tour/step.ts'
import type { Player } from '../tour/step.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { readFixture } from './fixture.ts'

const roleSystem = 'https://psy107.example/directory/role'
const ssin = `${ssinSystem}|86051299994`

interface Part {
  readonly player: Player
  readonly organization: string
  readonly purposes: readonly string[]
  readonly rights: readonly ClientRight[]
  readonly scope: string
}

/** The cast: organisations by their CBE number; `user` is found when everything is loaded. */
const cast: readonly Part[] = [
  {
    player: 'hopital',
    organization: `${cbeSystem}|0000000196`,
    purposes: ['TREAT'],
    rights: [],
    scope: 'system/*.cruds'
  },
  {
    player: 'habitat',
    organization: `${cbeSystem}|0000000295`,
    purposes: ['TREAT'],
    rights: ['record-consents'],
    scope: 'system/*.cruds'
  },
  {
    player: 'ssm',
    organization: `${cbeSystem}|0000000394`,
    purposes: ['TREAT'],
    rights: [],
    scope: 'system/*.cruds'
  },
  {
    player: 'formation',
    organization: `${cbeSystem}|0000000493`,
    purposes: ['TREAT'],
    rights: [],
    scope: 'system/*.rs'
  }
]
const network: Part = {
  player: 'reseau',
  organization: `${cbeSystem}|0000000592`,
  purposes: ['HOPERAT'],
  rights: ['directory', 'platform', 'operator'],
  scope: 'system/*.cruds'
}

export interface DemoDeps {
  readonly io: Io
  readonly store: Store
  readonly publicUrl: string
  readonly timeZone: string
  /** Where the settings of the clients are written, one file each. */
  readonly folder: string
  /** `YYYY-MM-DD`: the day that the example is moved to. */
  readonly today: string
  readonly connectionDeps: Parameters<typeof connect>[1]
}

const settingsFile = (folder: string, player: Player): string => join(folder, `${player}.json`)

const expectOk = (answer: Answer, what: string): Answer => {
  if (answer.status !== 200) {
    throw new CommandError(
      `${what} answered ${String(answer.status)}: ${answer.text.slice(0, 1000)}`
    )
  }
  return answer
}

const register = async (
  { io, store, publicUrl, timeZone, folder, connectionDeps }: DemoDeps,
  part: Part,
  user?: string
): Promise<Connection> => {
  const { settings } = await registerClient(
    {
      name: `${part.player} (demo)`,
      organization: part.organization,
      scope: part.scope,
      purposes: part.purposes,
      rights: part.rights,
      ...(user === undefined ? {} : { user })
    },
    { ...io, store, timeZone, endpoints: endpointsOf(publicUrl) }
  )
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(settingsFile(folder, part.player), `${JSON.stringify(settings, undefined, 2)}\n`, {
    mode: 0o600
  })
  return connect(settings as Settings, connectionDeps)
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const find = async (
  connection: Connection,
  type: ResourceType,
  identifier: string
): Promise<string> => {
  const answer = expectOk(
    await connection.request('POST', `${type}/_search`, {
      body: new URLSearchParams({ identifier }).toString(),
      headers: form
    }),
    `Search for a ${type}`
  )
  const [resource] = resourcesOf(answer, type)
  if (resource?.id === undefined) {
    throw new CommandError(`The demo data hold no ${type} ${identifier}.`)
  }
  return `${type}/${resource.id}`
}

const post = async (connection: Connection, name: string, today: string): Promise<void> => {
  expectOk(
    await connection.request('POST', '', {
      body: readFixture(name, today),
      headers: { prefer: 'return=minimal' }
    }),
    `Loading ${name}`
  )
}

/** @returns the référent's PractitionerRole */
export const setUpMonsieurX = async (
  deps: DemoDeps
): Promise<{ readonly referent: string; readonly clients: number }> => {
  const { today } = deps
  const reseau = await register(deps, network)
  await post(reseau, 'directory.json', today)
  const connections = new Map<Player, Connection>()
  for (const part of cast) connections.set(part.player, await register(deps, part))
  const habitat = connections.get('habitat') ?? reseau
  await post(habitat, 'plan.json', today)
  await post(habitat, 'consents.json', today)
  const referent = await find(reseau, 'PractitionerRole', `${roleSystem}|habitat-referent`)
  const patient = await find(habitat, 'Patient', ssin)
  await register(
    deps,
    {
      player: 'referent',
      organization: `${cbeSystem}|0000000295`,
      purposes: ['TREAT'],
      rights: [],
      scope: 'user/*.rs'
    },
    referent
  )
  await register(
    deps,
    {
      player: 'monsieur-x',
      organization: network.organization,
      purposes: ['PATRQT'],
      rights: [],
      scope: 'patient/*.cruds'
    },
    patient
  )
  writeFileSync(
    join(deps.folder, 'demo.json'),
    `${JSON.stringify({ fhirBase: endpointsOf(deps.publicUrl).fhirBase, referent, today }, undefined, 2)}\n`
  )
  return { referent, clients: cast.length + 3 }
}
