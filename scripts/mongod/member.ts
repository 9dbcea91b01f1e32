/** One mongod process of a replica set on loopback, with a data folder of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'

export interface Member {
  readonly port: number
  readonly pid: number
  readonly gone: Promise<void>
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

export interface MemberOptions {
  readonly binary: string
  readonly folder: string
  readonly port: number
  /** Absent: a lone server, which the store refuses. */
  readonly replicaSet?: string
  /** A killed client's open transaction holds its documents this long. */
  readonly transactionSeconds: number
  /** The folder goes too when we are killed. */
  readonly temporary: boolean
}

const argumentsOf = ({
  folder,
  port,
  replicaSet,
  transactionSeconds
}: MemberOptions): readonly string[] => [
  '--dbpath',
  folder,
  '--port',
  String(port),
  '--bind_ip',
  '127.0.0.1',
  '--nounixsocket',
  '--logpath',
  join(folder, 'mongod.log'),
  '--logappend',
  '--wiredTigerCacheSizeGB',
  '0.5',
  '--networkMessageCompressors',
  'disabled',
  '--setParameter',
  `transactionLifetimeLimitSeconds=${transactionSeconds}`,
  '--setParameter',
  'diagnosticDataCollectionEnabled=false',
  ...(replicaSet === undefined ? [] : ['--replSet', replicaSet, '--oplogSize', '512'])
]

export const startMember = async (options: MemberOptions): Promise<Member> => {
  const { binary, folder, port, temporary } = options
  await mkdir(folder, { recursive: true })
  const child = spawn(binary, argumentsOf(options), { stdio: 'ignore' })
  await started(child, binary)
  const watchdog = startWatchdog(child.pid ?? 0, temporary ? folder : '')
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      watchdog.kill('SIGKILL')
      resolve()
    })
  )
  return {
    port,
    pid: child.pid ?? 0,
    gone,
    kill: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await gone
    }
  }
}

/**
 * A test that is killed runs no hook; this waits on a pipe that closes with us, then ends the
 * server.
 */
const startWatchdog = (pid: number, folder: string): ChildProcess => {
  const watchdog = spawn(
    'sh',
    [
      '-c',
      'cat >/dev/null; kill -9 "$1"; sleep 0.2; [ -z "$2" ] || rm -rf -- "$2"',
      'watchdog',
      String(pid),
      folder
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true }
  )
  watchdog.unref()
  ;(watchdog.stdin as Socket | null)?.unref()
  return watchdog
}

const started = async (child: ChildProcess, binary: string): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new Error(`${binary} cannot be started: ${error.message}`, { cause: error }))
    )
  })
}

export const freePort = async (): Promise<number> =>
  await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('no free port on loopback'))
      })
    })
  })
