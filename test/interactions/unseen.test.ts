// What a caller may not see looks, on every way to it, like what is not there; what its scopes do
// not hold is refused before anything is looked up.
import t from 'tap'
import { createWorld, patient } from '../http/world.ts'
import type { Answer } from '../http/world.ts'
import { made, strange, versionOf } from './made.ts'

/** Same but for ids, dates and request ids. */
const blank = ({ status, headers, text }: Answer): unknown => {
  const { 'x-request-id': _id, date: _date, 'content-length': _length, ...rest } = headers
  return [status, rest, text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')]
}

const patched = [{ op: 'add', path: '/active', value: true }]
const patchType = { 'content-type': 'application/json-patch+json' }

type Way = readonly [method: string, path: (id: string) => string, options: object]
/** Every interaction that names a Patient, alone and with this version as its condition. */
const waysTo = (version: string): readonly Way[] => [
  ['GET', (id) => `Patient/${id}`, {}],
  ['HEAD', (id) => `Patient/${id}`, {}],
  ['GET', (id) => `Patient/${id}`, { headers: { 'if-none-match': `W/"${version}"` } }],
  [
    'GET',
    (id) => `Patient/${id}`,
    { headers: { 'if-modified-since': 'Sun, 22 Nov 2036 09:00:00 GMT' } }
  ],
  ['GET', (id) => `Patient/${id}/_history`, {}],
  ['GET', (id) => `Patient/${id}/_history?_since=2030-01-01`, {}],
  ['GET', (id) => `Patient/${id}/_history/${version}`, {}],
  ['GET', (id) => `Patient/${id}/CarePlan`, {}],
  ['GET', (id) => `Patient?_id=${id}`, {}],
  ['GET', (id) => `CarePlan?subject=Patient/${id}&_include=CarePlan:subject`, {}],
  ['PUT', (id) => `Patient/${id}`, { body: patient('Y') }],
  [
    'PUT',
    (id) => `Patient/${id}`,
    { body: patient('Y'), headers: { 'if-match': `W/"${version}"` } }
  ],
  [
    'PATCH',
    (id) => `Patient/${id}`,
    { body: patched, headers: { ...patchType, 'if-match': `W/"${version}"` } }
  ],
  [
    'PATCH',
    (id) => `Patient/${id}`,
    { body: patched, headers: { ...patchType, 'if-match': 'W/"other"' } }
  ],
  ['DELETE', (id) => `Patient/${id}`, {}],
  ['DELETE', (id) => `Patient/${id}`, { headers: { 'if-match': 'W/"other"' } }]
]

t.test(
  'a hidden resource is an unknown one, on every way to it and whatever the conditions',
  async (t) => {
    const world = await createWorld()
    const created = await made(world)
    const hidden = created.body.id as string
    const version = versionOf(created)
    for (const [method, path, options] of waysTo(version)) {
      const [seen, unknown] = [
        await world.send(method, path(hidden), { as: 'b', ...options }),
        await world.send(method, path(strange), { as: 'b', ...options })
      ]
      t.same(blank(seen), blank(unknown), `${method} ${path('ID')} ${JSON.stringify(options)}`)
      t.notOk(seen.headers['etag'], 'no ETag')
    }
    t.equal(
      (await world.send('GET', `Patient/${hidden}`)).body.name[0].family,
      'X',
      'and nothing happened to it'
    )
    t.equal((await world.send('GET', `Patient/${hidden}`, { as: 'b' })).status, 404)
  }
)

t.test('scopes are judged before anything is looked up', async (t) => {
  const world = await createWorld()
  const created = await made(world)
  for (const id of [created.body.id as string, strange]) {
    const answer = await world.send('GET', `Patient/${id}`, { as: 'a-reads-plans' })
    t.match(answer, {
      status: 403,
      body: { issue: [{ code: 'forbidden', diagnostics: /Patient\.r/ }] }
    })
  }
  t.equal(
    (await world.send('GET', 'CarePlan?subject:Patient.name=X', { as: 'a-reads-plans' })).status,
    403
  )
  t.equal(
    (await world.send('GET', 'CarePlan?_include=CarePlan:goal', { as: 'a-reads-plans' })).status,
    403
  )
  t.equal((await world.send('GET', 'CarePlan', { as: 'a-reads-plans' })).status, 200)
})
