// https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html and
// backend-services.html
import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { createAuth } from '../../src/auth/auth.ts'
import type { Client } from '../../src/auth/caller.ts'
import { StoreUnavailable } from '../../src/storage/store.ts'
import { wrongClaims, wrongForms, wrongHeaders } from './faulty-assertions.ts'
import { clientOf, endpoints, formOf, makeKey, makeWorld, publicUrl, sign, start } from './world.ts'

const refused = {
  status: 401,
  body: {
    error: 'invalid_client',
    error_description:
      "The client was not authenticated. The server's log has the reason under request request-1."
  }
}

t.test('a registered client gets a token of at most 300 seconds', async (t) => {
  const { ask, auth } = await makeWorld()
  const { status, body } = await ask()
  t.equal(status, 200)
  t.match(body, { token_type: 'bearer', expires_in: 300, scope: 'system/CarePlan.rs' })
  t.notOk('refresh_token' in body)
  const token = String(body['access_token'])
  t.match(decodeProtectedHeader(token), { alg: 'ES256', typ: 'at+jwt' })
  t.match(decodeJwt(token), {
    iss: publicUrl,
    aud: endpoints.fhirBase,
    sub: 'hospital',
    client_id: 'hospital',
    scope: 'system/CarePlan.rs',
    exp: start / 1000 + 300
  })
  const { keys } = (await auth.jwks()) as { keys: { kid: string; d?: string }[] }
  t.ok(
    keys.some(({ kid }) => kid === decodeProtectedHeader(token).kid),
    'its key is published'
  )
  t.ok(
    keys.every((key) => key.d === undefined),
    'without the private part'
  )
})

t.test('RS384 is as good as ES384', async (t) => {
  const { clients, auth, claims } = await makeWorld()
  const rsa = await makeKey('RS384', 'rsa')
  await clients.add(clientOf('rsa', [rsa.publicJwk]))
  t.equal(
    (
      await auth.token(
        formOf(await sign(rsa.privateJwk, {}, claims({ iss: 'rsa', sub: 'rsa' }))),
        'request-1'
      )
    ).status,
    200
  )
})

t.test('every fault of the credential is invalid_client; only the log says which', async (t) => {
  const world = await makeWorld()
  const { ask, reason } = world
  for (const [name, request, expected] of [
    ...wrongClaims(world),
    ...wrongHeaders(world),
    ...wrongForms(world)
  ]) {
    t.same(await request(), refused, name)
    t.match(reason(), expected, name)
    t.equal(world.logged.at(-1)?.['requestId'], 'request-1')
  }
  t.equal((await ask()).status, 200, 'and the right one is accepted')
})

t.test('another key under the registered kid does not verify', async (t) => {
  const { auth, claims, reason } = await makeWorld()
  const thief = await makeKey('ES384', 'key-1')
  t.same(
    await auth.token(
      formOf(await sign(thief.privateJwk, { jwk: thief.publicJwk }, claims())),
      'request-1'
    ),
    refused
  )
  t.match(reason(), /does not verify/)
})

t.test('two registered keys of one kid are none', async (t) => {
  const { clients, auth, claims, reason } = await makeWorld()
  const [one, two] = [await makeKey('ES384', 'same'), await makeKey('ES384', 'same')]
  await clients.add(clientOf('twins', [one.publicJwk, two.publicJwk]))
  t.same(
    await auth.token(
      formOf(await sign(one.privateJwk, {}, claims({ iss: 'twins', sub: 'twins' }))),
      'request-1'
    ),
    refused
  )
  t.match(reason(), /2 registered keys/)
})

t.test('an assertion is good once, in every process and after a restart', async (t) => {
  const { auth, deps, claims, holder, time, reason } = await makeWorld()
  const assertion = await sign(holder.privateJwk, {}, claims({ jti: 'once' }))
  t.equal((await auth.token(formOf(assertion), 'request-1')).status, 200)
  t.same(await auth.token(formOf(assertion), 'request-1'), refused)
  t.match(reason(), /jti "once".*used before/)
  time.now += 200_000
  t.same(
    await createAuth(deps).token(formOf(assertion), 'request-1'),
    refused,
    'another process over the same store'
  )
  t.match(reason(), /used before/)
  const parallel = await sign(holder.privateJwk, {}, claims({ jti: 'race' }))
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => await auth.token(formOf(parallel), 'request-1'))
  )
  t.equal(answers.filter(({ status }) => status === 200).length, 1, 'twenty at once, one token')
})

t.test('a forged assertion does not use up the jti of the real one', async (t) => {
  const { auth, ask, claims } = await makeWorld()
  const thief = await makeKey('ES384', 'key-1')
  await auth.token(formOf(await sign(thief.privateJwk, {}, claims({ jti: 'mine' }))), 'request-1')
  t.equal((await ask({ jti: 'mine' })).status, 200)
})

