/** Writes, conditions and Bundles reach nothing that the caller does not see. */
import t from 'tap'
import { base } from '../../http/world.ts'
import type { Answer, Send } from '../../http/world.ts'
import {
  about,
  asA,
  asB,
  clean,
  create,
  goal2,
  goalOf,
  likeUnknown,
  mark,
  p1,
  p2,
  planOf,
  registry,
  team2,
  unused,
  visibleToB
} from './scene.ts'

t.test('31: conditional requests look only at what is seen', async (t) => {
  const bundle = (entry: object[]): Send => ({
    body: { resourceType: 'Bundle', type: 'transaction', entry }
  })
  const conditional = (value: string) =>
    bundle([
      {
        resource: {
          ...goalOf(p1, 'x'),
          subject: { reference: `Patient?identifier=${registry}|${value}` }
        },
        request: { method: 'POST', url: 'Goal' }
      }
    ])
  const [hidden, nobody] = [
    await asA('POST', '', conditional('P2')),
    await asA('POST', '', conditional('P9'))
  ]
  t.equal(hidden.status, 412)
  t.same(clean(hidden, 'P2'), clean(nobody, 'P9'))
  t.equal((await asA('POST', '', conditional('P1'))).status, 200)
  const made = await asA('POST', 'Patient', {
    body: { resourceType: 'Patient', identifier: [{ system: registry, value: 'P2' }] },
    headers: { 'if-none-exist': `identifier=${registry}|P2` }
  })
  t.equal(made.status, 201, 'a match that A does not see is none')
  t.not(made.body.id, p2.id)
  t.equal(
    (
      await asA('POST', 'Patient', {
        body: { resourceType: 'Patient' },
        headers: { 'if-none-exist': `identifier=${registry}|P1` }
      })
    ).status,
    200
  )
  const put = await asA('PUT', `Goal?_id=${goal2.id as string}`, { body: goalOf(p1, 'mine') })
  t.same([put.status, put.body.id === goal2.id], [201, false])
  t.equal((await asA('DELETE', `CareTeam?_id=${team2.id as string}`)).status, 204)
  t.ok(await visibleToB(`CareTeam/${team2.id as string}`))
})

t.test('32: a Bundle entry goes nowhere but into this server', async (t) => {
  const entries = (url: string, method = 'GET'): Send => ({
    body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method, url } }] }
  })
  for (const url of [
    '//evil.example/Patient',
    'http://evil.example/fhir/Patient/1',
    '../oauth/token',
    'Patient/../../oauth/token',
    '/Patient',
    'Patient/%2e%2e/x',
    'file:///etc/passwd'
  ]) {
    const { status, text } = await asA('POST', '', entries(url))
    t.ok(status === 400 || /"status":"4\d\d/.test(text), `${url}: ${String(status)}`)
  }
  for (const method of ['TRACE', 'CONNECT', 'OPTIONS']) {
    t.match(await asA('POST', '', entries('Patient', method)), { text: /Found method/ })
  }
  t.match((await asA('POST', '', entries('Patient'))).text, /"status":"200/)
  const forged = await asA('POST', 'Goal', {
    body: goalOf(p1, 'x'),
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  })
  t.ok(
    String(forged.headers['location']).startsWith(base),
    'links name the server as it was set up'
  )
  t.notMatch((await asA('GET', 'Goal', { headers: { host: 'evil.example' } })).text, /evil/)
})

t.test('35: what a client writes into meta opens and hides nothing', async (t) => {
  const meta = {
    security: [{ system: 'https://psi.example/access', code: '*' }],
    tag: [{ code: 'org-a' }],
    versionId: 'chosen',
    lastUpdated: '1999-01-01T00:00:00Z'
  }
  const made = await create(asB, { ...goalOf(p2, `${mark} tagged`), meta })
  t.not(made.meta.versionId, 'chosen')
  t.not(made.meta.lastUpdated, '1999-01-01T00:00:00Z')
  await likeUnknown(t, made.id, 'GET', (id) => `Goal/${id}`)
  const own = await create(asA, {
    ...goalOf(p1, 'mine'),
    meta: { ...meta, tag: [{ code: 'org-b' }] }
  })
  t.equal((await asB('GET', `Goal/${own.id as string}`)).status, 404)
  const etag = { 'if-match': `W/"${own.meta.versionId as string}"` }
  for (const path of ['/meta/versionId', '/meta/lastUpdated', '/id']) {
    const { status } = await asA('PATCH', `Goal/${own.id as string}`, {
      body: [{ op: 'replace', path, value: 'chosen' }],
      headers: { ...etag, 'content-type': 'application/json-patch+json' }
    })
    t.ok(status === 422 || status === 400, `${path}: ${String(status)}`)
  }
  const extended = await asA('PUT', `Goal/${own.id as string}`, {
    body: { ...own, extension: [{ url: 'https://psi.example/custodian', valueString: 'org-b' }] },
    headers: etag
  })
  t.equal(extended.status, 200)
  t.equal((await asB('GET', `Goal/${own.id as string}`)).status, 404)
})

const aboutAPerson = [
  (id: string) => goalOf({ id }, 'x'),
  (id: string) => planOf({ id }, 'x'),
  (id: string) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    ...about({ id })
  }),
  (id: string) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${id}` }
  })
]

t.test('37: data about a hidden person are refused as data about nobody', async (t) => {
  for (const make of aboutAPerson) {
    const [hidden, nobody, own] = [
      await asA('POST', make('x').resourceType, { body: make(p2.id) }),
      await asA('POST', make('x').resourceType, { body: make(unused) }),
      await asA('POST', make('x').resourceType, { body: make(p1.id) })
    ]
    t.same([hidden.status, own.status], [422, 201], hidden.text)
    t.same(clean(hidden, p2.id), clean(nobody, unused))
  }
  const referring = async (id: string): Promise<Answer> =>
    await asA('POST', 'CarePlan', {
      body: planOf(p1, 'x', { goal: [{ reference: `Goal/${id}` }] })
    })
  t.same(
    clean(await referring(goal2.id), goal2.id),
    clean(await referring(unused), unused),
    'nor does a reference tell'
  )
  t.equal(
    (
      await likeUnknown(
        t,
        team2.id,
        'PATCH',
        (id) => `CareTeam/${id}`,
        () => ({
          body: [
            {
              op: 'add',
              path: '/participant',
              value: [{ member: { reference: 'Organization/org-a' } }]
            }
          ],
          headers: { 'content-type': 'application/json-patch+json' }
        })
      )
    ).status,
    404
  )
})

t.test('41: the journal cannot be written', async (t) => {
  const { body } = await asA('GET', 'AuditEvent?_count=1')
  const [{ resource }] = body.entry
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    for (const id of [resource.id as string, unused]) {
      const { status } = await asA(
        method,
        `AuditEvent/${id}`,
        method === 'DELETE'
          ? {}
          : {
              body: method === 'PUT' ? resource : [],
              headers: {
                'content-type':
                  method === 'PUT' ? 'application/fhir+json' : 'application/json-patch+json'
              }
            }
      )
      t.equal(status, 405, `${method} AuditEvent`)
    }
  }
  t.equal((await asA('POST', 'AuditEvent', { body: resource })).status, 405)
  t.equal((await asA('GET', `AuditEvent/${resource.id as string}`)).status, 200)
})
