// Our own signing keys, and keys that a client publishes.
import { decodeProtectedHeader } from 'jose'
import nock from 'nock'
import t from 'tap'
import { createAuth } from '../../src/auth/auth.ts'
import { createGuardedFetch } from '../../src/auth/issuers/guarded-fetch.ts'
import { clientOf, formOf, makeKey, makeWorld, sign, start } from './world.ts'

const refused = {
  status: 401,
  body: {
    error: 'invalid_client',
    error_description:
      "The client was not authenticated. The server's log has the reason under request request-1."
  }
}

t.test('signing keys are shared by processes and change in time', async (t) => {
  const { deps, time, accessToken, ask } = await makeWorld()
  const other = createAuth(deps)
  const kid = decodeProtectedHeader(await accessToken()).kid
  await t.resolves(
    other.authenticate({ authorization: `Bearer ${await accessToken()}` }),
    'another process knows the key'
  )
  const period = 90 * 86_400_000
  time.now = (Math.floor(start / period) + 1) * period - 1_800_000
  await ask()
  const before = (await other.jwks()) as { keys: { kid: string }[] }
  t.equal(before.keys.length, 2, 'the next key is published before its first use')
  const last = await accessToken()
  t.equal(decodeProtectedHeader(last).kid, kid)
  time.now += 1_800_000
  const next = await accessToken()
  t.not(decodeProtectedHeader(next).kid, kid)
  t.ok(before.keys.some((key) => key.kid === decodeProtectedHeader(next).kid))
  await t.resolves(other.authenticate({ authorization: `Bearer ${next}` }))
  time.now += 600_000
  t.equal(((await other.jwks()) as { keys: unknown[] }).keys.length, 1, 'and the old one goes')
})

t.test('keys at a registered address', async (t) => {
  const holder = await makeKey('ES384', 'published')
  nock.disableNetConnect()
  t.teardown(() => {
    nock.cleanAll()
    nock.restore()
  })
  const published = nock('https://client.example')
  published.get('/jwks').reply(200, { keys: [holder.publicJwk] })
  nock('https://down.example').get('/jwks').replyWithError('down')
  const attacker = nock('https://attacker.example').get(/.*/).reply(200, { keys: [] })
  const { auth, claims, clients } = await makeWorld({
    fetch: createGuardedFetch({ maxBytes: 65_536 })
  })
  await clients.add(clientOf('remote', [], { jwksUrl: 'https://client.example/jwks' }))
  await clients.add(clientOf('down', [], { jwksUrl: 'https://down.example/jwks' }))
  const tokenFor = async (id: string, header = {}) =>
    await auth.token(
      formOf(await sign(holder.privateJwk, header, claims({ iss: id, sub: id }))),
      'request-1'
    )
  t.equal((await tokenFor('remote')).status, 200)
  t.equal(
    (await tokenFor('remote', { jku: 'https://client.example/jwks' })).status,
    200,
    'jku may say the same'
  )
  t.same(await tokenFor('remote', { jku: 'https://attacker.example/jwks' }), refused)
  t.ok(published.isDone())
  t.notOk(attacker.isDone(), 'read once, and nothing else')
  t.same(await tokenFor('down'), { status: 503, body: { error: 'temporarily_unavailable' } })
  const inside = 'https://127.0.0.1/jwks'
  await clients.add(clientOf('inside', [], { jwksUrl: inside }))
  const trap = nock('https://127.0.0.1')
    .get('/jwks')
    .reply(200, { keys: [holder.publicJwk] })
  t.equal((await tokenFor('inside')).status, 503, 'no client makes us ask our own network')
  t.notOk(trap.isDone())
})
