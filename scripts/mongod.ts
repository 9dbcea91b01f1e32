/**
 * Starts a replica set on loopback for development and tests, and prints its URI: `tsx
 * scripts/mongod.ts [--members 3] [--directory DIR]`.
 * PSI_TEST_MONGODB_URI, when set, is used as it is and nothing is started.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { MongoClient } from 'mongodb'
import { findMongod } from './mongod/find-mongod.ts'
import { freePort, startMember } from './mongod/member.ts'
import type { Member } from './mongod/member.ts'

export { findMongod } from './mongod/find-mongod.ts'

export interface Mongod {
  readonly uri: string
  /** Empty when the set is not ours (PSI_TEST_MONGODB_URI). */
  readonly members: readonly { readonly pid: number; readonly port: number }[]
  /** `kill -9` of one member; it stays down until `restart`. */
  readonly kill: (port: number) => Promise<void>
  readonly restart: (port: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface StartOptions {
  readonly members?: number
  /** Kept at stop; absent: a temporary folder, removed at stop. */
  readonly directory?: string
  /** Start one of our own even when PSI_TEST_MONGODB_URI is set: for tests that kill it. */
  readonly own?: boolean
  /** False: a lone server without a replica set. */
  readonly replicaSet?: boolean
  /** How long a killed client's open transaction holds its documents; 10 as in production. */
  readonly transactionSeconds?: number
}

/**
 * @throws when no mongod can be had: with CI=true that fails a run, elsewhere tests ask
 * `findMongod` first and skip
 */
export const startMongod = async (options: StartOptions = {}): Promise<Mongod> => {
  const given = process.env['PSI_TEST_MONGODB_URI']
  if (given !== undefined && given !== '' && options.own !== true) return foreign(given)
  const binary = await foundMongod()
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'psi-mongod-')))
  const replicaSet = options.replicaSet === false ? undefined : 'psi'
  const start = async (port: number): Promise<Member> =>
    await startMember({
      binary,
      port,
      temporary: options.directory === undefined,
      transactionSeconds: options.transactionSeconds ?? 10,
      folder: join(directory, String(port)),
      ...(replicaSet === undefined ? {} : { replicaSet })
    })
  const running = new Map<number, Member>()
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map(async (member) => await member.kill('SIGKILL')))
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
  }
  try {
    for (let index = 0; index < (options.members ?? 1); index++) {
      const member = await start(await freePort())
      running.set(member.port, member)
    }
    await Promise.all([...running.values()].map(answering))
    if (replicaSet !== undefined) await initiate(replicaSet, [...running.keys()])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    uri: uriOf([...running.keys()], replicaSet),
    get members() {
      return [...running.values()].map(({ pid, port }) => ({ pid, port }))
    },
    kill: async (port) => {
      await running.get(port)?.kill('SIGKILL')
      running.delete(port)
    },
    restart: async (port) => {
      running.set(port, await start(port))
    },
    stop
  }
}

const foundMongod = async (): Promise<string> => {
  const binary = await findMongod()
  if (binary !== undefined) return binary
  throw new Error(
    'no mongod found: install one, or set PSI_TEST_MONGODB_URI, or make `python3 -m pip` work'
  )
}

const uriOf = (ports: readonly number[], replicaSet: string | undefined): string => {
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',')
  return `mongodb://${hosts}/psi${replicaSet === undefined ? '' : `?replicaSet=${replicaSet}`}`
}

/** A set cannot be made before each of its members listens. */
const answering = async ({ port, gone }: Member): Promise<void> => {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 60_000
  })
  try {
    await Promise.race([
      client.db('admin').command({ ping: 1 }),
      gone.then(() => {
        throw new Error(`mongod on port ${port} ended at its start: see its mongod.log`)
      })
    ])
  } finally {
    await client.close()
  }
}

const foreign = (uri: string): Mongod => {
  const refuse = async (): Promise<never> =>
    await Promise.reject(new Error('PSI_TEST_MONGODB_URI names a server that is not ours to kill'))
  return { uri, members: [], kill: refuse, restart: refuse, stop: async () => {} }
}

/**
 * Short election times: a step-down under test should cost a second or two, as it does in a
 * well-kept set.
 */
const initiate = async (name: string, ports: readonly number[]): Promise<void> => {
  const client = new MongoClient(`mongodb://127.0.0.1:${ports[0] ?? 0}/?directConnection=true`, {
    serverSelectionTimeoutMS: 30_000
  })
  try {
    const admin = client.db('admin')
    await admin.command({
      replSetInitiate: {
        _id: name,
        members: ports.map((port, _id) => ({ _id, host: `127.0.0.1:${port}` })),
        settings: { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 }
      }
    })
    for (let waited = 0; waited < 60_000; waited += 50) {
      const status: { members?: { stateStr: string }[] } = await admin.command({
        replSetGetStatus: 1
      })
      const states = (status.members ?? []).map(({ stateStr }) => stateStr)
      if (
        states.includes('PRIMARY') &&
        states.every((state) => state === 'PRIMARY' || state === 'SECONDARY')
      ) {
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the replica set on ports ${ports.join(', ')} elected no primary within 60 s`)
  } finally {
    await client.close()
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { members: { type: 'string', default: '1' }, directory: { type: 'string' } }
  })
  const set = await startMongod({
    members: Number(values.members),
    ...(values.directory === undefined ? {} : { directory: values.directory })
  })
  process.stdout.write(`${set.uri}\n`)
  if (set.members.length === 0) return
  process.stderr.write('running; Ctrl-C stops it\n')
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await set.stop()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
