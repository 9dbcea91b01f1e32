/**
 * An entry of a Bundle is read as a request by itself is: the same preconditions and criteria, and
 * for the same fault the same refusal.
 */
import t from 'tap'
import { createWorld, patient } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

const bundle = async (
  { send }: World,
  type: 'batch' | 'transaction',
  request: object,
  resource?: object
): Promise<Answer> =>
  await send('POST', '', {
    body: {
      resourceType: 'Bundle',
      type,
      entry: [{ request, ...(resource !== undefined && { resource }) }]
    }
  })

/** What is said of the one entry, wherever it stands. */
const refusalOf = ({ status, body }: Answer): unknown => {
  const { response } = body.entry?.[0] ?? {}
  const issue = (response?.outcome ?? body).issue?.[0]
  return {
    status: response === undefined ? status : Number(response.status.slice(0, 3)),
    code: issue?.code,
    diagnostics: issue?.diagnostics
  }
}
const placeOf = ({ body }: Answer): unknown =>
  (body.entry?.[0].response.outcome ?? body).issue[0].expression

interface Case {
  readonly what: string
  readonly method: string
  readonly query?: string
  readonly header?: Readonly<Record<string, string>>
  readonly element?: Readonly<Record<string, string>>
  readonly place: string
}

const malformed: readonly Case[] = [
  {
    what: 'If-None-Match',
    method: 'GET',
    header: { 'if-none-match': 'garbage' },
    element: { ifNoneMatch: 'garbage' },
    place: 'ifNoneMatch'
  },
  {
    what: 'If-Match',
    method: 'PUT',
    header: { 'if-match': 'W/"1", W/"2"' },
    element: { ifMatch: 'W/"1", W/"2"' },
    place: 'ifMatch'
  },
  { what: 'a percent-encoding', method: 'GET', query: '?_format=%E0%A4%A', place: 'url' },
  { what: 'a NUL', method: 'GET', query: '?_format=a%00', place: 'url' }
]

t.test(
  'what is malformed is refused alike by itself, in a batch and in a transaction',
  async (t) => {
    const world = await createWorld()
    const made = await world.send('POST', 'Patient', { body: patient('X') })
    const { id } = made.body as { readonly id: string }
    for (const { what, method, query = '', header, element, place } of malformed) {
      const path = `Patient/${id}${query}`
      const resource = method === 'PUT' ? (made.body as object) : undefined
      const single = await world.send(method, path, {
        ...(header !== undefined && { headers: header }),
        ...(resource !== undefined && { body: resource })
      })
      t.equal(single.status, 400, what)
      for (const type of ['batch', 'transaction'] as const) {
        const answer = await bundle(world, type, { method, url: path, ...element }, resource)
        t.same(refusalOf(answer), refusalOf(single), `${what} in a ${type}`)
        t.same(placeOf(answer), [`Bundle.entry[0].request.${place}`])
      }
    }
  }
)

t.test('what can be read holds in entries as it does in headers', async (t) => {
  const world = await createWorld()
  const made = await world.send('POST', 'Patient', { body: patient('X') })
  const { id } = made.body as { readonly id: string }
  const etag = made.headers['etag'] ?? ''
  const url = `Patient/${id}`
  const conditions: readonly (readonly [string, string, string, number])[] = [
    ['if-none-match', 'ifNoneMatch', etag, 304],
    ['if-none-match', 'ifNoneMatch', 'W/"other"', 200],
    ['if-modified-since', 'ifModifiedSince', '2099-01-01T00:00:00Z', 304],
    ['if-modified-since', 'ifModifiedSince', 'someday', 200]
  ]
  for (const [header, element, value, status] of conditions) {
    const single = await world.send('GET', url, { headers: { [header]: value } })
    t.equal(single.status, status, `${header}: ${value}`)
    for (const type of ['batch', 'transaction'] as const) {
      const { body } = await bundle(world, type, { method: 'GET', url, [element]: value })
      t.equal(Number(body.entry[0].response.status.slice(0, 3)), status, `${element} in a ${type}`)
    }
  }
  const stale = { method: 'PUT', url, ifMatch: 'W/"other"' }
  t.equal((await bundle(world, 'transaction', stale, made.body as object)).status, 412)
})

t.test('a transaction goes by the table of routes: its scopes, and writes alone', async (t) => {
  const world = await createWorld()
  const post = { method: 'POST', url: 'Patient' }
  const entry = { request: post, resource: patient('X') }
  const body = { resourceType: 'Bundle', type: 'transaction', entry: [entry] }
  t.equal((await world.send('POST', '', { body, as: 'a-reads-plans' })).status, 403)
  t.equal((await world.send('POST', '', { body })).status, 200)
  for (const url of ['Patient/1', 'AuditEvent', 'Parameters', 'Foo', 'Patient/1/_history']) {
    const answer = await bundle(world, 'transaction', { method: 'POST', url }, patient('X'))
    t.match(answer, { status: 400, body: { issue: [{ code: 'not-supported' }] } }, url)
  }
})
