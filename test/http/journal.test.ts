// What every request leaves in the journal, whatever becomes of it.
import t from 'tap'
import { StoreUnavailable } from '../../src/storage/store.ts'
import type { Store } from '../../src/storage/store.ts'
import { createWorld, limits, patient } from './world.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const text = { 'content-type': 'text/plain' }

t.test('every answer to somebody known has its entry, with whom it was about', async (t) => {
  const { send, store } = await createWorld()
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  const path = `Patient/${id as string}`
  for (const method of ['GET', 'HEAD']) t.equal((await send(method, path)).status, 200)
  t.equal((await send('GET', 'Patient/other')).status, 404)
  t.equal((await send('GET', 'Patient', { as: 'a-reads-plans' })).status, 403)
  t.equal((await send('POST', 'Patient', { body: 'x', headers: text })).status, 415)
  t.equal((await send('POST', 'Patient', { body: ' '.repeat(limits.body + 1) })).status, 413)
  t.equal((await send('POST', 'Patient/_search', { body: 'name=y', headers: form })).status, 200)
  const read = { request: { method: 'GET', url: path } }
  const create = {
    request: { method: 'POST', url: 'Organization' },
    resource: { resourceType: 'Organization', name: 'o' }
  }
  const batch = { resourceType: 'Bundle', type: 'batch', entry: [create, read] }
  t.equal((await send('POST', '', { body: batch })).status, 200)
  const { entries } = await store.audit({ limit: 20 })
  t.same(
    entries.map(({ json }) => (JSON.parse(json) as { status: number }).status),
    [200, 0, 200, 413, 415, 403, 404, 200, 200, 0]
  )
  t.same(
    entries.map(({ patients }) => patients.length),
    [1, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    'a batch that writes and reads tells of both, a failed read of whom it named'
  )
  t.match(entries[2]?.json, 'name=y', 'the form of a search is in the journal')
})

t.test('no journal, no data: an answer leaves only after its entry is durable', async (t) => {
  let broken = false
  const wrap = (store: Store): Store => ({
    ...store,
    commit: async (batch) => {
      if (broken) throw new StoreUnavailable('disk')
      await store.commit(batch)
    }
  })
  const { send } = await createWorld({ wrap })
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  const path = `Patient/${id as string}`
  t.equal((await send('GET', path)).status, 200)
  broken = true
  const refused = await send('GET', path)
  t.equal(refused.status, 503)
  t.notMatch(refused.text, /"family"/)
})

/** Requests that lead nowhere: status, the action of their entry, and what was asked. */
const lost: readonly (readonly [number, string, string, string, object?])[] = [
  [404, 'R', 'GET', 'Pationt/1'],
  [404, 'R', 'GET', 'Pationt?patient=p'],
  [404, 'R', 'GET', 'Patient/1/Pationt'],
  [405, 'U', 'PUT', 'metadata', { body: {} }],
  [405, 'E', 'OPTIONS', 'Patient'],
  [406, 'E', 'GET', 'Patient', { headers: { accept: 'text/html' } }],
  [406, 'R', 'GET', 'Patient/1?_format=xml'],
  [415, 'C', 'POST', 'Patient', { body: 'x', headers: text }],
  [400, 'R', 'GET', 'Patient/1?x=%FF'],
  [400, 'R', 'GET', 'Patient/1?access_token=secret'],
  [400, 'R', 'GET', 'Patient/1?access_token=secret&x=%FF']
]

t.test('whoever is known leaves an entry, whatever they asked', async (t) => {
  const { send, store } = await createWorld()
  for (const [i, [status, action, method, path, options = {}]] of lost.entries()) {
    const name = `${method} ${path} ${JSON.stringify(options)}`
    t.match(await send(method, path, options), { status }, name)
    const {
      entries: [entry],
      total
    } = await store.audit({ limit: 1 })
    t.match(
      { ...entry, total, facts: JSON.parse(entry?.json ?? '{}') as unknown },
      {
        total: i + 1,
        organization: 'org-a',
        facts: { status, action, path: path.split('?')[0] }
      },
      name
    )
    t.notMatch(entry?.json, /secret/, 'no token in the journal')
  }
  t.match(
    await send('POST', 'Patient/_search', {
      body: 'access_token=secret',
      headers: form
    }),
    { status: 400, body: { issue: [{ code: 'security' }] } }
  )
  t.notMatch(JSON.stringify(await store.audit({ limit: 1 })), /secret/)
  const { body } = await send('GET', 'AuditEvent?_count=100')
  const events = (
    body.entry as { resource: { entity: { name?: string }[]; subtype?: unknown } }[]
  ).map(({ resource }) => resource)
  t.equal(
    events.find(({ entity }) => entity.some(({ name }) => name === 'Pationt/1'))?.subtype,
    undefined,
    'an interaction that there is not'
  )
})

t.test('whoever is not known hears that and nothing else, and leaves no entry', async (t) => {
  const { send, store } = await createWorld()
  for (const [, , method, path, options = {}] of lost) {
    if (path.includes('access_token')) continue
    const { status, body } = await send(method, path, { ...options, as: 'nobody' })
    t.match(
      { status, body },
      { status: 401, body: { issue: [{ code: 'login' }] } },
      `${method} ${path}`
    )
  }
  t.match(
    await send('GET', 'Patient?access_token=a', { as: null }),
    { status: 400 },
    'a token in the URL is told to be one'
  )
  t.equal(
    (await send('GET', 'metadata', { as: null, headers: { accept: 'text/html' } })).status,
    406,
    'an open route asks nobody'
  )
  t.equal((await store.audit({ limit: 1 })).total, 0)
})
