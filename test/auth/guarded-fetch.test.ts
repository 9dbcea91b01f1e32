// Row 48 of the attack list: no address that we are given makes this server connect to its own
// network.
import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import t from 'tap'
import { createGuardedFetch, isPublicAddress } from '../../src/auth/issuers/guarded-fetch.ts'

const get = async (
  url: string,
  {
    allowPrivate = false,
    lookup,
    maxBytes = 1000,
    timeout = 5000
  }: { allowPrivate?: boolean; lookup?: LookupFunction; maxBytes?: number; timeout?: number } = {}
) =>
  await createGuardedFetch({ maxBytes, ...(lookup === undefined ? {} : { lookup }) })(url, {
    headers: new Headers({ accept: 'application/json' }),
    signal: AbortSignal.timeout(timeout),
    allowPrivate
  })

/** A name server that says what it is told to. */
const resolvesTo =
  (...addresses: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]!.address, found[0]!.family)
  }

t.test('which addresses are public', async (t) => {
  for (const address of ['8.8.8.8', '193.191.1.1', '2a02:2c28::1', '2001:4860:4860::8888']) {
    t.ok(isPublicAddress(address), address)
  }
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '',
    'localhost',
    '1',
    '0x7f000001'
  ]) {
    t.notOk(isPublicAddress(address), address)
  }
})

t.test('never connects to a private address, however it is written', async (t) => {
  let connections = 0
  const server = createServer((_request, response) => response.end('{}'))
  server.on('connection', () => {
    connections++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '169.254.169.254'
  ]
  for (const host of hosts) {
    await t.rejects(get(`https://${host}:${port}/`), { message: /not a public address/ }, host)
  }
  for (const addresses of [
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['10.0.0.1'],
    ['8.8.8.8', '127.0.0.1']
  ]) {
    await t.rejects(
      get(`https://rebinding.example:${port}/`, { lookup: resolvesTo(...addresses) }),
      { message: /not a public address/ },
      `a name that resolves to ${addresses.join()}`
    )
  }
  await t.rejects(get(`https://localhost:${port}/`), { message: /not a public address/ })
  await t.rejects(get(`http://127.0.0.1:${port}/`), { message: /http:.*not allowed/ })
  await t.rejects(get('file:///etc/passwd', { allowPrivate: true }), { message: /file:/ })
  await t.rejects(get(`http://user:secret@127.0.0.1:${port}/`, { allowPrivate: true }), {
    message: /credentials/
  })
  t.equal(connections, 0)
  t.equal(
    (await get(`http://127.0.0.1:${port}/`, { allowPrivate: true })).status,
    200,
    'unless that is allowed'
  )
  t.equal(connections, 1)
})

t.test('limits: no redirects, bytes, time', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/' }).end()
    else if (request.url === '/long') response.end('x'.repeat(1001))
    else if (request.url === '/endless') setInterval(() => response.write('x'), 10).unref()
    else if (request.url === '/slow') setTimeout(() => response.end('{}'), 5000).unref()
    else response.end(JSON.stringify({ accept: request.headers.accept }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.same(await (await get(`${base}/`, { allowPrivate: true })).json(), {
    accept: 'application/json'
  })
  await t.rejects(get(`${base}/redirect`, { allowPrivate: true }), { message: /answered 302/ })
  await t.rejects(get(`${base}/long`, { allowPrivate: true }), {
    message: /longer than 1000 bytes/
  })
  await t.rejects(get(`${base}/slow`, { allowPrivate: true, timeout: 100 }), {
    name: /TimeoutError|AbortError/
  })
  await t.rejects(
    get(`${base}/endless`, { allowPrivate: true, timeout: 200 }),
    'also when bytes keep coming'
  )
})
