// Conditional create, update, patch and delete, alone and under concurrency.
// https://hl7.org/fhir/R4/http.html#ccreate
import t from 'tap'
import { ssinSystem } from '../../src/psi/canonical.ts'
import { StoreConflict } from '../../src/storage/store.ts'
import type { Store } from '../../src/storage/store.ts'
import { createWorld, patient } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

const withNumber = (value: string, more: object = {}): object =>
  patient('X', { identifier: [{ system: 'urn:n', value }], ...more })
const criteria = (value: string): string => `identifier=${encodeURIComponent(`urn:n|${value}`)}`
const create = async ({ send }: World, value: string, as = 'a'): Promise<Answer> =>
  await send('POST', 'Patient', {
    as,
    body: withNumber(value),
    headers: { 'if-none-exist': criteria(value) }
  })
const count = async ({ send }: World, value: string, as = 'a'): Promise<number> =>
  (await send('GET', `Patient?${criteria(value)}&_summary=count`, { as })).body.total as number

t.test('If-None-Exist: none → 201, one → 200 with it, several → 412', async (t) => {
  const world = await createWorld()
  const first = await create(world, '1')
  const second = await create(world, '1')
  t.same([first.status, second.status, second.body.id], [201, 200, first.body.id])
  t.equal(second.headers['etag'], first.headers['etag'])
  await world.send('POST', 'Patient', { body: withNumber('1') })
  t.match(await create(world, '1'), {
    status: 412,
    body: { issue: [{ code: 'multiple-matches' }] }
  })
  for (const bad of ['', 'nosuch=1', '_sort=name', 'general-practitioner.name=x']) {
    t.equal(
      (
        await world.send('POST', 'Patient', {
          body: withNumber('2'),
          headers: { 'if-none-exist': bad }
        })
      ).status,
      400,
      bad
    )
  }
})

t.test('a match that the caller does not see is no match', async (t) => {
  const world = await createWorld()
  const own = await create(world, '1')
  const other = await create(world, '1', 'b')
  t.equal(other.status, 201)
  t.not(other.body.id, own.body.id)
})

t.test(
  '64 equal conditional creates at once make one resource, in one process and in two',
  async (t) => {
    const world = await createWorld()
    const answers = await Promise.all(
      Array.from({ length: 64 }, async () => await create(world, '1'))
    )
    t.equal(answers.filter(({ status }) => status === 201).length, 1)
    t.equal(answers.filter(({ status }) => status === 200).length, 63)
    t.equal(new Set(answers.map(({ body }) => body.id as string)).size, 1)
    t.equal(await count(world, '1'), 1)
    const twin = await createWorld({ wrap: () => world.store })
    const both = await Promise.all(
      Array.from({ length: 64 }, async (_, i) => await create(i % 2 === 0 ? world : twin, '2'))
    )
    t.equal(new Set(both.map(({ body }) => body.id as string)).size, 1)
    t.equal(both.filter(({ status }) => status === 201).length, 1)
    t.equal(await count(world, '2'), 1)
  }
)

t.test(
  'conditional update: none → create, one → update, equal → the same version, several → 412',
  async (t) => {
    const world = await createWorld()
    const put = async (body: object, headers = {}): Promise<Answer> =>
      await world.send('PUT', `Patient?${criteria('1')}`, { body, headers })
    const first = await put(withNumber('1'))
    t.equal(first.status, 201)
    const again = await put(withNumber('1'))
    t.same(
      [again.status, again.headers['etag'], again.body.id],
      [200, first.headers['etag'], first.body.id]
    )
    const changed = await put(withNumber('1', { active: true }))
    t.match(changed, { status: 200, body: { id: first.body.id, active: true } })
    t.not(changed.headers['etag'], first.headers['etag'])
    t.equal((await put(withNumber('1', { id: 'another' }))).status, 400)
    t.equal((await put(withNumber('1', { id: first.body.id, active: true }))).status, 200)
    t.equal((await put(withNumber('1'), { 'if-match': first.headers['etag'] })).status, 412)
    t.equal((await world.send('PUT', 'Patient', { body: withNumber('1') })).status, 400)
    t.equal(
      (
        await world.send('PUT', `Patient?${criteria('9')}`, {
          body: withNumber('9', { id: 'mine' })
        })
      ).status,
      400
    )
    await world.send('POST', 'Patient', { body: withNumber('1') })
    t.equal((await put(withNumber('1'))).status, 412)
  }
)

t.test('32 equal conditional updates at once make one version', async (t) => {
  const world = await createWorld()
  const answers = await Promise.all(
    Array.from(
      { length: 32 },
      async () => await world.send('PUT', `Patient?${criteria('1')}`, { body: withNumber('1') })
    )
  )
  t.equal(new Set(answers.map(({ headers }) => headers['etag'])).size, 1)
  t.equal(
    (await world.send('GET', `Patient/${answers[0]?.body.id as string}/_history`)).body.total,
    1
  )
})

