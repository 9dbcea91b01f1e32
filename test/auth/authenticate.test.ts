// https://www.rfc-editor.org/rfc/rfc6750, https://www.rfc-editor.org/rfc/rfc8725
import { createSecretKey, randomUUID } from 'node:crypto'
import {
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  SignJWT,
  UnsecuredJWT
} from 'jose'
import type { CryptoKey, JWK } from 'jose'
import t from 'tap'
import { endpoints, makeKey, makeWorld, publicUrl, sign, start } from './world.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const unauthenticated = {
  name: 'FhirError',
  code: 'unauthenticated',
  message: 'The access token was not accepted. Get a new one from the token endpoint.'
}

/** The key that this server signs with, as nobody outside has it. */
const signingKey = async (world: Awaited<ReturnType<typeof makeWorld>>): Promise<JWK> => {
  await world.accessToken()
  const [record] = await world.store.listRecords('key')
  return JSON.parse(record!.json) as JWK
}
const ownClaims = (changed = {}) => ({
  iss: publicUrl,
  aud: endpoints.fhirBase,
  sub: 'hospital',
  scope: 'system/CarePlan.rs',
  iat: start / 1000,
  exp: start / 1000 + 300,
  jti: randomUUID(),
  ...changed
})
const typ = 'at+jwt'

t.test("a token becomes the caller of its client's registration", async (t) => {
  const { auth, accessToken } = await makeWorld({
    client: { user: 'PractitionerRole/role-1', rights: ['platform'] }
  })
  const caller = await auth.authenticate(bearer(await accessToken()))
  t.match(caller, {
    client: 'hospital',
    name: 'Hospital',
    organization: 'org-a',
    user: { type: 'PractitionerRole', id: 'role-1' },
    purposes: ['TREAT']
  })
  t.equal(caller.scopes.text, 'system/CarePlan.rs')
  t.ok(caller.scopes.allows('CarePlan', 'r'))
  t.notOk(caller.scopes.allows('CarePlan', 'u'))
  t.notOk(caller.scopes.allows('Patient', 'r'), 'registered, and not asked for')
  t.ok(caller.rights.has('platform'))
  t.ok(Object.isFrozen(caller))
})

t.test('a changed registration takes effect on tokens already out', async (t) => {
  const { auth, accessToken, clients, time } = await makeWorld()
  const token = await accessToken()
  t.ok((await auth.authenticate(bearer(token))).scopes.allows('CarePlan', 'r'))
  await clients.change('hospital', 'enable', (client) => ({
    ...client,
    scope: 'system/Patient.rs',
    purposes: []
  }))
  time.now += 2000
  const caller = await auth.authenticate(bearer(token))
  t.notOk(caller.scopes.allows('CarePlan', 'r'))
  t.same(caller.purposes, [])
  await clients.change('hospital', 'disable', (client) => ({ ...client, disabled: true }))
  time.now += 2000
  await t.rejects(auth.authenticate(bearer(token)), unauthenticated, 'disabled')
})

t.test('a token ends when it expires, also one that was used before', async (t) => {
  const { auth, accessToken, time } = await makeWorld()
  const token = await accessToken()
  time.now += 299_000
  await t.resolves(auth.authenticate(bearer(token)))
  time.now += 1000
  await t.rejects(auth.authenticate(bearer(token)), unauthenticated)
})

type Forged = readonly [what: string, token: string, reason: RegExp]
type World = Awaited<ReturnType<typeof makeWorld>>
type Key = Awaited<ReturnType<typeof signingKey>>

/** Signed by nobody, by somebody else, or with what is public. */
const wronglySigned = async ({ holder, claims }: World, key: Key): Promise<readonly Forged[]> => {
  const { d: _d, ...publicPart } = key
  const pem = await exportSPKI(
    (await importJWK(publicPart, 'ES256', { extractable: true })) as CryptoKey
  )
  const hs256 = async (secret: string) =>
    await new SignJWT(ownClaims())
      .setProtectedHeader({ alg: 'HS256', typ, kid: key.kid! })
      .sign(createSecretKey(Buffer.from(secret)))
  const attacker = await makeKey('ES256', key.kid!)
  const none = new UnsecuredJWT(ownClaims()).encode()
  return [
    ['alg none', none, /alg is "none"/],
    ['alg none with a made-up signature', `${none}AAAA`, /alg is "none"/],
    [
      'alg None in another case',
      `${Buffer.from('{"alg":"None","typ":"at+jwt"}').toString('base64url')}.${none.split('.')[1]}.`,
      /alg is "None"/
    ],
    ['HS256 with the public key as secret', await hs256(pem), /alg is "HS256"/],
    ['HS256 with the public key behind a space', await hs256(` ${pem}`), /alg is "HS256"/],
    ['HS256 with the JWK as secret', await hs256(JSON.stringify(publicPart)), /alg is "HS256"/],
    [
      'jwk header',
      await sign(attacker.privateJwk, { typ, jwk: attacker.publicJwk }, ownClaims()),
      /signature/
    ],
    [
      'jku header',
      await sign(
        attacker.privateJwk,
        { typ, jku: 'https://attacker.example/jwks', kid: 'theirs' },
        ownClaims()
      ),
      /key that is not ours/
    ],
    [
      'x5u header',
      await sign(attacker.privateJwk, { typ, x5u: 'https://attacker.example/cert' }, ownClaims()),
      /signature/
    ],
    [
      'critical header that nobody knows',
      `${Buffer.from(JSON.stringify({ alg: 'ES256', typ, kid: key.kid, crit: ['x'], x: 1 })).toString('base64url')}.${Buffer.from(JSON.stringify(ownClaims())).toString('base64url')}.AAAA`,
      /verify/
    ],
    ['client assertion as bearer', await sign(holder.privateJwk, {}, claims()), /iss is "hospital"/]
  ]
}

