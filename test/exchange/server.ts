/** A whole server on either store, for tests that drive it over HTTP as its users do. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { findMongod, startMongod } from '../../scripts/mongod.ts'
import { endpointsOf } from '../../src/auth/endpoints.ts'
import { connectionDepsOf } from '../../src/cli/demo/demo.ts'
import { connect } from '../../src/cli/connection.ts'
import type { Connection, Settings } from '../../src/cli/connection.ts'
import { processIo } from '../../src/cli/io.ts'
import { registerClient } from '../../src/cli/register-client.ts'
import type { Registration } from '../../src/cli/register-client.ts'
import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'
import type { RunningServer } from '../../src/server.ts'

export interface Running {
  readonly server: RunningServer
  readonly folder: string
  readonly client: (
    registration: Partial<Registration> & { readonly organization: string }
  ) => Promise<Connection & { readonly organization: string }>
  readonly stop: () => Promise<void>
}

export const timeZone = 'Europe/Brussels'

const start = async (
  store: string,
  folder: string,
  ended: () => Promise<void>
): Promise<Running> => {
  const config = readConfig({ PSI_STORE: store, PSI_PORT: '0', PSI_LOG_LEVEL: 'error' })
  const server = await startServer(config, { log: pino({ level: 'silent' }) })
  return {
    server,
    folder,
    client: async ({
      organization,
      name = organization,
      scope = 'system/*.cruds',
      purposes = ['TREAT'],
      rights = [],
      ...rest
    }) => {
      const { client, settings } = await registerClient(
        { name, organization, scope, purposes, rights, ...rest },
        { ...processIo, store: server.store, timeZone, endpoints: endpointsOf(server.url) }
      )
      return {
        ...connect(settings as Settings, connectionDepsOf(processIo)),
        organization: client.organization
      }
    },
    stop: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
      await ended()
    }
  }
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'psi-exchange-'))

export const onSqlite = async (): Promise<Running> => {
  const folder = temporary()
  return await start(`sqlite:${join(folder, 'store')}`, folder, async () => {})
}

/** undefined where no mongod can be had; in CI that fails the run instead. */
export const onMongo = async (): Promise<Running | undefined> => {
  if ((await findMongod()) === undefined && process.env['CI'] !== 'true') return undefined
  const mongod = await startMongod()
  const name = `psi_${String(process.pid)}_${String(Date.now())}`
  return await start(mongod.uri.replace(/\/psi(\?|$)/, `/${name}$1`), temporary(), async () => {
    await mongod.stop()
  })
}