t.test(
  'disabled by another process: no token within the promised time, then again when enabled',
  async (t) => {
    const { ask, clients, time, reason } = await makeWorld()
    t.equal((await ask()).status, 200)
    await clients.change('hospital', 'disable', (client) => ({ ...client, disabled: true }))
    time.now += 2000
    t.same(await ask(), refused)
    t.match(reason(), /disabled/)
    await clients.change('hospital', 'enable', (client) => ({ ...client, disabled: false }))
    time.now += 2000
    t.equal((await ask()).status, 200)
  }
)

t.test('faults of the request are named', async (t) => {
  const { ask, auth } = await makeWorld()
  const cases: readonly (readonly [Record<string, string>, string, RegExp])[] = [
    [{ grant_type: 'password' }, 'unsupported_grant_type', /client_credentials/],
    [{ grant_type: '' }, 'invalid_request', /grant_type is missing/],
    [{ scope: '' }, 'invalid_scope', /scope is missing/],
    [{ scope: 'system/Task.rs' }, 'invalid_scope', /registered/],
    [{ scope: 'user/CarePlan.rs' }, 'invalid_scope', /registered/],
    [{ scope: 'system/CarePlan.dus' }, 'invalid_scope', /in that order/],
    [{ scope: 'system/CarePlan.rs?status=active' }, 'invalid_scope', /constraint/],
    [{ scope: 'system/CarePlan.rs patient/CarePlan.rs' }, 'invalid_scope', /mix/],
    [{ purpose_of_use: 'BTG' }, 'invalid_request', /BTG/]
  ]
  for (const [form, error, description] of cases) {
    const answer = await ask({}, {}, form)
    t.equal(answer.status, 400)
    t.match(answer.body, { error, error_description: description }, JSON.stringify(form))
  }
  const twice = formOf('x')
  twice.append('grant_type', 'client_credentials')
  t.match(
    await auth.token(twice, 'request-1'),
    { status: 400, body: { error: 'invalid_request' } },
    'a repeated parameter'
  )
})

t.test('scopes granted are those asked for and registered', async (t) => {
  const { ask } = await makeWorld()
  t.equal(
    (await ask({}, {}, { scope: 'system/*.cruds' })).body['scope'],
    'system/CarePlan.cruds system/Patient.rs'
  )
  t.equal(
    (await ask({}, {}, { scope: 'system/Patient.* system/Task.read' })).body['scope'],
    'system/Patient.rs'
  )
})

t.test('patient scopes need a person, user scopes anybody', async (t) => {
  const granted = async (client: Partial<Client>, scope: string) =>
    (await (await makeWorld({ client })).ask({}, {}, { scope })).status
  t.equal(await granted({ scope: 'patient/*.rs' }, 'patient/*.rs'), 400)
  t.equal(await granted({ scope: 'patient/*.rs', user: 'Practitioner/p' }, 'patient/*.rs'), 400)
  t.equal(await granted({ scope: 'patient/*.rs', user: 'Patient/p' }, 'patient/*.rs'), 200)
  t.equal(await granted({ scope: 'user/*.rs' }, 'user/*.rs'), 400)
  t.equal(await granted({ scope: 'user/*.rs', user: 'PractitionerRole/p' }, 'user/*.rs'), 200)
})

t.test('one purpose of use per token: the first registered, or the one asked for', async (t) => {
  const { ask, auth } = await makeWorld()
  const purposes = async (form: Record<string, string>) => {
    const { body } = await ask({}, {}, form)
    return (await auth.authenticate({ authorization: `Bearer ${String(body['access_token'])}` }))
      .purposes
  }
  t.same(await purposes({}), ['TREAT'])
  t.same(await purposes({ purpose_of_use: 'COORD' }), ['COORD'])
})

t.test('a store that cannot answer is a temporary fault, not a refusal', async (t) => {
  const world = await makeWorld()
  const broken = createAuth({
    ...world.deps,
    store: {
      ...world.store,
      putRecordIfAbsent: async () => {
        throw new StoreUnavailable('fail-over')
      }
    }
  })
  t.same(
    await broken.token(
      formOf(await sign(world.holder.privateJwk, {}, world.claims())),
      'request-1'
    ),
    { status: 503, body: { error: 'temporarily_unavailable' } }
  )
})

t.test('discovery names absolute addresses and no plain challenge', async (t) => {
  const { auth } = await makeWorld()
  t.match(auth.smartConfiguration(), {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/oauth/token`,
    jwks_uri: `${publicUrl}/oauth/jwks`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    code_challenge_methods_supported: ['S256']
  })
})
