/**
 * Another Node than the one that runs: `npx tsx scripts/node-binary.ts 24` prints the path of its
 * binary, unpacked once from its npm package into `.cache/node`. For tests of the runtimes that
 * package.json admits; nothing of it ships.
 */
import { execFile } from 'node:child_process'
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The oldest that `engines` admits, and of each later line the newest when this was written. */
export const nodeVersions: Readonly<Record<string, string>> = {
  '20': '20.19.0',
  '22': '22.23.5',
  '24': '24.22.3'
}

const root = resolve(import.meta.dirname, '..')

/**
 * @param line major version, a key of `nodeVersions`
 * @returns path of the binary; npm checks the package's integrity
 * @throws Error when the version is not one of ours, or npm cannot fetch it
 */
export const nodeBinary = async (
  line: string,
  cache = join(root, '.cache/node')
): Promise<string> => {
  const version = nodeVersions[line]
  if (version === undefined) {
    throw new Error(`Found Node ${line}, expected one of ${Object.keys(nodeVersions).join(', ')}`)
  }
  const target = join(cache, version)
  const binary = join(target, 'bin/node')
  if (await isExecutable(binary)) return binary
  await unpack(`node-${process.platform}-${process.arch}@${version}`, cache, target)
  const { stdout } = await run(binary, ['--version'])
  if (stdout.trim() !== `v${version}`) throw new Error(`${binary} says ${stdout.trim()}`)
  return binary
}

/** In a folder of its own, renamed at the end: who comes at the same time meets no half a file. */
const unpack = async (name: string, cache: string, target: string): Promise<void> => {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'unpack-'))
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, name], { cwd: root })
    const [archive = ''] = await readdir(folder)
    await run('tar', ['-xzf', join(folder, archive), '-C', folder])
    await chmod(join(folder, 'package/bin/node'), 0o755)
    await rename(join(folder, 'package'), target).catch(async (error: unknown) => {
      if (!(await isExecutable(join(target, 'bin/node')))) throw error
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const isExecutable = async (path: string): Promise<boolean> =>
  await access(path, constants.X_OK).then(
    () => true,
    () => false
  )

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${await nodeBinary(process.argv[2] ?? '')}\n`)
}
