// psi-fhir client beside a running server: what an operator types, and what the server makes of it.
import { join } from 'node:path'
import t from 'tap'
import type { Settings } from '../../src/cli/connection.ts'
import { requestToken } from '../../src/cli/connection.ts'
import { makeKey } from '../auth/world.ts'
import { add, file, folder, get, register, seconds, world } from './world.ts'

t.test('client add prints settings that a running server honours at once', async (t) => {
  const { server } = await world()
  const settings = await register()
  t.match(settings, {
    client_id: String,
    private_jwk: { kty: 'EC', crv: 'P-384', d: String, kid: String, alg: 'ES384' },
    token_endpoint: `${server.url}/oauth/token`,
    fhir_base: `${server.url}/fhir`,
    scope: 'system/*.cruds'
  })
  const answer = await get(settings, 'Organization?name=SSM%20Le%20Pont')
  t.equal(answer.status, 200)
  const bundle = (await answer.json()) as { entry: { resource: { name: string } }[] }
  t.equal(bundle.entry.length, 1, 'its organisation was made')
})

t.test(
  'a repeated client add says on stderr what was there and where it wrote; stdout stays JSON',
  async (t) => {
    const { psi } = await world()
    const again = [...add, '--name', 'Twice', '--generate-key', '--json']
    const first = await psi(...again)
    const where = `is in the store sqlite:${join(folder, 'data')}; a server honours it`
    t.ok(first.err.includes(where))
    t.notMatch(first.err, /Note/)
    const second = await psi(...again)
    t.equal(second.code, 0)
    const { client_id: id } = first.json() as Settings
    t.match(second.json(), { client_id: String, private_jwk: { d: String } })
    t.ok(
      second.err.includes('Note: a client named "Twice" of Organization/') &&
        second.err.includes(
          `there already: ${id}. This one was added beside. psi-fhir client list`
        ),
      second.err
    )
    t.equal((await psi('client', 'disable', id)).code, 0)
    t.match(
      (await psi(...again)).err,
      new RegExp(`Note: 2 clients named "Twice" .*${id} \\(disabled\\)`)
    )
    t.notMatch(
      (await psi(...again, '--organization', 'Another')).err,
      /Note/,
      'the same name elsewhere is another client'
    )
  }
)

t.test('client test tells which store it looked into', async (t) => {
  const { psi } = await world()
  const settings = await register()
  const ran = await psi('client', 'test', '--settings', file('where.json', settings), '--json')
  t.equal(ran.err, `The registration is looked up in the store sqlite:${join(folder, 'data')}.\n`)
  t.match(ran.json(), [{ check: 'key', ok: true }])
  const { err } = await psi(
    'client',
    'test',
    '--settings',
    file('elsewhere.json', { ...settings, fhir_base: 'http://127.0.0.1:1/fhir' }),
    '--json'
  )
  t.match(err, /not looked up: http:\/\/127\.0\.0\.1:1\/fhir is not the server/)
})

