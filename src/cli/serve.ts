/** `psi-fhir serve`: the server in the foreground, until a signal ends it. */
import { Command } from 'commander'
import type { Logger } from 'pino'
import { readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import type { RunningServer } from '../server.ts'
import type { Io } from './io.ts'
import { CommandError } from './io.ts'

const signals = ['SIGTERM', 'SIGINT'] as const

/** What failed at the start, and what to do about it. */
const startFailure = (error: unknown, { host, port }: Config): unknown => {
  const { code } = error as { readonly code?: unknown }
  if (code === 'EADDRINUSE') {
    return new CommandError(
      `Port ${port} of ${host} is taken. Stop what listens there, or set PSI_PORT.`
    )
  }
  if (code === 'EACCES') {
    return new CommandError(
      `Port ${port} of ${host} may not be used by this user. Set PSI_PORT to one above 1023.`
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CommandError(`${host} is no address of this machine. Set PSI_HOST.`)
  }
  return error
}

/** The first signal drains, the second ends the process as it stands. */
export const untilClosed = async (server: RunningServer, log: Logger): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    let signalled = false
    const onSignal = (signal: NodeJS.Signals): void => {
      if (signalled) {
        log.warn({ signal }, 'ended by a second signal')
        process.exit(1)
      }
      signalled = true
      log.info({ signal }, 'closing: requests in work are finished')
      server.close().then(resolve, reject)
    }
    for (const signal of signals) process.on(signal, onSignal)
  })
  log.info('closed')
}

export const serve = async (io: Io): Promise<void> => {
  const begin = io.clock()
  const config = readConfig(io.environment)
  const [{ createLog }, { startServer }] = await Promise.all([
    import('../log.ts'),
    import('../server.ts')
  ])
  const log = await createLog({ level: config.logLevel })
  const server = await startServer(config, { log, clock: io.clock, newId: io.newId }).catch(
    (error: unknown) => {
      throw startFailure(error, config)
    }
  )
  log.info({ fhir: server.fhirBase, store: config.store.kind, ms: io.clock() - begin }, 'ready')
  await untilClosed(server, log)
}

export const serveCommand = (io: Io): Command =>
  new Command('serve')
    .description('start the server; SIGTERM lets requests in work end, a second one does not')
    .action(async () => {
      await serve(io)
    })
