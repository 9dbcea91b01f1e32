// read, vread, history, create, update, patch, delete on one resource.
// https://hl7.org/fhir/R4/http.html
import t from 'tap'
import { base, createWorld, patient, plan } from '../http/world.ts'
import type { Answer } from '../http/world.ts'
import { made, strange, versionOf } from './made.ts'

t.test('create answers 201 with Location, ETag, Last-Modified and the resource', async (t) => {
  const world = await createWorld()
  const answer = await made(
    world,
    patient('X', { id: 'mine', meta: { versionId: '7', lastUpdated: '2000-01-01T00:00:00Z' } })
  )
  t.equal(answer.status, 201)
  t.equal(
    answer.headers['location'],
    `${base}/Patient/${answer.body.id}/_history/${answer.body.meta.versionId}`
  )
  t.equal(answer.headers['etag'], `W/"${answer.body.meta.versionId}"`)
  t.ok(Date.parse(answer.headers['last-modified'] ?? ''))
  t.not(answer.body.id, 'mine', 'ids are the server’s own')
  t.not(answer.body.meta.versionId, '7')
  t.match(answer.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
})

t.test('what was written comes back with its decimals', async (t) => {
  const world = await createWorld()
  const {
    body: { id }
  } = await made(world)
  const body = `{"resourceType":"Observation","status":"final","code":{"text":"w"},"subject":{"reference":"Patient/${id}"},"valueQuantity":{"value":1.50}}`
  const created = await world.send('POST', 'Observation', { body })
  t.match(created.text, '"value":1.50')
  t.match((await world.send('GET', `Observation/${created.body.id}`)).text, '"value":1.50')
  t.match((await world.send('GET', `Observation?_id=${created.body.id}`)).text, '"value":1.50')
})

t.test('Prefer chooses what a write gives back; who may not read gets nothing back', async (t) => {
  const { send } = await createWorld()
  const body = patient('X')
  const minimal = await send('POST', 'Patient', { body, headers: { prefer: 'return=minimal' } })
  t.same([minimal.status, minimal.text], [201, ''])
  t.ok(minimal.headers['location'])
  t.equal(
    (
      await send('POST', 'Patient', {
        body,
        headers: { prefer: 'return=OperationOutcome; handling=strict' }
      })
    ).body.resourceType,
    'OperationOutcome'
  )
  t.equal(
    (await send('POST', 'Patient', { body, headers: { prefer: 'return=representation' } })).body
      .resourceType,
    'Patient'
  )
  const blind = await send('POST', 'Patient', {
    body,
    as: 'a-creates',
    headers: { prefer: 'return=representation' }
  })
  t.same([blind.status, blind.text], [201, ''])
})

t.test('read is conditional', async (t) => {
  const world = await createWorld()
  const created = await made(world)
  const path = `Patient/${created.body.id}`
  const etag = created.headers['etag'] ?? ''
  const same = await world.send('GET', path, { headers: { 'if-none-match': `"other", ${etag}` } })
  t.same([same.status, same.text, same.headers['etag']], [304, '', etag])
  t.equal(
    (await world.send('GET', path, { headers: { 'if-none-match': 'W/"other"' } })).status,
    200
  )
  t.equal(
    (
      await world.send('GET', path, {
        headers: { 'if-modified-since': created.headers['last-modified'] ?? '' }
      })
    ).status,
    304
  )
  t.equal(
    (
      await world.send('GET', path, {
        headers: { 'if-modified-since': 'Sun, 22 Nov 2020 09:00:00 GMT' }
      })
    ).status,
    200
  )
  t.equal(
    (await world.send('GET', path, { headers: { 'if-modified-since': 'yesterday' } })).status,
    200
  )
  t.equal((await world.send('GET', path, { headers: { 'if-none-match': 'no etag' } })).status, 400)
})

t.test('HEAD is GET without the body', async (t) => {
  const world = await createWorld()
  const path = `Patient/${(await made(world)).body.id}`
  const [get, head] = [await world.send('GET', path), await world.send('HEAD', path)]
  t.same(
    [head.status, head.text, head.headers['etag'], head.headers['content-length']],
    [200, '', get.headers['etag'], get.headers['content-length']]
  )
})

t.test('update needs the id of the URL, changes or leaves alone, and never creates', async (t) => {
  const world = await createWorld()
  const created = await made(world)
  const { id } = created.body
  const put = async (body: object, headers = {}): Promise<Answer> =>
    await world.send('PUT', `Patient/${id}`, { body, headers })
  t.match(await put(patient('Y')), { status: 400, body: { issue: [{ diagnostics: /no id/ }] } })
  t.match(await put(patient('Y', { id: strange })), { status: 400 })
  t.match(await put({ resourceType: 'Group', id }), {
    status: 400,
    body: { issue: [{ expression: ['resourceType'] }] }
  })
  const changed = await put(patient('Y', { id }))
  t.match(changed, { status: 200, body: { id, name: [{ family: 'Y' }] } })
  t.not(changed.headers['etag'], created.headers['etag'])
  t.match(changed.headers['content-location'], `Patient/${id}/_history/`)
  const same = await put(patient('Y', { id }))
  t.same(
    [same.status, same.headers['etag']],
    [200, changed.headers['etag']],
    'the same content makes no version'
  )
  t.equal(
    (await world.send('PUT', `Patient/${strange}`, { body: patient('Y', { id: strange }) })).status,
    405
  )
  t.equal((await put(patient('Z', { id }), { 'if-match': created.headers['etag'] })).status, 412)
  t.equal((await put(patient('Z', { id }), { 'if-match': changed.headers['etag'] })).status, 200)
  t.equal((await put(patient('Z', { id }), { 'if-match': '*' })).status, 400)
})

t.test('plans, goals, teams and consents change only with If-Match', async (t) => {
  const world = await createWorld()
  const subject = (await made(world)).body.id as string
  const created = await made(world, plan(subject))
  const path = `CarePlan/${created.body.id}`
  const body = { ...created.body, title: 'new' }
  t.match(await world.send('PUT', path, { body }), {
    status: 400,
    body: { issue: [{ code: 'required' }] }
  })
  t.equal((await world.send('PUT', path, { body, headers: { 'if-match': 'W/"old"' } })).status, 412)
  t.equal(
    (
      await world.send('PUT', path, {
        body,
        headers: { 'if-match': created.headers['etag'] ?? '' }
      })
    ).status,
    200
  )
  const patch = {
    body: [{ op: 'replace', path: '/title', value: 'newer' }],
    headers: { 'content-type': 'application/json-patch+json' }
  }
  t.equal((await world.send('PATCH', path, patch)).status, 400)
})

t.test('delete is 204 whether it deletes or not; then 410, and PUT revives', async (t) => {
  const world = await createWorld()
  const created = await made(world)
  const path = `Patient/${created.body.id}`
  t.equal((await world.send('DELETE', path, { headers: { 'if-match': 'W/"old"' } })).status, 412)
  const deleted = await world.send('DELETE', path)
  t.same([deleted.status, deleted.text], [204, ''])
  t.equal((await world.send('DELETE', path)).status, 204)
  t.equal((await world.send('DELETE', `Patient/${strange}`)).status, 204)
  t.match(await world.send('GET', path), { status: 410, body: { issue: [{ code: 'deleted' }] } })
  t.equal((await world.send('GET', `${path}/_history/${versionOf(deleted)}`)).status, 410)
  t.equal((await world.send('GET', `${path}/_history/${versionOf(created)}`)).status, 200)
  t.equal(
    (
      await world.send('PATCH', path, {
        body: [{ op: 'add', path: '/active', value: true }],
        headers: { 'content-type': 'application/json-patch+json' }
      })
    ).status,
    410
  )
  t.equal(
    (await world.send('PUT', path, { body: patient('again', { id: created.body.id }) })).status,
    201
  )
  t.equal((await world.send('GET', path)).status, 200)
})

t.test('plans and consents are never deleted, the journal is never written', async (t) => {
  const { send } = await createWorld()
  for (const type of ['CarePlan', 'Consent', 'AuditEvent']) {
    t.equal((await send('DELETE', `${type}/${strange}`)).status, 405, type)
  }
  t.equal((await send('POST', 'AuditEvent', { body: { resourceType: 'AuditEvent' } })).status, 405)
  t.equal((await send('PUT', 'StructureDefinition/x', { body: {} })).status, 405)
})

t.test('history tells all versions, newest first, deletions included, page by page', async (t) => {
  const world = await createWorld()
  const created = await made(world)
  const path = `Patient/${created.body.id}`
  await world.send('PUT', path, { body: patient('Y', { id: created.body.id }) })
  await world.send('DELETE', path)
  const { body: bundle } = await world.send('GET', `${path}/_history`)
  t.match(bundle, {
    type: 'history',
    total: 3,
    entry: [
      { request: { method: 'DELETE' }, response: { status: /^204/ } },
      { request: { method: 'PUT', url: path }, resource: { name: [{ family: 'Y' }] } },
      { request: { method: 'POST', url: 'Patient' } }
    ]
  })
  t.notOk(bundle.entry[0].resource)
  t.ok(
    bundle.entry.every(
      (entry: { response: { lastModified?: string; etag?: string } }) =>
        entry.response.lastModified !== undefined && entry.response.etag !== undefined
    )
  )
  const first = await world.send('GET', `${path}/_history?_count=2`)
  t.equal(first.body.entry.length, 2)
  const next = first.body.link.find((link: { relation: string }) => link.relation === 'next')
    .url as string
  const second = await world.send('GET', next.slice(base.length + 1))
  t.same(
    second.body.entry.map((entry: { request: { method: string } }) => entry.request.method),
    ['POST']
  )
  t.notOk(second.body.link.some((link: { relation: string }) => link.relation === 'next'))
  t.equal(
    (await world.send('GET', next.slice(base.length + 1), { as: 'operator' })).status,
    400,
    'a cursor is the caller’s own'
  )
  t.match((await world.send('GET', `${path}/_history?_since=2999-01-01`)).body, { total: 0 })
  t.equal((await world.send('GET', `${path}/_history?_since=x`)).status, 400)
  t.equal((await world.send('GET', `${path}/_history?_what=1`)).status, 400)
  t.equal((await world.send('GET', `${path}/_history?_count=1&_count=2`)).status, 400)
})

t.test('a POST sent again under its Idempotency-Key writes once', async (t) => {
  const { send } = await createWorld()
  const first = await send('POST', 'Patient', {
    body: patient('X'),
    headers: { 'idempotency-key': 'k1' }
  })
  const second = await send('POST', 'Patient', {
    body: patient('X'),
    headers: { 'idempotency-key': 'k1' }
  })
  t.same(
    [second.status, second.text, second.headers['location']],
    [201, first.text, first.headers['location']]
  )
  t.equal(
    (await send('POST', 'Patient', { body: patient('Y'), headers: { 'idempotency-key': 'k1' } }))
      .status,
    422
  )
  t.not(
    (await send('POST', 'Patient', { body: patient('X'), headers: { 'idempotency-key': 'k2' } }))
      .body.id,
    first.body.id
  )
  t.equal(
    (await send('POST', 'Patient', { body: patient('X'), headers: { 'idempotency-key': 'a b' } }))
      .status,
    400
  )
})
