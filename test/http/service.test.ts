// What surrounds every request: too much to do, connections that are no HTTP, closing.
// https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createOverload } from '../../src/http/service/overload.ts'
import type { Store } from '../../src/storage/store.ts'
import { createWorld, limits } from './world.ts'
import type { World } from './world.ts'

const outcome = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', diagnostics: /./, details: { text: /./ } }]
}

t.test('above its limit of requests in work the server says so at once', async (t) => {
  const waiting: (() => void)[] = []
  const wrap = (store: Store): Store => ({
    ...store,
    search: async (query, acl) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
      return await store.search(query, acl)
    }
  })
  const { send } = await createWorld({ limits: { ...limits, inFlight: 2 }, wrap })
  const working = [send('GET', 'Patient'), send('GET', 'Patient')]
  while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve))
  t.match(await send('GET', 'Patient'), {
    status: 503,
    headers: { 'retry-after': '1' },
    body: outcome
  })
  t.equal((await send('GET', '/health/live', { as: null })).status, 200)
  waiting.forEach((go) => {
    go()
  })
  t.same(
    (await Promise.all(working)).map(({ status }) => status),
    [200, 200]
  )
  const after = send('GET', 'Patient')
  while (waiting.length < 3) await new Promise((resolve) => setImmediate(resolve))
  waiting[2]?.()
  t.equal((await after).status, 200)
})

const listening = async ({ app }: World): Promise<number> => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}
const raw = async (port: number, text: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text)
    })
    socket
      .on('data', (data) => {
        answer += data.toString()
      })
      .on('close', () => {
        resolve(answer)
      })
      .on('error', reject)
  })

/** Repeats until it holds; false when it never does. */
const soon = async (holds: () => Promise<boolean> | boolean): Promise<boolean> => {
  for (let i = 0; i < 50; i++) {
    if (await holds()) return true
    await sleep(60)
  }
  return false
}

t.test('an event loop that is late twice in a row sheds requests, until it is not', async (t) => {
  let now = Date.parse('2026-11-22T09:00:00Z')
  const { send, app } = await createWorld({
    limits: { ...limits, eventLoopDelay: 500 },
    clock: () => now
  })
  t.teardown(async () => {
    await app.close()
  })
  t.equal((await send('GET', 'Patient')).status, 200)
  const refused = await soon(async () => {
    now += 1000
    return (await send('GET', 'Patient')).status === 503
  })
  t.ok(refused)
  t.match(await send('GET', 'Patient'), {
    status: 503,
    headers: { 'retry-after': '1' },
    body: { issue: [{ code: 'throttled' }] }
  })
  t.equal((await send('GET', '/health/live', { as: null })).status, 200, 'busy is not dead')
  t.ok(await soon(async () => (await send('GET', 'Patient')).status === 200), 'on time again')
})

t.test('one late turn of the event loop is no overload', async (t) => {
  let now = 0
  let looks = 0
  const overload = createOverload({ inFlight: 10, eventLoopDelay: 500 }, () => {
    looks++
    return now
  })
  const turn = async (): Promise<void> => {
    const before = looks
    await soon(() => looks > before)
  }
  overload.start()
  t.teardown(overload.stop)
  now = 100 + 501
  await turn()
  t.equal(overload.enter(), undefined, 'late once')
  now += 100 + 500
  await turn()
  t.equal(overload.enter(), undefined, 'in time: as late as it may be')
  for (let times = 0; times < 2; times++) {
    now += 100 + 501
    await turn()
  }
  t.match(overload.enter(), { code: 'unavailable', issues: [{ code: 'throttled' }] })
})

t.test('who gives up makes room', async (t) => {
  let waiting = 0
  const wrap = (store: Store): Store => ({
    ...store,
    search: async (query, acl) => {
      waiting++
      await new Promise(() => {})
      return await store.search(query, acl)
    }
  })
  const world = await createWorld({ limits: { ...limits, inFlight: 1 }, wrap })
  const port = await listening(world)
  t.teardown(async () => {
    await world.app.close()
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n\r\n')
  t.ok(await soon(() => waiting === 1))
  t.equal((await world.send('GET', 'Patient/x')).status, 503)
  socket.destroy()
  t.ok(await soon(async () => (await world.send('GET', 'Patient/x')).status === 404))
})

t.test(
  'on a socket: broken HTTP, doubled tokens and slow senders are answered and closed',
  async (t) => {
    const world = await createWorld({ limits: { ...limits, requestTime: 1000 } })
    const port = await listening(world)
    t.teardown(async () => {
      await world.app.close()
    })
    t.match(await raw(port, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 .*"OperationOutcome"/s)
    t.match(
      await raw(
        port,
        `GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
      ),
      /^HTTP\/1\.1 431 .*"OperationOutcome"/s
    )
    t.match(
      await raw(
        port,
        'GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n'
      ),
      /^HTTP\/1\.1 400 .*Authorization headers/s
    )
    t.match(
      await raw(port, 'TRACE /fhir/Patient HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 405 .*"OperationOutcome"/s
    )
    t.match(
      await raw(
        port,
        'GET http://evil.example/fhir/Patient/x HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer a\r\nConnection: close\r\n\r\n'
      ),
      /^HTTP\/1\.1 40[04] /
    )
    const start = Date.now()
    const [head, body, nothing] = await Promise.all([
      raw(port, 'POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthori'),
      raw(
        port,
        'POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
      ),
      raw(port, '')
    ])
    t.match(head, /^HTTP\/1\.1 408 /)
    t.match(body, /^HTTP\/1\.1 408 /)
    t.ok(nothing === '' || nothing.startsWith('HTTP/1.1 408'))
    t.ok(Date.now() - start < 8000, 'closed in time')
  }
)

t.test('while it closes, what is in work is answered and what comes is 503', async (t) => {
  let go = (): void => {}
  const wrap = (store: Store): Store => ({
    ...store,
    search: async (query, acl) => {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      return await store.search(query, acl)
    }
  })
  const world = await createWorld({ wrap })
  const port = await listening(world)
  const slow = raw(
    port,
    'GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nConnection: close\r\n\r\n'
  )
  const open = connect(port, '127.0.0.1')
  let late = ''
  open.on('data', (data) => {
    late += data.toString()
  })
  open.write('GET /fhir/Patient HTTP/1.1\r\nHost: x\r\n')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const closed = world.app.close()
  await new Promise((resolve) => setTimeout(resolve, 100))
  open.write('Authorization: Bearer a\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 200))
  go()
  t.match(await slow, /^HTTP\/1\.1 200 .*"searchset"/s)
  await closed
  t.match(late, /^HTTP\/1\.1 503 .*retry-after: 1.*"OperationOutcome"/is)
  t.match(late, /^connection: close\r$/im, 'so that the sender goes to another process')
})
