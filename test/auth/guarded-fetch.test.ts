// Row 48 of the attack list: no address that we are given makes this server connect to its own
// network.
import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import nock from 'nock'
import t from 'tap'
import { whyNotPublic } from '../../src/auth/issuers/address-range.ts'
import { createGuardedFetch } from '../../src/auth/issuers/guarded-fetch.ts'

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

/** Edges of each range, in both spellings where IPv6 carries IPv4; and why each is refused. */
const special: readonly (readonly [why: RegExp, ...addresses: string[]])[] = [
  [/^this network \(RFC 791\)$/, '0.0.0.0', '0.255.255.255'],
  [/^private \(RFC 1918\)$/, '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255'],
  [/^private \(RFC 1918\)$/, '192.168.0.0', '192.168.255.255'],
  [/carrier-grade NAT \(RFC 6598\)$/, '100.64.0.0', '100.127.255.255'],
  [/^loopback \(RFC 1122\)$/, '127.0.0.0', '127.0.0.1', '127.255.255.255'],
  [/^link-local \(RFC 3927\)$/, '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  [/^for protocols \(RFC 6890\)$/, '192.0.0.0', '192.0.0.255'],
  [/^for documentation \(RFC 5737\)$/, '192.0.2.0', '198.51.100.255', '203.0.113.7'],
  [/^AS112 \(RFC 753[45]\)$/, '192.31.196.1', '192.175.48.1', '2620:4f:8000::1'],
  [/^AMT \(RFC 7450\)$/, '192.52.193.1'],
  [/^a 6to4 relay \(RFC 7526\)$/, '192.88.99.0', '192.88.99.255'],
  [/^for benchmarks \(RFC 2544\)$/, '198.18.0.0', '198.19.255.255'],
  [/^multicast \(RFC 5771\)$/, '224.0.0.0', '239.255.255.255'],
  [/^reserved \(RFC 1112\)$/, '240.0.0.0', '255.255.255.255'],
  [/^loopback \(RFC 4291\)$/, '::1', '0:0:0:0:0:0:0:1', '0000::0001'],
  [/^IPv4-mapped \(RFC 4291\)$/, '::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:8.8.8.8'],
  [/^IPv4-mapped \(RFC 4291\)$/, '0:0:0:0:0:ffff:10.0.0.1', '::ffff:ffff:ffff'],
  [/^IPv4-translated \(RFC 2765\)$/, '::ffff:0:127.0.0.1', '::ffff:0:808:808'],
  // The library reads dots behind `::` as mapped; refused either way.
  [/^IPv4-(compatible|mapped) \(RFC 4291\)$/, '::', '::127.0.0.1', '::7f00:1', '::8.8.8.8'],
  [/^NAT64 \(RFC 6052\)$/, '64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::808:808'],
  [/^NAT64 of a local network \(RFC 8215\)$/, '64:ff9b:1::a00:1', '64:ff9b:1:ffff::1'],
  [/^discarded \(RFC 6666\)$/, '100::', '100::ffff:ffff:ffff:ffff'],
  [/Teredo among them \(RFC 2928\)$/, '2001::1', '2001:0:4136:e378::1', '2001:1ff:ffff::1'],
  [/^for documentation \(RFC (3849|9637)\)$/, '2001:db8::1', '3fff::1', '3fff:fff:ffff::1'],
  [/^6to4 \(RFC 3056\)$/, '2002:7f00:1::', '2002:a00:1::1', '2002:ffff:ffff::'],
  [/^for segment routing \(RFC 9602\)$/, '5f00::1'],
  [/^unique-local \(RFC 4193\)$/, 'fc00::1', 'fd12:3456::1', 'fdff:ffff::1'],
  [/^link-local \(RFC 4291\)$/, 'fe80::1', 'febf:ffff::1', 'FE80:0:0:0:0:0:0:1'],
  [/^site-local \(RFC 3879\)$/, 'fec0::1', 'feff::1'],
  [/^multicast \(RFC 4291\)$/, 'ff02::1', 'ffff:ffff::1'],
  [/^not given out \(RFC 4291\)$/, '1fff::1', '4000::1', '8000::1', '64:ff9b:2::1'],
  [/^no IP address$/, '', 'localhost', '1', '127.1', '0x7f000001', '0x08080808', '010.0.0.1'],
  [/^no IP address$/, '8.8.8', '8.8.8.8.8', '8.8.8.256', '2a02:2c28::1%eth0', '[::1]', ' 8.8.8.8']
]

t.test('which addresses are public: none of a special range, in any spelling', async (t) => {
  for (const [why, ...addresses] of special) {
    for (const address of addresses) t.match(whyNotPublic(address), why, address || 'no text')
  }
  const between = ['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0']
  const beside = ['126.255.255.255', '128.0.0.0', '169.253.255.255', '172.15.0.1', '172.32.0.0']
  const more = ['192.0.1.0', '192.167.255.255', '192.169.0.0', '198.20.0.0', '223.255.255.255']
  const v6 = ['2000::1', '2001:200::1', '2001:4860:4860::8888', '2003::1', '2A02:2C28::1']
  const public6 = [...v6, '2a02:2c28:0:0:0:0:0:1', '2001:db9::1', '3ffe:ffff::1', '3fff:1000::1']
  for (const address of [...between, ...beside, ...more, '8.8.8.8', '193.191.1.1', ...public6]) {
    t.equal(whyNotPublic(address), undefined, address)
  }
})

/** Loopback, however a URL may write it, and what a cloud tells its machines. */
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

t.test('never connects to a private address, however it is written', async (t) => {
  let connections = 0
  const server = createServer((_request, response) => response.end('{}'))
  server.on('connection', () => {
    connections++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
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

t.test('a limit on time: bytes that are late, and bytes that keep coming', async (t) => {
  // Sockets are what is tried here, so they are real ones.
  const server = createServer((request, response) => {
    if (request.url === '/endless') setInterval(() => response.write('x'), 10).unref()
    else setTimeout(() => response.end('{}'), 5000).unref()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await t.rejects(get(`${base}/slow`, { allowPrivate: true, timeout: 100 }), {
    name: /TimeoutError|AbortError/
  })
  await t.rejects(get(`${base}/endless`, { allowPrivate: true, timeout: 200 }))
})

t.test('limits: no redirects, bytes', async (t) => {
  nock.disableNetConnect()
  t.teardown(() => {
    nock.cleanAll()
    nock.restore()
  })
  const origin = 'https://keys.example'
  const server = nock(origin, { reqheaders: { accept: 'application/json' } })
  server.get('/').reply(200, { keys: [] })
  server.get('/redirect').reply(302, '', { location: '/' })
  server.get('/full').reply(200, 'x'.repeat(1000))
  server.get('/long').reply(200, 'x'.repeat(1001))
  t.same(await (await get(`${origin}/`)).json(), { keys: [] })
  await t.rejects(get(`${origin}/redirect`), { message: /answered 302/ })
  t.equal((await (await get(`${origin}/full`)).text()).length, 1000)
  await t.rejects(get(`${origin}/long`), { message: /longer than 1000 bytes/ })
  t.ok(server.isDone())
})
