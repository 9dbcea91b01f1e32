// The process: start, health, restart, signals; and what its log says and does not say.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { createClientStore } from '../src/auth/clients/client-store.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/server.ts'
import { clientOf, formOf, makeKey, sign } from './auth/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'psi-server-'))
t.teardown(() => {
  rmSync(folder, { recursive: true })
})
const configIn = (name: string, more = {}) =>
  readConfig({ PSI_STORE: `sqlite:${join(folder, name)}`, PSI_PORT: '0', ...more })
const startIn = async (name: string, more = {}) =>
  await startServer(configIn(name, more), { log: await createLog({ level: 'silent' }) })
const statusOf = async (url: string): Promise<number> => (await fetch(url)).status

t.test('health: alive, started, ready; not ready when the store does not answer', async (t) => {
  const server = await startIn('health')
  for (const path of ['live', 'startup', 'ready']) {
    t.equal(await statusOf(`${server.url}/health/${path}`), 200, path)
  }
  await server.store.close()
  t.equal(await statusOf(`${server.url}/health/live`), 200, 'no reason to restart it')
  t.equal(await statusOf(`${server.url}/health/ready`), 503)
  await server.close()
  await server.close()
  await t.rejects(fetch(`${server.url}/health/live`), 'closed, and closing twice is harmless')
})

t.test('a server names itself by its public address', async (t) => {
  const server = await startIn('public', { PSI_PUBLIC_URL: 'https://psi.example.org/base/' })
  t.teardown(server.close)
  t.equal(server.fhirBase, 'https://psi.example.org/base/fhir')
})

t.test('a taken port is told, and the store is closed again', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  await t.rejects(startIn('taken', { PSI_PORT: String(port) }), { code: 'EADDRINUSE' })
})

t.test('a restart forgets no assertion and no signing key', async (t) => {
  const key = await makeKey('ES384', 'k')
  const config = configIn('restart', { PSI_PORT: '0', PSI_PUBLIC_URL: 'https://psi.example.org' })
  const start = async () => {
    const server = await startServer(config, { log: await createLog({ level: 'silent' }) })
    const local = `http://127.0.0.1:${server.port}`
    const post = async (assertion: string) =>
      await fetch(`${local}/oauth/token`, {
        method: 'POST',
        body: formOf(assertion, { scope: 'system/Patient.rs' })
      })
    return { server, local, post }
  }
  const before = await start()
  await createClientStore({
    store: before.server.store,
    clock: Date.now,
    newId: () => 'registration'
  }).add(clientOf('hospital', [key.publicJwk], { scope: 'system/*.rs' }))
  const assertion = await sign(
    key.privateJwk,
    {},
    {
      iss: 'hospital',
      sub: 'hospital',
      aud: 'https://psi.example.org/oauth/token',
      exp: Math.floor(Date.now() / 1000) + 240,
      jti: 'once'
    }
  )
  const answer = await before.post(assertion)
  t.equal(answer.status, 200)
  const { access_token: token } = (await answer.json()) as { access_token: string }
  t.equal((await before.post(assertion)).status, 401)
  await before.server.close()

  const after = await start()
  t.teardown(after.server.close)
  t.equal((await after.post(assertion)).status, 401, 'the replay is refused after a restart')
  t.equal(
    (await fetch(`${after.local}/fhir/Patient`, { headers: { authorization: `Bearer ${token}` } }))
      .status,
    200,
    'the token that was out still works'
  )
})

/** The command in a process of its own; resolves when it says that it is ready. */
const spawnServer = async (name: string) => {
  const { PATH, HOME } = process.env
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', resolve(import.meta.dirname, '../src/cli/main.ts'), 'serve'],
    {
      env: { PATH, HOME, PSI_STORE: `sqlite:${join(folder, name)}`, PSI_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>
  const lines: Record<string, unknown>[] = []
  const reader = createInterface({ input: child.stdout })
  const ready = new Promise<string>((resolve, reject) => {
    reader.on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>
      lines.push(entry)
      if (entry['msg'] === 'ready') resolve(new URL(String(entry['fhir'])).origin)
    })
    exit.then(() => {
      reject(new Error('ended before it was ready'))
    }, reject)
  })
  return { child, exit, lines, url: await ready }
}

/** A request of which the end is still to come. */
const halfRequest = async (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(
    `POST /oauth/token HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n01234`
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  return socket
}
const textOf = async (socket: Socket): Promise<string> => {
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

t.test('SIGTERM lets a request in work end; the log has told no secret until then', async (t) => {
  const { child, exit, lines, url } = await spawnServer('term')
  const secret = '85.07.30-033.28'
  const token = `${'e'.repeat(30)}.${'y'.repeat(30)}.${'s'.repeat(30)}`
  await fetch(`${url}/fhir/Patient?identifier=${secret}&name=Xavier`, {
    headers: { authorization: `Bearer ${token}`, 'x-request-id': 'canary-1' }
  })
  await fetch(`${url}/fhir/Patient/${secret}`, {
    method: 'POST',
    body: '{"name":[{"family":"Xavier"',
    headers: { 'content-type': 'application/fhir+json' }
  })
  await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: formOf(token, { scope: `system/Xavier.${secret}` })
  })

  const socket = await halfRequest(url)
  child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 300))
  t.equal(child.exitCode, null, 'it waits')
  await t.rejects(fetch(`${url}/health/ready`), 'and takes no new connection')
  const answered = Date.now()
  socket.write('56789')
  t.match(
    await textOf(socket),
    /^HTTP\/1\.1 400 [\s\S]*"error":"invalid_request"[\s\S]*\}$/,
    'the answer is whole'
  )
  t.same(await exit, [0, null])
  t.ok(Date.now() - answered < 3000, 'and ends when the last answer is out')

  const text = JSON.stringify(lines)
  t.match(text, /canary-1/, 'the request id stands in the log')
  for (const canary of [secret, secret.replaceAll(/\D/g, ''), token, 'Xavier']) {
    t.notOk(text.includes(canary), canary)
  }
})

t.test('a request that never ends is cut off within ten seconds', async (t) => {
  const { child, exit, url } = await spawnServer('slow')
  const socket = await halfRequest(url)
  socket.on('error', () => {})
  const begin = Date.now()
  child.kill('SIGTERM')
  t.same(await exit, [0, null])
  t.ok(Date.now() - begin < 10_000, `${Date.now() - begin} ms`)
})

t.test('a second signal ends it at once', async (t) => {
  const { child, exit, url } = await spawnServer('twice')
  const socket = await halfRequest(url)
  socket.on('error', () => {})
  const begin = Date.now()
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGTERM'), 300)
  t.same(await exit, [1, null])
  t.ok(Date.now() - begin < 3000)
})
