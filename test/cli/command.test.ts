// Checks, lists, journal and the other commands beside a running server.
import t from 'tap'
import type { clientOf } from '../auth/world.ts'
import { makeKey } from '../auth/world.ts'
import { table } from '../../src/cli/table.ts'
import { runner } from './run.ts'
import { file, register, world } from './world.ts'

t.test('client test names the check that fails', async (t) => {
  const { psi } = await world()
  const settings = await register()
  const test = async (changed: object) =>
    await psi(
      'client',
      'test',
      '--json',
      '--settings',
      file('test.json', { ...settings, ...changed })
    )
  const all = await test({})
  t.equal(all.code, 0)
  t.match(all.json(), [
    { check: 'key', ok: true },
    { check: 'server', ok: true },
    { check: 'registration', ok: true },
    { check: 'token exchange', ok: true }
  ])
  const failing = async (changed: object) => {
    const { code, json } = await test(changed)
    t.equal(code, 1)
    return (json() as { check: string; detail: string }[]).at(-1)
  }
  const { kid: _kid, ...noKid } = settings.private_jwk
  t.match(await failing({ private_jwk: noKid }), { check: 'key', detail: /no kid/ })
  t.match(await failing({ fhir_base: 'http://127.0.0.1:64999/fhir' }), {
    check: 'server',
    detail: /ECONNREFUSED/
  })
  t.match(await failing({ token_endpoint: 'https://else.example/token' }), {
    check: 'server',
    detail: /PSI_PUBLIC_URL/
  })
  t.match(await failing({ client_id: 'nobody' }), {
    check: 'registration',
    detail: /not in the store/
  })
  t.match(
    await failing({
      private_jwk: { ...(await makeKey('ES384', settings.private_jwk.kid!)).privateJwk }
    }),
    { check: 'registration', detail: /does not belong/ }
  )
  t.match(await failing({ scope: 'user/*.rs' }), {
    check: 'token exchange',
    detail: /invalid_scope/
  })
})

t.test('settings that are no settings: each place is named, and no secret', async (t) => {
  const { psi } = await world()
  t.match(await psi('client', 'test', '--settings', file('half.json', { client_id: 'x' })), {
    code: 1,
    err: /token_endpoint is missing; .*fhir_base is missing; .*private_jwk is missing; expected a/
  })
  const key = { kty: 'EC', d: ['geheim'] }
  const ran = await psi(
    'token',
    '--settings',
    file('odd.json', { client_id: 'x', private_jwk: key })
  )
  t.match(ran, { code: 1, err: /private_jwk\.d is .*\(not shown\); expected the private part/ })
  t.notMatch(ran.err, 'geheim')
})

t.test('the journal tells what was done to a client', async (t) => {
  const { server, psi } = await world()
  const { client_id: id } = await register()
  for (const deed of ['disable', 'enable', 'rotate']) {
    t.equal((await psi('client', deed, id)).code, 0)
  }
  const { entries } = await server.store.audit({ limit: 100 })
  const deeds = entries
    .map(({ json }) => JSON.parse(json) as { path: string; deed?: string })
    .filter(({ path }) => path === `client/${id}`)
    .map(({ deed }) => deed)
  t.same(deeds, ['rotate', 'enable', 'disable', 'add'])
})

t.test('list shows who is registered, and no key', async (t) => {
  const { psi } = await world()
  const settings = await register('--name', 'Listed', '--right', 'platform', '--right', 'directory')
  const { out } = await psi('client', 'list')
  t.match(
    out,
    new RegExp(
      `${settings.client_id}  +Listed  .*TREAT .*platform directory .*enabled .*system/\\*\\.cruds`
    )
  )
  const listed = await psi('client', 'list', '--json')
  t.notMatch(listed.out, /"(x|y|d|n)":/)
  t.match(
    (listed.json() as { id: string }[]).find(({ id }) => id === settings.client_id),
    { name: 'Listed', keys: [settings.private_jwk.kid], disabled: false }
  )
})

t.test('two operators at once: neither change is lost', async (t) => {
  const { psi, server } = await world()
  const { client_id: id } = await register()
  await Promise.all([
    psi('client', 'disable', id),
    psi('client', 'rotate', id, '--json'),
    psi('client', 'rotate', id, '--json')
  ])
  const [record] = await server.store.records('client', [id])
  const client = JSON.parse(record!.json) as ReturnType<typeof clientOf>
  t.equal(client.disabled, true)
  t.equal(client.jwks.keys.length, 2)
})

t.test('unknown clients, commands and variables', async (t) => {
  const { psi, environment } = await world()
  t.match(await psi('client', 'disable', 'nobody'), { code: 1, err: /no client "nobody"/ })
  t.match(await psi('client', 'forget'), { code: 2, err: /forget/ })
  t.match(await psi('dance'), { code: 2, err: /unknown command/ })
  t.match(await psi(), { code: 2 })
  t.match(await psi('--help'), { code: 0, out: /Exit codes: 0 done, 1 failed, 2 wrong usage/ })
  t.match(await runner({ ...environment, PSI_PROT: '1', PSI_PORT: 'x' })('client', 'list'), {
    code: 2,
    err: /2 problems[\s\S]*PSI_PROT is not known; did you mean PSI_PORT\?[\s\S]*PSI_PORT is "x"/
  })
})

t.test('config and health', async (t) => {
  const { psi, server, environment } = await world()
  t.match(
    (await psi('config')).out,
    /PSI_STORE +sqlite:.* environment [\s\S]*PSI_HOST +127\.0\.0\.1 +default /
  )
  t.match(
    (await runner({ PSI_STORE: 'mongodb://u:secret@db/psi' })('config', '--json')).out,
    /mongodb:\/\/\*\*\*@db\/psi/
  )
  t.match(await psi('health'), { code: 0, out: /^ready · / })
  t.match((await psi('health', '--json', '--url', `${server.url}/`)).json(), {
    url: server.url,
    status: 'ready',
    ms: Number
  })
  t.match(await runner({ ...environment, PSI_PORT: '64999' })('health'), {
    code: 1,
    err: /ECONNREFUSED.*psi-fhir serve/
  })
})

t.test('a table is aligned text; the last column is as long as it is', async (t) => {
  const rows = [
    ['NAME', 'COUNT', 'NOTE'],
    ['é', '1', ''],
    ['a longer one', '1000', 'x'.repeat(200)]
  ]
  t.same(table(rows, [1]).split('\n'), [
    'NAME          COUNT  NOTE',
    'é                 1',
    `a longer one   1000  ${'x'.repeat(200)}`,
    ''
  ])
})
