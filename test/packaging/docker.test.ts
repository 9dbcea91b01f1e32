/**
 * The container files, without an engine: they parse, name only what exists, and what the image
 * would run does run.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { Script } from 'node:vm'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig, variableTable } from '../../src/config.ts'
import {
  copiesFromContext,
  environmentOf,
  execForm,
  readDockerfile,
  textsOf
} from './dockerfile.ts'
import type { Stage } from './dockerfile.ts'

t.setTimeout(180_000)

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const stages = readDockerfile(read('Dockerfile'))
const image = stages.at(-1) as Stage
interface Service {
  readonly environment?: Record<string, string>
  readonly command: string[]
  readonly healthcheck: { readonly test: string[] }
  readonly [key: string]: unknown
}
const compose = parse(read('docker-compose.yml')) as {
  services: Record<'server' | 'mongodb', Service>
  volumes: Record<string, unknown>
  networks: Record<string, { internal?: boolean } | null>
}
const known = variableTable.map(({ name }) => name)

t.test('the image is built in stages and runs as a user without rights', async (t) => {
  t.ok(stages.length >= 2)
  t.match(
    stages.map(({ from }) => from),
    ['node:24-bookworm-slim', 'node:24-bookworm-slim']
  )
  const user = textsOf(image, 'USER').at(-1)
  t.ok(user !== undefined && !['root', '0'].includes(user), 'USER is not root')
  t.same(textsOf(image, 'VOLUME'), ['/data'])
  t.equal(
    environmentOf(image)['PSI_STORE'],
    'sqlite:/data',
    'data goes to the volume, so the root can be read-only'
  )
  t.match(textsOf(image, 'RUN').join(), /rm -rf .*npm/, 'no package manager stays')
  t.match(execForm(textsOf(image, 'HEALTHCHECK').join()), ['node', 'dist/cli/main.js', 'health'])
})

t.test('everything that the Dockerfile copies exists and passes .dockerignore', async (t) => {
  const [all, ...allowed] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '')
  t.equal(all, '*', 'nothing enters the build unless listed')
  for (const stage of stages) {
    for (const source of copiesFromContext(stage).flatMap(({ sources }) =>
      sources.map((name) => name.replace('./', ''))
    )) {
      t.ok(existsSync(join(root, source)), `${source} exists`)
      t.ok(allowed.includes(`!${source}`), `${source} is listed in .dockerignore`)
    }
  }
})

t.test('the image holds what package.json ships', async (t) => {
  const { files } = JSON.parse(read('package.json')) as { files: string[] }
  const copied = textsOf(image, 'COPY').join(' ').split(/\s+/)
  for (const name of files.filter((each) => !each.startsWith('!'))) {
    t.ok(copied.includes(name), `${name} is copied`)
  }
})

t.test('every PSI_* name is one of config.ts, and the settings are accepted', async (t) => {
  const named = [
    ...(read('Dockerfile') + read('docker-compose.yml')).matchAll(/\bPSI_[A-Z_]+/g)
  ].map(([name]) => name)
  t.ok(named.length > 0)
  for (const name of new Set(named)) t.ok(known.includes(name), `${name} is known`)
  const config = readConfig({ ...environmentOf(image), ...compose.services.server.environment })
  t.equal(config.host, '0.0.0.0')
  t.match(config.store, { kind: 'mongodb', uri: /replicaSet=psi$/ })
})

t.test('compose: a server that waits for a replica set that initiates itself', async (t) => {
  const { server, mongodb } = compose.services
  t.same(server['depends_on'], { mongodb: { condition: 'service_healthy' } })
  t.equal(server['read_only'], true)
  t.same(server['cap_drop'], ['ALL'])
  for (const port of server['ports'] as string[]) {
    t.match(port, /^127\.0\.0\.1:\d+:8080$/, 'published on loopback alone')
  }
  const uri = new URL(server.environment?.['PSI_STORE'] ?? '')
  t.ok(uri.hostname in compose.services, 'the store is a service of the file')
  const set = mongodb.command[mongodb.command.indexOf('--replSet') + 1]
  t.equal(uri.searchParams.get('replicaSet'), set)
  const check = mongodb.healthcheck.test.join(' ')
  t.match(
    check,
    new RegExp(
      `rs\\.initiate\\(\\{ _id: '${set}', members: \\[\\{ _id: 0, host: 'mongodb:27017' \\}\\] \\}\\)`
    )
  )
  t.doesNotThrow(
    () => new Script(mongodb.healthcheck.test.at(-1) ?? '('),
    'the health check is JavaScript'
  )
  t.equal(mongodb['ports'], undefined, 'the database is not published')
  const [network = ''] = mongodb['networks'] as string[]
  t.equal(compose.networks[network]?.internal, true)
})

t.test('no secret stands in the files', async (t) => {
  t.notMatch(
    read('Dockerfile') + read('docker-compose.yml'),
    /password|passwd|secret|private_jwk|:\/\/[^/\s]*:[^/\s]*@/i
  )
})

t.test('the entry command of the image serves, is healthy, and stops when asked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-image-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const app = join(folder, 'app')
  layOut(app)
  const before = listing(app)
  const port = await freePort()
  const env = {
    PATH: process.env['PATH'],
    ...environmentOf(image),
    PSI_HOST: '127.0.0.1',
    PSI_PORT: String(port),
    PSI_STORE: `sqlite:${join(folder, 'data')}`
  }
  const [program = '', ...words] = [
    ...execForm(textsOf(image, 'ENTRYPOINT').join()),
    ...execForm(textsOf(image, 'CMD').join())
  ]
  const check = (): boolean => {
    const [command = '', ...rest] = execForm(textsOf(image, 'HEALTHCHECK').join())
    try {
      execFileSync(command, rest, { cwd: app, env, stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  t.equal(check(), false, 'not healthy before it runs')
  const server = spawn(program, words, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => {
    server.kill('SIGKILL')
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  t.ok(await ready(port, () => server.exitCode !== null), 'ready')
  t.equal(check(), true, 'healthy')
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  t.same(await gone, [0, null], 'ends by itself')
  t.same(listing(app), before, 'nothing was written beside the volume')
  if (!t.passing()) t.comment(output)
})

/**
 * The file system of the final stage: the build, exactly the production packages, and what it
 * copies from the context.
 */
const layOut = (app: string): void => {
  mkdirSync(app, { recursive: true })
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(app, 'dist')
    ],
    { stdio: 'inherit' }
  )
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>
  }
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (path === '' || dev === true || !existsSync(join(root, path))) continue
    cpSync(join(root, path), join(app, path), {
      recursive: true,
      filter: (source) => basename(source) !== 'node_modules'
    })
  }
  cpSync(join(root, 'package.json'), join(app, 'package.json'))
  for (const { sources, target } of copiesFromContext(image)) {
    for (const source of sources) {
      cpSync(
        join(root, source),
        target.endsWith('/') ? join(app, target, basename(source)) : join(app, target),
        { recursive: true }
      )
    }
  }
}

const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules/'))
    .sort()

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const ready = async (port: number, ended: () => boolean): Promise<boolean> => {
  for (const end = Date.now() + 30_000; Date.now() < end && !ended();) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}
