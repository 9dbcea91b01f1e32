/**
 * What a MongoDB server must be before it holds care records: part of a replica set, and patched.
 */
import type { MongoClient } from 'mongodb'
import type { Logger } from 'pino'

/**
 * First release of each line with the fix of CVE-2025-14847 (memory read before authentication,
 * through wire compression).
 */
const fixed: readonly (readonly [number, number, number])[] = [
  [4, 4, 30],
  [5, 0, 32],
  [6, 0, 27],
  [7, 0, 28],
  [8, 0, 17],
  [8, 2, 3]
]
/** Snapshot reads outside transactions came with it. */
const oldestLine = 5
/**
 * A killed process's open transaction holds its documents this long; the server's own default is
 * 60.
 */
const transactionSeconds = 10

export const isPatched = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number)
  const line = fixed.find((one) => one[0] === major && one[1] === minor)
  const [newestMajor, newestMinor] = fixed.at(-1) ?? [0, 0]
  return line === undefined
    ? major > newestMajor || (major === newestMajor && minor > newestMinor)
    : patch >= line[2]
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d+)?$/

export const isLoopback = (host: string): boolean => loopback.test(host)

export interface ServerCheck {
  readonly allowOldServer?: boolean
  readonly log?: Logger
}

/** @throws one sentence that says what was found and what to do */
export const checkServer = async (
  client: MongoClient,
  { allowOldServer = false, log }: ServerCheck
): Promise<void> => {
  const admin = client.db('admin')
  const hello = await admin.command({ hello: 1 })
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    throw new Error(
      'the MongoDB server is a lone mongod, and transactions need a replica set: start it with --replSet and run rs.initiate() once, one member is enough'
    )
  }
  const { version } = (await admin.command({ buildInfo: 1 })) as unknown as {
    readonly version: string
  }
  if (Number.parseInt(version) < oldestLine) {
    throw new Error(
      `MongoDB ${version} was found, ${oldestLine}.0 or later is expected: upgrade it`
    )
  }
  await checkTransactionLifetime(client, log)
  if (isPatched(version)) return
  const hosts = [
    ...client.options.hosts.map(String),
    ...((hello['hosts'] as readonly string[] | undefined) ?? [])
  ]
  if (!allowOldServer && !hosts.every(isLoopback)) {
    throw new Error(
      `MongoDB ${version} is older than the fix of CVE-2025-14847 and listens beyond loopback: upgrade it, or allow an old server explicitly`
    )
  }
  log?.warn({ version }, 'MongoDB is older than the fix of CVE-2025-14847: upgrade it')
}

/** A user without the right to ask is not told. */
const checkTransactionLifetime = async (
  client: MongoClient,
  log: Logger | undefined
): Promise<void> => {
  const found = await client
    .db('admin')
    .command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 })
    .catch(() => undefined)
  const seconds: unknown = found?.['transactionLifetimeLimitSeconds']
  if (typeof seconds !== 'number' || seconds <= transactionSeconds) return
  log?.warn(
    { transactionLifetimeLimitSeconds: seconds },
    `a killed server process can block a patient's writes that long: start mongod with --setParameter transactionLifetimeLimitSeconds=${transactionSeconds}`
  )
}
