// External issuers: what the file may say, whose tokens are accepted, and what happens when their
// keys cannot be had.
import { randomUUID } from 'node:crypto'
import nock from 'nock'
import t from 'tap'
import type { AuthDeps } from '../../src/auth/auth.ts'
import { createAuth } from '../../src/auth/auth.ts'
import { createGuardedFetch } from '../../src/auth/issuers/guarded-fetch.ts'
import { parseIssuers } from '../../src/auth/issuers/issuer.ts'
import { endpoints, makeKey, makeWorld, publicUrl, sign, start } from './world.ts'
import type { Holder } from './world.ts'

const entry = {
  issuer: 'https://idp.example/realms/a',
  jwksUrl: 'https://idp.example/realms/a/keys',
  algorithms: ['RS384', 'ES384'],
  audience: endpoints.fhirBase,
  maxLifetime: 600,
  clientClaim: 'azp',
  organization: { claim: 'org', map: { 'org-a': 'Organization/a' } },
  user: { claim: 'sub', map: { ada: 'Practitioner/ada', xavier: 'Patient/x' } },
  scope: 'user/CarePlan.rs user/Patient.rs',
  purposes: ['TREAT']
}
const other = {
  ...entry,
  issuer: 'https://idp.example/realms/b',
  jwksUrl: 'https://keys.example/b',
  organization: { claim: 'org', map: { 'org-ab': 'Organization/ab' } }
}
const now = start / 1000
const claims = (changed = {}) => ({
  iss: entry.issuer,
  aud: entry.audience,
  sub: 'ada',
  azp: 'ehr',
  org: 'org-a',
  scope: 'openid user/CarePlan.rs api:read',
  iat: now,
  exp: now + 600,
  jti: randomUUID(),
  ...changed
})
const tokenOf = async (key: Holder, changed = {}, header = {}) =>
  await sign(key.privateJwk, { typ: 'at+jwt', ...header }, claims(changed))
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const unauthenticated = { code: 'unauthenticated' }

const keys = makeKey('RS384', 'idp-1')
const worldWith = async (more: Partial<AuthDeps> = {}) => {
  const { issuers, problems } = parseIssuers(JSON.stringify([entry, other]))
  if (problems.length > 0) throw new Error(problems.join('; '))
  return await makeWorld({ issuers, fetch: createGuardedFetch({ maxBytes: 65_536 }), ...more })
}
const serveKeys = async (holders: readonly Holder[], times = 1): Promise<nock.Scope> =>
  nock('https://idp.example')
    .get('/realms/a/keys')
    .times(times)
    .reply(200, { keys: holders.map(({ publicJwk }) => publicJwk) })

t.before(() => {
  nock.disableNetConnect()
})
t.afterEach(() => {
  nock.cleanAll()
})
t.teardown(() => {
  nock.restore()
})

t.test('a token of a configured issuer becomes the caller that its entry maps', async (t) => {
  const key = await keys
  const { auth } = await worldWith()
  const scope = await serveKeys([key])
  const caller = await auth.authenticate(
    bearer(
      await tokenOf(key, {
        extensions: { ihe_iua: { purpose_of_use: [{ code: 'TREAT' }, { code: 'BTG' }] } }
      })
    )
  )
  t.match(caller, {
    client: `${entry.issuer}|ehr`,
    name: 'ehr',
    organization: 'a',
    user: { type: 'Practitioner', id: 'ada' },
    purposes: ['TREAT']
  })
  t.same(caller.purposes, ['TREAT'], 'not the purpose that the entry does not list')
  t.equal(caller.scopes.text, 'user/CarePlan.rs')
  t.equal(caller.rights.size, 0)
  await t.resolves(
    auth.authenticate(bearer(await tokenOf(key))),
    'a second one needs no second look at the keys'
  )
  t.ok(scope.isDone())
})

t.test('no issuer speaks for the organisation or people of another', async (t) => {
  const key = await keys
  const { auth } = await worldWith()
  await serveKeys([key])
  const forbidden = { code: 'forbidden' }
  for (const changed of [
    { org: 'org-ab' },
    { org: 'org-' },
    { org: undefined },
    { org: ['org-a'] },
    { org: 'constructor' },
    { sub: 'eve' },
    { sub: '__proto__' }
  ]) {
    await t.rejects(
      auth.authenticate(bearer(await tokenOf(key, changed))),
      forbidden,
      JSON.stringify(changed)
    )
  }
  const none = await auth.authenticate(bearer(await tokenOf(key, { scope: 'patient/Patient.rs' })))
  t.notOk(none.scopes.allows('Patient', 'r'), 'a context that the entry does not give')
})

t.test('refused: other algorithms, types, audiences, lifetimes, keys', async (t) => {
  const key = await keys
  const { auth, reason } = await worldWith()
  await serveKeys([key])
  await t.resolves(auth.authenticate(bearer(await tokenOf(key))))
  const es256 = await makeKey('ES256', 'idp-1')
  const thief = await makeKey('RS384', 'idp-1')
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an algorithm that is not listed', await tokenOf(es256), /alg is "ES256"/],
    ['ID token by type', await tokenOf(key, {}, { typ: 'JWT' }), /typ is/],
    ['ID token by claim', await tokenOf(key, { nonce: 'x' }), /ID token/],
    ['for another service', await tokenOf(key, { aud: 'ehr' }), /aud is/],
    ['too long a life', await tokenOf(key, { exp: now + 3600 }), /lives longer/],
    [
      'too long a life, issued in the past',
      await tokenOf(key, { iat: now - 7200, exp: now + 300 }),
      /lives longer/
    ],
    ['expired', await tokenOf(key, { exp: now - 60 }), /exp/],
    ['another key', await tokenOf(thief), /signature/],
    ["a key of the token's own", await tokenOf(thief, {}, { jwk: thief.publicJwk }), /signature/],
    [
      'signed by a, said to be of b',
      await tokenOf(key, { iss: other.issuer, org: 'org-ab', aud: 'x' }),
      /aud/
    ],
    [
      'mixed contexts',
      await tokenOf(key, { scope: 'user/CarePlan.rs patient/CarePlan.rs' }),
      /mix/
    ],
    ['no client', await tokenOf(key, { azp: undefined }), /azp/]
  ]
  for (const [name, token, expected] of cases) {
    await t.rejects(auth.authenticate(bearer(token)), unauthenticated, name)
    t.match(reason(), expected, name)
  }
})

