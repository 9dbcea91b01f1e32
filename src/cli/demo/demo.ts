/**
 * `psi-fhir demo`: the server on the embedded store with Monsieur X, his organisations and their
 * clients; `--once` plays the tour against it and ends.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Command } from 'commander'
import pc from 'picocolors'
import { readConfig } from '../../config.ts'
import type { Config } from '../../config.ts'
import type { RunningServer } from '../../server.ts'
import type { ConnectionDeps } from '../connection.ts'
import { CommandError, exitCodes } from '../io.ts'
import type { Io } from '../io.ts'
import { untilClosed } from '../serve.ts'
import { openStage } from '../tour/stage.ts'
import { players } from '../tour/step.ts'
import { playTour } from '../tour/tour.ts'
import { setUpMonsieurX } from './setup.ts'

interface DemoOptions {
  readonly once?: true
  readonly reset?: true
  readonly data: string
}

export const connectionDepsOf = (io: Io): ConnectionDeps => ({
  fetch: io.fetch,
  clock: io.clock,
  wait: async (ms) => {
    await wait(ms)
  },
  retries: 3
})

/**
 * Loopback and the embedded store, whatever the environment says: the data are fictitious, the keys
 * lie beside them.
 */
const configOf = (io: Io, folder: string, once: boolean): Config =>
  readConfig(io.environment, {
    PSI_LOG_LEVEL: 'warn',
    PSI_STORE: `sqlite:${join(folder, 'store')}`,
    PSI_HOST: '127.0.0.1',
    PSI_PUBLIC_URL: '',
    ...(once ? { PSI_PORT: '0' } : {})
  })

const today = (io: Io): string => new Date(io.clock()).toISOString().slice(0, 10)

const tick = (io: Io, label: string, text: string): void => {
  io.out(` ${pc.green('✔')} ${label.padEnd(14)} ${text}\n`)
}

/** What a demo made, and nothing else that may lie in the folder. */
const clear = (folder: string): void => {
  for (const name of ['store', 'demo.json', ...players.map((player) => `${player}.json`)]) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

const start = async (io: Io, folder: string, once: boolean): Promise<RunningServer> => {
  const begin = io.clock()
  const fresh = !existsSync(join(folder, 'demo.json'))
  if (fresh) clear(folder)
  const config = configOf(io, folder, once)
  const [{ createLog }, { startServer }] = await Promise.all([
    import('../../log.ts'),
    import('../../server.ts')
  ])
  const server = await startServer(config, {
    log: await createLog({ level: config.logLevel }),
    clock: io.clock,
    newId: io.newId
  })
  try {
    tick(
      io,
      'server',
      `ready in ${((io.clock() - begin) / 1000).toFixed(1)} s, loopback only, embedded store ${folder}${fresh ? ' (new)' : ''}`
    )
    if (fresh) {
      const { clients } = await setUpMonsieurX({
        io,
        store: server.store,
        publicUrl: server.url,
        timeZone: config.timeZone,
        folder,
        today: today(io),
        connectionDeps: connectionDepsOf(io)
      })
      tick(
        io,
        'Monsieur X',
        `plan, team, consents; 5 organisations, ${clients} demo clients; fictitious data`
      )
    }
    return server
  } catch (error) {
    await server.close()
    throw error
  }
}

/** How this program was started: from its sources, or as a package. */
const program = import.meta.url.endsWith('.ts') ? 'npm run psi --' : 'npx psi-fhir'

const signpost = (io: Io, server: RunningServer, folder: string): void => {
  io.out(
    [
      '',
      `  FHIR       ${server.fhirBase}`,
      `  Metadata   ${server.fhirBase}/metadata`,
      `  SMART      ${server.fhirBase}/.well-known/smart-configuration`,
      `  Clients    ${folder}${folder.includes('\\') ? '\\' : '/'}{hopital,habitat,ssm,formation,reseau,referent,monsieur-x}.json`,
      '',
      'Next, in a second terminal:',
      `  ${program} tour --data ${folder}`,
      `  ${program} token --settings ${join(folder, 'ssm.json')}     a token for curl`,
      '',
      `Ctrl-C ends it; ${program} demo --reset begins anew.`,
      ''
    ].join('\n')
  )
}

const playOnce = async (io: Io): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-fhir-demo-'))
  const server = await start(io, join(folder, 'demo'), true)
  try {
    const { held, of } = await playTour(
      openStage(join(folder, 'demo'), connectionDepsOf(io)),
      (line) => {
        io.out(`${line}\n`)
      }
    )
    if (held < of) throw new CommandError(`${of - held} steps did not hold.`, exitCodes.failure)
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const demo = async ({ once, reset, data }: DemoOptions, io: Io): Promise<void> => {
  if (once === true) {
    await playOnce(io)
    return
  }
  const folder = resolve(data)
  if (reset === true) clear(folder)
  const server = await start(io, folder, false)
  signpost(io, server, folder)
  const { createLog } = await import('../../log.ts')
  await untilClosed(server, await createLog({ level: 'warn' }))
}

export const demoCommand = (io: Io): Command =>
  new Command('demo')
    .description('start the server with Monsieur X, five organisations and their clients')
    .option(
      '--once',
      'play the whole tour against it in a temporary folder, and end; exit code 0 only if every step held'
    )
    .option('--reset', 'throw the demo data away and begin anew')
    .option(
      '--data <folder>',
      'where the demo keeps its store and the settings of its clients',
      './psi-data/demo'
    )
    .action(async (options: DemoOptions) => {
      await demo(options, io)
    })

export const tourCommand = (io: Io): Command =>
  new Command('tour')
    .description('play the tour against a running demo')
    .option('--data <folder>', 'folder of the demo', './psi-data/demo')
    .action(async ({ data }: Pick<DemoOptions, 'data'>) => {
      const { held, of } = await playTour(
        openStage(resolve(data), connectionDepsOf(io)),
        (line) => {
          io.out(`${line}\n`)
        }
      )
      if (held < of) throw new CommandError(`${of - held} steps did not hold.`, exitCodes.failure)
    })
