// What holds for every request, whatever it asks: headers, failures, journal.
// https://hl7.org/fhir/R4/http.html
import t from 'tap'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { ErrorCode } from '../../src/fhir/failure-kinds.ts'
import { StoreConflict, StoreUnavailable } from '../../src/storage/store.ts'
import type { Store } from '../../src/storage/store.ts'
import { createWorld, limits } from './world.ts'

const fhirJson = 'application/fhir+json; charset=utf-8'
const outcome = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', diagnostics: /./, details: { text: /./ } }]
}

t.test(
  'every answer, good or bad, is uncached, unsniffed, named by request id, and tells nothing of what runs here',
  async (t) => {
    const { send } = await createWorld()
    for (const [method, path, as] of [
      ['GET', 'Patient', 'a'],
      ['GET', 'Patient/x', 'a'],
      ['GET', 'metadata', null],
      ['GET', '/nowhere', null],
      ['POST', '/oauth/token', null],
      ['GET', '/health/live', null],
      ['GET', 'Patient', null]
    ] as const) {
      const { headers } = await send(method, path, { as })
      t.match(
        headers,
        {
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          'content-security-policy': /default-src 'none'/,
          vary: /Authorization/,
          'x-request-id': /^[0-9a-f-]{36}$/
        },
        path
      )
      for (const tell of ['server', 'x-powered-by']) t.notOk(headers[tell])
    }
    t.equal(
      (await send('GET', 'Patient', { headers: { 'x-request-id': 'mine-1.2_3' } })).headers[
        'x-request-id'
      ],
      'mine-1.2_3'
    )
    t.not(
      (await send('GET', 'Patient', { headers: { 'x-request-id': 'a b\u001b[31m' } })).headers[
        'x-request-id'
      ],
      'a b\u001b[31m'
    )
  }
)

t.test('failures are OperationOutcomes everywhere', async (t) => {
  const { send } = await createWorld()
  const failing: readonly (readonly [number, string, string, object])[] = [
    [404, 'GET', 'Pationt/1', {}],
    [404, 'GET', 'Patient/1/2/3/4', {}],
    [404, 'GET', '/nowhere', {}],
    [404, 'GET', 'Patient/$nonsense', {}],
    [404, 'GET', '../metadata', {}],
    [404, 'GET', '/fhir//evil.example', {}],
    [400, 'GET', 'Patient/%E0%A4%A', {}],
    [400, 'GET', 'Patient?name=%FF', {}],
    [400, 'GET', 'Patient?name=%00', {}],
    [401, 'GET', 'Patient', { as: null }],
    [401, 'GET', 'Patient', { as: null, headers: { cookie: 'access_token=a' } }],
    [400, 'GET', 'Patient?access_token=a', {}],
    [405, 'PUT', 'metadata', { body: {} }],
    [405, 'DELETE', '', {}],
    [405, 'GET', '', {}],
    [405, 'OPTIONS', 'Patient', {}],
    [400, 'POST', 'Patient', { body: '{"resourceType":"Patient"' }],
    [400, 'POST', 'Patient', { body: '', headers: { 'content-type': 'application/json' } }],
    [400, 'POST', 'Patient', { body: '"text"' }],
    [400, 'POST', 'Patient', { body: '[]' }],
    [400, 'POST', 'Patient', { body: '{"resourceType":"Patient","__proto__":{"x":1}}' }],
    [400, 'POST', 'Patient', { body: '{"resourceType":"Patient","active":true,"active":false}' }],
    [400, 'POST', 'Patient', { body: Buffer.from([0x7b, 0xff, 0x7d]) }],
    [400, 'POST', 'Patient', { body: '['.repeat(500_000) }],
    [413, 'POST', 'Patient', { body: ' '.repeat(limits.body + 1) }]
  ]
  for (const [status, method, path, options] of failing) {
    const answer = await send(method, path, options)
    t.match(
      answer,
      { status, headers: { 'content-type': fhirJson, 'content-language': 'en' }, body: outcome },
      `${method} ${path} ${JSON.stringify(options).slice(0, 80)}`
    )
  }
  t.equal((await send('PUT', 'metadata', { body: {} })).headers['allow'], 'GET, HEAD')
  t.equal(
    (await send('PUT', 'Patient/unknown', { body: { resourceType: 'Patient', id: 'unknown' } }))
      .headers['allow'],
    'GET, HEAD, PATCH, DELETE'
  )
  t.equal((await send('DELETE', 'Consent/unknown')).headers['allow'], 'GET, HEAD, PUT, PATCH')
  t.equal((await send('POST', 'Parameters', { body: { resourceType: 'Parameters' } })).status, 404)
  t.equal((await send('GET', 'Pationt/1/_history')).headers['allow'], undefined)
  t.match((await send('GET', 'Pationt/1')).body.issue[0].diagnostics, /did you mean Patient/)
  t.match((await send('GET', 'Patient', { as: null })).headers['www-authenticate'], /^Bearer/)
  t.equal(({} as { x?: number }).x, undefined)
})