t.test('jku, x5u and jwk of a token are never followed', async (t) => {
  const key = await keys
  const thief = await makeKey('RS384', 'thief')
  const { auth, time } = await worldWith()
  const attacker = nock('https://attacker.example')
    .get(/.*/)
    .reply(200, { keys: [thief.publicJwk] })
  const pinned = await serveKeys([key])
  const token = await tokenOf(
    thief,
    {},
    {
      jku: 'https://attacker.example/jwks',
      x5u: 'https://attacker.example/x5u',
      jwk: thief.publicJwk
    }
  )
  await t.rejects(auth.authenticate(bearer(token)), unauthenticated)
  time.now += 1000
  await t.rejects(auth.authenticate(bearer(token)), unauthenticated)
  t.notOk(attacker.isDone(), 'no socket to the attacker')
  t.ok(pinned.isDone(), 'only to the pinned address, and that once')
})

t.test(
  'a new key of the issuer is found, guessing at keys does not make us ask again and again',
  async (t) => {
    const [first, second] = [await keys, await makeKey('ES384', 'idp-2')]
    const { auth, time } = await worldWith()
    await serveKeys([first])
    await auth.authenticate(bearer(await tokenOf(first)))
    await t.rejects(
      auth.authenticate(bearer(await tokenOf(second))),
      unauthenticated,
      'within 30 s of the last look: no new look'
    )
    time.now += 30_000
    const again = await serveKeys([first, second])
    await t.resolves(auth.authenticate(bearer(await tokenOf(second))))
    t.ok(again.isDone())
  }
)

t.test('keys cannot be had: 503, a pause of five seconds, then another attempt', async (t) => {
  const key = await keys
  const { auth, time, logged } = await worldWith()
  const unavailable = { code: 'unavailable' }
  nock('https://idp.example').get('/realms/a/keys').reply(500)
  await t.rejects(auth.authenticate(bearer(await tokenOf(key))), unavailable)
  t.match(logged.at(-1), { reason: /answered 500/ })
  const retry = await serveKeys([key])
  await t.rejects(
    auth.authenticate(bearer(await tokenOf(key))),
    unavailable,
    'not asked again at once'
  )
  t.notOk(retry.isDone())
  time.now += 5000
  await t.resolves(auth.authenticate(bearer(await tokenOf(key))))
})

t.test(
  'keys once had are refreshed after ten minutes and used for an hour more when the issuer is down',
  async (t) => {
    const key = await keys
    const { deps, time } = await worldWith()
    const auth = createAuth(deps)
    const fresh = async () =>
      bearer(
        await sign(
          key.privateJwk,
          { typ: 'at+jwt' },
          claims({ iat: time.now / 1000, exp: time.now / 1000 + 300 })
        )
      )
    await serveKeys([key])
    await auth.authenticate(await fresh())
    time.now += 599_000
    await t.resolves(
      auth.authenticate(await fresh()),
      'still fresh: no request (none is answered now)'
    )
    time.now += 1000
    const refreshed = await serveKeys([key])
    await auth.authenticate(await fresh())
    t.ok(refreshed.isDone(), 'read again on time')
    time.now += 600_000
    await t.resolves(auth.authenticate(await fresh()), 'down, in the grace')
    time.now += 3_599_000
    await t.resolves(auth.authenticate(await fresh()), 'down, at the end of the grace')
    time.now += 6000
    await t.rejects(
      auth.authenticate(await fresh()),
      { code: 'unavailable' },
      'never 200 or 401 after it'
    )
    await serveKeys([key])
    time.now += 6000
    await t.resolves(auth.authenticate(await fresh()), 'and back when the issuer is')
  }
)

t.test('an answer that is no key set, too long, or a redirect counts as none', async (t) => {
  const key = await keys
  for (const [name, reply] of [
    ['no JSON', (scope: nock.Interceptor) => scope.reply(200, 'hello')],
    ['no key set', (scope: nock.Interceptor) => scope.reply(200, { hello: 1 })],
    [
      'too long',
      (scope: nock.Interceptor) =>
        scope.reply(200, { keys: [key.publicJwk], padding: 'x'.repeat(70_000) })
    ],
    [
      'redirect',
      (scope: nock.Interceptor) =>
        scope.reply(302, '', { location: 'https://attacker.example/jwks' })
    ]
  ] as const) {
    const { auth } = await worldWith()
    reply(nock('https://idp.example').get('/realms/a/keys'))
    const attacker = nock('https://attacker.example')
      .get('/jwks')
      .reply(200, { keys: [key.publicJwk] })
    await t.rejects(auth.authenticate(bearer(await tokenOf(key))), { code: 'unavailable' }, name)
    t.notOk(attacker.isDone())
    nock.cleanAll()
  }
})

t.test('no entry of the file can stand for this server itself', async (t) => {
  const key = await keys
  const { issuers } = parseIssuers(JSON.stringify([{ ...entry, issuer: publicUrl }]))
  const { auth } = await worldWith({ issuers })
  await t.rejects(
    auth.authenticate(bearer(await tokenOf(key, { iss: publicUrl }))),
    unauthenticated
  )
})
