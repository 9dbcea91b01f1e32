/**
 * The server under measurement: the built program in a process of its own, as it runs in
 * production.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { connect } from '../../src/cli/connection.ts'
import type { Connection, Settings } from '../../src/cli/connection.ts'
import { freePort } from '../mongod/member.ts'
import { residentMegabytes } from './resident-memory.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'dist/cli/main.js')

export interface Server {
  readonly port: number
  /** From the start of the process to the first 200 of /health/ready. */
  readonly readyMs: number
  readonly residentMegabytes: () => number
  readonly stop: () => Promise<void>
}

/** The variables of this process that are not the server's, and the server's own. */
const environmentOf = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PSI_'))),
  NODE_ENV: 'production',
  PSI_HOST: '127.0.0.1',
  PSI_LOG_LEVEL: 'warn',
  ...settings
})

export const build = async (): Promise<void> => {
  await run(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
    { cwd: root }
  )
}

export const startServer = async (store: string): Promise<Server> => {
  const port = await freePort()
  const begin = performance.now()
  const child = spawn(process.execPath, [program, 'serve'], {
    env: environmentOf({ PSI_STORE: store, PSI_PORT: String(port) }),
    stdio: ['ignore', 'ignore', 'pipe']
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000)
  })
  const gone = once(child, 'exit')
  while (!(await isReady(port))) {
    if (child.exitCode !== null) {
      throw new Error(`the server ended with ${child.exitCode} before it was ready: ${complaint}`)
    }
    if (performance.now() - begin > 60_000) {
      throw new Error(`the server was not ready within 60 s: ${complaint}`)
    }
  }
  return {
    port,
    readyMs: performance.now() - begin,
    residentMegabytes: () => residentMegabytes(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGTERM')
      await gone
      if (child.exitCode !== 0) {
        throw new Error(
          `the server ended with ${String(child.exitCode ?? child.signalCode)}, expected 0: ${complaint}`
        )
      }
    }
  }
}

const isReady = async (port: number): Promise<boolean> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`)
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return false
  }
}

/** Registers a client with the command line, beside the running server, as an operator would. */
export const registerClient = async (store: string, port: number): Promise<Connection> => {
  const { stdout } = await run(
    process.execPath,
    [
      program,
      'client',
      'add',
      '--name',
      'bench',
      '--organization',
      'Bench',
      '--scope',
      'system/*.cruds',
      '--purpose',
      'TREAT',
      '--right',
      'record-consents',
      '--generate-key',
      '--json'
    ],
    { env: environmentOf({ PSI_STORE: store, PSI_PORT: String(port) }) }
  )
  return connect(JSON.parse(stdout) as Settings, {
    fetch,
    clock: Date.now,
    wait: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms))
    },
    retries: 20
  })
}