/** Signed with our key, and saying what no token of ours says. */
const wronglyClaimed = async (world: World, key: Key): Promise<readonly Forged[]> => {
  const now = start / 1000
  const claiming = async (changed: Parameters<typeof ownClaims>[0]): Promise<string> =>
    await sign(key, { typ }, ownClaims(changed))
  return [
    ['typ JWT', await sign(key, {}, ownClaims()), /typ is "JWT"/],
    ['ID token', await claiming({ nonce: 'n' }), /ID token/],
    ['other audience', await claiming({ aud: 'https://other.example/fhir' }), /aud is/],
    ['prefix of the audience', await claiming({ aud: endpoints.fhirBase.slice(0, -1) }), /aud is/],
    ['no audience', await claiming({ aud: undefined }), /aud is/],
    ['no exp', await claiming({ exp: undefined }), /exp is missing/],
    ['exp as text', await claiming({ exp: `${now + 300}` }), /exp is "/],
    ['iat as text', await claiming({ iat: `${now}` }), /iat is "/],
    ['no scope', await claiming({ scope: undefined }), /scope is missing/],
    ['sub as list', await claiming({ sub: ['hospital'] }), /sub is \[/],
    ['exp in ten years', await claiming({ exp: now + 315_360_000 }), /lives longer/],
    ['nbf ahead', await claiming({ nbf: now + 120 }), /nbf/],
    ['iss as array', await claiming({ iss: [publicUrl] }), /iss is \[/],
    ['unknown issuer', await claiming({ iss: 'https://else.example' }), /iss is/],
    ['issuer with a slash more', await claiming({ iss: `${publicUrl}/` }), /iss is/],
    ['unknown client', await claiming({ sub: 'hospital2' }), /not registered/],
    [
      'changed payload',
      (await world.accessToken()).replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify(ownClaims({ scope: 'system/*.cruds' }))).toString('base64url')}.`
      ),
      /signature/
    ]
  ]
}

t.test('forged and foreign tokens are refused without detail and without a socket', async (t) => {
  const world = await makeWorld()
  const { auth, reason } = world
  const key = await signingKey(world)
  await t.resolves(
    auth.authenticate(bearer(await sign(key, { typ }, ownClaims()))),
    'the well-made one is accepted'
  )
  const cases = [...(await wronglySigned(world, key)), ...(await wronglyClaimed(world, key))]
  for (const [name, token, expected] of cases) {
    await t.rejects(auth.authenticate(bearer(token), { id: 'request-7' }), unauthenticated, name)
    t.match(reason(), expected, name)
    t.equal(world.logged.at(-1)?.['requestId'], 'request-7')
    t.notOk(JSON.stringify(world.logged).includes(token), 'the log has no token')
  }
})

t.test('one Authorization header, and nothing else carries a token', async (t) => {
  const { auth, accessToken, reason } = await makeWorld()
  const token = await accessToken()
  await t.rejects(auth.authenticate({}), {
    code: 'unauthenticated',
    message: /There is no access token/
  })
  await t.rejects(
    auth.authenticate({
      cookie: `access_token=${token}`,
      'x-on-behalf-of': 'org-b',
      'x-authorization': `Bearer ${token}`
    }),
    { code: 'unauthenticated' }
  )
  await t.rejects(
    auth.authenticate(bearer(token), {
      rawHeaders: ['Authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`]
    }),
    unauthenticated
  )
  t.match(reason(), /2 Authorization headers/)
  await t.rejects(
    auth.authenticate({ authorization: [`Bearer ${token}`, `Bearer ${token}`] }),
    unauthenticated
  )
  for (const header of [
    token,
    `Basic ${token}`,
    'Bearer',
    'Bearer ',
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${token} x`,
    `Bearer ${'a'.repeat(20_000)}`,
    'Bearer a.b.c',
    'Bearer \u001b[31m'
  ]) {
    await t.rejects(
      auth.authenticate({ authorization: header }),
      unauthenticated,
      header.slice(0, 20)
    )
  }
  const caller = await auth.authenticate(
    { ...bearer(token), 'x-on-behalf-of': 'org-b' },
    { rawHeaders: ['Host', 'x', 'AUTHORIZATION', `bearer ${token}`] }
  )
  t.equal(caller.organization, 'org-a', 'no header speaks for another organisation')
})

t.test('text from a token reaches the log escaped and shortened', async (t) => {
  const { auth, reason, holder } = await makeWorld()
  await t.rejects(
    auth.authenticate(
      bearer(
        await sign(holder.privateJwk, {}, { iss: `\u001b[2J\nadmin logged in${'x'.repeat(500)}` })
      )
    ),
    unauthenticated
  )
  t.notMatch(reason(), /\p{Cc}/u, 'no control character')
  t.ok(reason().length < 250)
})

t.test('a known token costs microseconds and no signature check', async (t) => {
  const { auth, accessToken } = await makeWorld()
  const headers = bearer(await accessToken())
  const caller = await auth.authenticate(headers)
  const begin = process.cpuUsage()
  for (let round = 0; round < 2000; round++) await auth.authenticate(headers)
  // Of the processor, not of the clock: others may be using it.
  const each = process.cpuUsage(begin).user / 2000
  t.comment(`${each.toFixed(1)} µs per request`)
  t.ok(each < 100, 'a tenth of a signature check, on a busy machine')
  t.equal(await auth.authenticate(headers), caller, 'the same caller')
})

t.test('tokens name what they were given', async (t) => {
  const { accessToken } = await makeWorld()
  const token = await accessToken()
  t.equal(decodeProtectedHeader(token).typ, 'at+jwt')
  t.notOk('organization' in decodeJwt(token), 'nothing that the registration knows better')
})
