/** A running server, and the command line beside it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Settings } from '../../src/cli/connection.ts'
import { requestToken } from '../../src/cli/connection.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { runner } from './run.ts'

export const folder = mkdtempSync(join(tmpdir(), 'psi-cli-'))
export const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const start = async () => {
  const config = readConfig({ PSI_STORE: `sqlite:${join(folder, 'data')}`, PSI_PORT: '0' })
  const server = await startServer(config, { log: await createLog({ level: 'silent' }) })
  const environment = {
    PSI_STORE: `sqlite:${join(folder, 'data')}`,
    PSI_PUBLIC_URL: server.url,
    PSI_PORT: new URL(server.url).port
  }
  return { server, psi: runner(environment), environment }
}
let started: ReturnType<typeof start> | undefined
/** Started by the first test that asks. */
export const world = async () => await (started ??= start())
t.teardown(async () => {
  await (await started)?.server.close()
  rmSync(folder, { recursive: true })
})

export const add = [
  'client',
  'add',
  '--name',
  'SSM',
  '--organization',
  'SSM Le Pont',
  '--scope',
  'system/*.cruds',
  '--purpose',
  'TREAT'
]
export const register = async (...more: string[]): Promise<Settings> =>
  (await (await world()).psi(...add, '--generate-key', '--json', ...more)).json() as Settings
export const get = async (settings: Settings, path: string, token?: string) => {
  const bearer = token ?? (await requestToken(settings, { fetch, clock: Date.now })).token
  return await fetch(`${settings.fhir_base}/${path}`, {
    headers: { authorization: `Bearer ${bearer}` }
  })
}
export const seconds = async (count: number) => {
  await new Promise((resolve) => setTimeout(resolve, count * 1000))
}