t.test('a deep body is refused before anything is built from it', async (t) => {
  const { send } = await createWorld()
  await send('POST', 'Patient', { body: '[[]]' })
  const start = performance.now()
  t.equal((await send('POST', 'Patient', { body: `{"a":${'['.repeat(500_000)}` })).status, 400)
  t.ok(performance.now() - start < 50, 'within 50 ms')
})

/** The status of each kind. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'request-timeout': 408,
  conflict: 409,
  deleted: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'too-many-requests': 429,
  'headers-too-large': 431,
  internal: 500,
  'not-implemented': 501,
  unavailable: 503,
  'storage-full': 507
}

t.test(
  'each kind of failure has its status, and nothing of an unforeseen one is told',
  async (t) => {
    const throwing = async (error: unknown) => {
      const { send } = await createWorld({
        wrap: (store: Store) => ({
          ...store,
          read: async () => {
            throw error
          }
        })
      })
      return await send('GET', 'Patient/x')
    }
    for (const [code, status] of Object.entries(statuses)) {
      t.match(
        await throwing(new FhirError(code as ErrorCode, 'why')),
        { status, body: { issue: [{ diagnostics: 'why' }] } },
        code
      )
    }
    t.equal((await throwing(new StoreConflict('exists'))).status, 409)
    t.match(await throwing(new StoreUnavailable('primary lost at 10.0.0.1')), {
      status: 503,
      headers: { 'retry-after': '1' }
    })
    t.match(await throwing(new StoreUnavailable('disk', { full: true })), {
      status: 507,
      headers: { 'retry-after': '60' }
    })
    const unforeseen = await throwing(new TypeError('secret of Monsieur X'))
    t.equal(unforeseen.status, 500)
    t.notMatch(unforeseen.text, /secret|TypeError/)
  }
)

const form = { 'content-type': 'application/x-www-form-urlencoded' }

t.test('the token endpoint takes a form, and answers plain JSON without a token', async (t) => {
  const { send } = await createWorld({
    token: async (form, id) => ({
      status: 401,
      body: { error: 'invalid_client', form: form.get('a'), id }
    })
  })
  t.match(
    await send('POST', '/oauth/token', {
      as: null,
      body: 'a=b',
      headers: { ...form, 'x-request-id': 'r1' }
    }),
    {
      status: 401,
      headers: { 'content-type': /^application\/json/, 'cache-control': 'no-store' },
      body: { error: 'invalid_client', form: 'b', id: 'r1' }
    }
  )
  t.match(await send('POST', '/oauth/token', { as: null, body: {} }), {
    status: 400,
    body: { error: 'invalid_request' }
  })
  t.equal(
    (
      await send('POST', '/oauth/token', {
        as: null,
        body: 'a'.repeat(70_000),
        headers: form
      })
    ).status,
    413
  )
})

t.test('keys, discovery and health answer plain JSON without a token', async (t) => {
  let ready = true
  const { send } = await createWorld({
    health: {
      ready: async () => {
        if (!ready) throw new Error('no')
      },
      started: () => ready
    }
  })
  t.match((await send('GET', '/oauth/jwks', { as: null })).body, { keys: [] })
  for (const path of [
    '/fhir/.well-known/smart-configuration',
    '/.well-known/smart-configuration'
  ]) {
    t.match(await send('GET', path, { as: null, headers: { accept: 'application/fhir+xml' } }), {
      status: 200,
      headers: { 'content-type': /^application\/json/ },
      body: { token_endpoint: /token$/ }
    })
  }
  for (const path of ['live', 'ready', 'startup']) {
    t.equal((await send('GET', `/health/${path}`, { as: null })).status, 200)
  }
  ready = false
  t.same(
    await Promise.all(
      ['live', 'ready', 'startup'].map(
        async (path) => (await send('GET', `/health/${path}`, { as: null })).status
      )
    ),
    [200, 503, 503]
  )
})