t.test('token prints a token for curl', async (t) => {
  const { psi } = await world()
  const settings = await register()
  const path = file('token.json', settings)
  const { code, out } = await psi('token', '--settings', path, '--scope', 'system/Patient.rs')
  t.equal(code, 0)
  t.match(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  t.equal((await get(settings, 'Patient', out.trim())).status, 200)
  t.equal((await get(settings, 'CarePlan', out.trim())).status, 403, 'no more than it asked for')
  t.match((await psi('token', '--settings', path, '--json')).json(), {
    access_token: String,
    expires: /^20/
  })
})

t.test(
  'an organisation is named by reference, id, identifier or name, and made once',
  async (t) => {
    const { psi, server } = await world()
    const organizationOf = async (text: string) => {
      const { client_id: id } = await register('--organization', text)
      const list = (await psi('client', 'list', '--json')).json() as {
        id: string
        organization: string
      }[]
      return list.find((client) => client.id === id)!.organization
    }
    const id = await organizationOf('https://ids.example|42')
    t.equal(await organizationOf('https://ids.example|42'), id, 'identifier')
    t.equal(await organizationOf(`Organization/${id}`), id, 'reference')
    t.equal(await organizationOf(id), id, 'bare id')
    t.equal(await organizationOf('SSM Le Pont'), await organizationOf('SSM Le Pont'), 'name')
    t.not(await organizationOf('SSM'), await organizationOf('SSM Le Pont'), 'a name is whole')
    const [stored] = await server.store.read([{ type: 'Organization', id: id as never }], {
      kind: 'system'
    })
    t.match(stored?.envelope, { dataClass: 'directory', custodian: id, published: true })
    t.match(JSON.parse(Buffer.from(stored!.json).toString()), {
      identifier: [{ system: 'https://ids.example', value: '42' }],
      name: 'SSM'
    })
    for (const unknown of ['Organization/nobody', 'Patient/x', 'https://ids.example|']) {
      t.equal((await psi(...add, '--organization', unknown, '--generate-key')).code, 1, unknown)
    }
  }
)

t.test('a registration that could never work is refused with what is expected', async (t) => {
  const { psi } = await world()
  const key = await makeKey('ES384', 'k')
  const es256 = await makeKey('ES256', 'k')
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [['--generate-key', '--scope', 'system/CarePlan.sr'], 2, /in that order/],
    [['--generate-key', '--scope', 'openid'], 2, /holds no scope/],
    [['--generate-key', '--scope', 'patient/*.rs'], 2, /no --user/],
    [['--generate-key', '--user', 'Organization/x'], 2, /expected Practitioner/],
    [['--generate-key', '--user', 'Patient/unknown'], 1, /no Patient\/unknown/],
    [['--generate-key', '--purpose', 'CURIOSITY'], 2, /expected some of TREAT/],
    [['--generate-key', '--right', 'root'], 2, /record-consents/],
    [['--generate-key', '--name', '\u001b[2J'], 2, /control characters/],
    [[], 2, /either --generate-key or --jwks/],
    [['--generate-key', '--jwks', 'x'], 2, /either/],
    [['--jwks', join(folder, 'absent.json')], 1, /ENOENT/],
    [['--jwks', file('text.json', 'hello')], 1, /not JSON/],
    [
      ['--jwks', file('empty.json', { keys: [] })],
      1,
      /keys is of type object \(not shown\); expected a list of one key/
    ],
    [['--jwks', file('private.json', { keys: [key.privateJwk] })], 1, /private key/],
    [['--jwks', file('es256.json', { keys: [es256.publicJwk] })], 1, /expected RSA/],
    [['--jwks', file('nokid.json', { keys: [{ ...key.publicJwk, kid: undefined }] })], 1, /no kid/],
    [['--jwks', file('twice.json', { keys: [key.publicJwk, key.publicJwk] })], 1, /shares its kid/],
    [
      ['--jwks', file('broken.json', { keys: [{ ...key.publicJwk, x: 'AAAA' }] })],
      1,
      /cannot be read/
    ],
    [['--jwks', 'http://keys.example/jwks'], 2, /https/],
    [['--colour', 'red'], 2, /unknown option/]
  ]
  const before = (await psi('client', 'list', '--json')).out
  for (const [more, code, expected] of cases) {
    const ran = await psi(...add, ...more)
    t.equal(ran.code, code, more.join(' '))
    t.match(ran.err, expected)
    t.equal(ran.out, '')
  }
  t.equal((await psi('client', 'list', '--json')).out, before, 'and nothing was registered')
})

t.test('a client may bring its own keys', async (t) => {
  const { psi } = await world()
  const key = await makeKey('RS384', 'mine')
  const { out } = await psi(
    ...add,
    '--jwks',
    file('mine.json', { keys: [key.publicJwk] }),
    '--json'
  )
  const settings = JSON.parse(out) as Settings
  t.notOk('private_jwk' in settings)
  t.equal((await get({ ...settings, private_jwk: key.privateJwk }, 'Patient')).status, 200)
})

t.test(
  'disable ends tokens, also those that are out, within five seconds; enable undoes it',
  async (t) => {
    const { psi } = await world()
    const settings = await register()
    const { token } = await requestToken(settings, { fetch, clock: Date.now })
    t.equal((await get(settings, 'Patient', token)).status, 200)
    t.equal((await psi('client', 'disable', settings.client_id)).code, 0)
    await seconds(2.2)
    t.equal((await get(settings, 'Patient', token)).status, 401)
    await t.rejects(requestToken(settings, { fetch, clock: Date.now }), {
      message: /invalid_client/
    })
    const tested = await psi('client', 'test', '--settings', file('disabled.json', settings))
    t.equal(tested.code, 1)
    t.match(tested.out, /FAILED +registration +client .* is disabled/)
    t.equal((await psi('client', 'enable', settings.client_id)).code, 0)
    await seconds(2.2)
    t.equal((await get(settings, 'Patient', token)).status, 200)
  }
)

t.test('rotate gives a new key beside the last one, or instead of it', async (t) => {
  const { psi } = await world()
  const first = await register()
  const second = (await psi('client', 'rotate', first.client_id, '--json')).json() as Settings
  t.not(second.private_jwk.kid, first.private_jwk.kid)
  await seconds(2.2)
  t.equal((await get(first, 'Patient')).status, 200, 'the old key still works')
  t.equal((await get(second, 'Patient')).status, 200)
  const third = (
    await psi('client', 'rotate', first.client_id, '--now', '--json')
  ).json() as Settings
  await seconds(2.2)
  await t.rejects(requestToken(second, { fetch, clock: Date.now }), { message: /invalid_client/ })
  t.equal((await get(third, 'Patient')).status, 200)
  const tested = await psi('client', 'test', '--settings', file('old.json', second))
  t.match(tested.out, /FAILED +registration +kid .* is not registered/)
})