t.test('conditional patch and delete act on one match and refuse several', async (t) => {
  const world = await createWorld()
  const headers = { 'content-type': 'application/json-patch+json' }
  const body = [{ op: 'add', path: '/active', value: true }]
  const url = `Patient?${criteria('1')}`
  t.equal((await world.send('PATCH', url, { body, headers })).status, 404)
  t.equal((await world.send('DELETE', url)).status, 204)
  await create(world, '1')
  t.match(await world.send('PATCH', url, { body, headers }), {
    status: 200,
    body: { active: true }
  })
  await world.send('POST', 'Patient', { body: withNumber('1') })
  t.equal((await world.send('PATCH', url, { body, headers })).status, 412)
  t.equal((await world.send('DELETE', url)).status, 412)
  await create(world, '2')
  t.equal((await world.send('DELETE', `Patient?${criteria('2')}`)).status, 204)
  t.equal(await count(world, '2'), 0)
  t.equal((await world.send('DELETE', 'Patient')).status, 400)
  t.equal((await world.send('DELETE', 'CarePlan?status=active')).status, 405)
})

t.test('several records with one national number are one person: the oldest leads', async (t) => {
  const { send } = await createWorld()
  const person = patient('X', {
    identifier: [{ system: ssinSystem, value: '85073003328' }]
  })
  const oldest = await send('POST', 'Patient', { body: person })
  await send('POST', 'Patient', { body: person })
  const answer = await send('POST', 'Patient', {
    body: person,
    headers: { 'if-none-exist': `identifier=${ssinSystem}|85073003328` }
  })
  t.same([answer.status, answer.body.id], [200, oldest.body.id])
})

t.test(
  '64 writers with If-Match: as many versions as successes, each on the one before',
  async (t) => {
    const { send } = await createWorld()
    const {
      body: { id },
      headers
    } = await send('POST', 'Patient', { body: patient('0') })
    const answers = await Promise.all(
      Array.from(
        { length: 64 },
        async (_, i) =>
          await send('PUT', `Patient/${id as string}`, {
            body: patient(String(i + 1), { id }),
            headers: { 'if-match': headers['etag'] ?? '' }
          })
      )
    )
    t.same(
      answers
        .map(({ status }) => status)
        .sort()
        .slice(0, 2),
      [200, 412],
      'one wins'
    )
    t.equal((await send('GET', `Patient/${id as string}/_history`)).body.total, 2)
  }
)

t.test('writers without If-Match all get through, one after the other', async (t) => {
  const { send } = await createWorld()
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('0') })
  const patch = (i: number): object => ({
    body: [{ op: 'add', path: '/identifier/-', value: { value: String(i) } }],
    headers: { 'content-type': 'application/json-patch+json' }
  })
  await send('PATCH', `Patient/${id as string}`, {
    body: [{ op: 'add', path: '/identifier', value: [{ value: 'first' }] }],
    headers: { 'content-type': 'application/json-patch+json' }
  })
  const answers = await Promise.all(
    Array.from(
      { length: 6 },
      async (_, i) => await send('PATCH', `Patient/${id as string}`, patch(i))
    )
  )
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200]
  )
  t.equal(
    (await send('GET', `Patient/${id as string}`)).body.identifier.length,
    7,
    'no patch is lost'
  )
})

t.test('a store that always moves ends in 503 with Retry-After, not in a loop', async (t) => {
  let commits = 0
  const wrap = (store: Store): Store => ({
    ...store,
    commit: async (batch) => {
      if (batch.puts.length === 0) {
        await store.commit(batch)
        return
      }
      commits++
      throw new StoreConflict('counter')
    }
  })
  const { send } = await createWorld({ wrap })
  const answer = await send('POST', 'Patient', { body: patient('X') })
  t.match(answer, {
    status: 503,
    headers: { 'retry-after': '1' },
    body: { issue: [{ code: 'lock-error' }] }
  })
  t.equal(commits, 10)
})

t.test('an Idempotency-Key is kept for a day, and then free', async (t) => {
  const day = 24 * 60 * 60 * 1000
  const start = Date.parse('2026-11-22T09:00:00Z')
  let now = start
  const { send } = await createWorld({ clock: () => now })
  const post = async (family: string): Promise<Answer> =>
    await send('POST', 'Patient', { body: patient(family), headers: { 'idempotency-key': 'k' } })
  const first = await post('X')
  now = start + day - 1
  t.same((await post('X')).body.id, first.body.id, 'the last moment of the day')
  t.equal((await post('Y')).status, 422, 'still another request')
  now = start + day
  const other = await post('Y')
  t.equal(other.status, 201)
  t.not(other.body.id, first.body.id)
  t.equal((await post('Y')).body.id, other.body.id, 'kept anew')
})

t.test('a conditional reference with :not leads to the entry that is not so', async (t) => {
  const { send } = await createWorld()
  const person = (gender: string): object => ({
    request: { method: 'POST', url: 'Patient' },
    resource: withNumber('twin', { gender })
  })
  const reference = `Patient?${criteria('twin')}&gender:not=male`
  const goal = {
    request: { method: 'POST', url: 'Goal' },
    resource: {
      resourceType: 'Goal',
      lifecycleStatus: 'active',
      description: { text: 'g' },
      subject: { reference }
    }
  }
  const transaction = async (entry: object[]): Promise<Answer> =>
    await send('POST', '', {
      body: { resourceType: 'Bundle', type: 'transaction', entry },
      headers: { prefer: 'return=representation' }
    })
  t.equal((await transaction([person('male'), goal])).status, 412, 'nobody else')
  const { status, body } = await transaction([person('male'), person('female'), goal])
  t.equal(status, 200, JSON.stringify(body))
  const [, her, hers] = body.entry.map((each: { resource: object }) => each.resource)
  t.equal(hers.subject.reference, `Patient/${her.id}`)
})
