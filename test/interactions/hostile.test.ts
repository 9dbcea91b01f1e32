// What hostile bodies cannot do: crash the server, grow out of bounds, exhaust its memory.
import fc from 'fast-check'
import t from 'tap'
import { createWorld, limits, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'
import { placesOf, samples, withAt } from './hostile-samples.ts'

const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
t.comment(`seed ${seed}`)
const jsonPatch = { 'content-type': 'application/json-patch+json' }
const bundle = (type: string, ...entry: unknown[]): object => ({
  resourceType: 'Bundle',
  type,
  entry
})

t.test('a meta that is no object is refused, whichever way it comes', async (t) => {
  const { send } = await createWorld()
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  for (const meta of [null, [], [{}], 'x', 1, true]) {
    const body = patient('X', { meta })
    const answers = [
      await send('POST', 'Patient', { body }),
      await send('PUT', `Patient/${id}`, {
        body: { ...body, id },
        headers: { 'if-match': (await send('GET', `Patient/${id}`)).headers['etag'] ?? '' }
      }),
      await send('PATCH', `Patient/${id}`, {
        body: [{ op: 'replace', path: '/meta', value: meta }],
        headers: jsonPatch
      }),
      await send('POST', '', {
        body: bundle('transaction', { request: { method: 'POST', url: 'Patient' }, resource: body })
      })
    ]
    for (const { status, body } of answers) {
      t.same(
        [status, body.resourceType, body.issue[0].code],
        [400, 'OperationOutcome', 'structure'],
        JSON.stringify(meta)
      )
    }
  }
  t.equal(
    (await send('POST', 'Patient', { body: patient('X', { meta: { tag: [{ code: 'x' }] } }) }))
      .status,
    201
  )
})

interface Hostile {
  readonly resource: Record<string, unknown>
  readonly place: readonly string[]
  readonly wrong: unknown
  readonly type: string
  readonly id: string
}
type Way = (
  world: World,
  hostile: Hostile
) => Promise<{ readonly status: number; readonly text: string }>

const ways: readonly Way[] = [
  async ({ send }, { resource, type }) => await send('POST', type, { body: resource }),
  async ({ send }, { resource, type }) =>
    await send('POST', '', {
      body: bundle('transaction', {
        fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001',
        request: { method: 'POST', url: type },
        resource
      })
    }),
  async ({ send }, { resource, type, id }) =>
    await send('POST', '', {
      body: bundle('batch', {
        request: { method: 'PUT', url: `${type}/${id}` },
        resource: 'id' in resource ? resource : { ...resource, id }
      })
    }),
  async ({ send }, { place, wrong, type, id }) =>
    await send('PATCH', `${type}/${id}`, {
      body: [{ op: 'add', path: `/${place.join('/')}`, value: wrong }],
      headers: jsonPatch
    }),
  async ({ send }, { resource }) =>
    await send('POST', '', { body: { ...resource, resourceType: 'Bundle', type: 'batch' } })
]

t.test('null, an array, text or a number in any place is never an internal error', async (t) => {
  const world = await createWorld()
  const {
    body: { id }
  } = await world.send('POST', 'Patient', { body: patient('X') })
  const wrongs = [null, [], [null], [[]], {}, { x: null }, '', 'x', -1, 1.5, true]
  const entry = {
    fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000002',
    request: { method: 'PUT', url: `Patient/${id}`, ifMatch: 'W/"x"', ifNoneExist: 'x=y' },
    resource: { resourceType: 'Patient', id },
    search: { mode: 'match' }
  }
  const isSound = ({ status, text }: { readonly status: number; readonly text: string }): boolean =>
    status < 500 && !/"status":"5\d\d/.test(text)
  const cases: {
    readonly resource: Readonly<Record<string, unknown>>
    readonly type: string
    readonly id: string
    readonly place: readonly string[]
  }[] = []
  for (const resource of samples(id)) {
    const type = String(resource['resourceType'])
    const { body } = await world.send('POST', type, { body: resource })
    cases.push(...placesOf(resource).map((place) => ({ resource, type, id: body.id ?? id, place })))
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...cases),
      fc.constantFrom(...wrongs),
      fc.constantFrom(...ways),
      async (one, wrong, way) =>
        isSound(
          await way(world, {
            ...one,
            wrong,
            resource: withAt(one.resource, one.place, wrong) as Record<string, unknown>
          })
        )
    ),
    { seed, numRuns: 1500 }
  )
  for (const place of [...placesOf(entry), []]) {
    for (const wrong of wrongs) {
      for (const type of ['batch', 'transaction']) {
        const body = bundle(type, place.length === 0 ? wrong : withAt(entry, place, wrong))
        if (!isSound(await world.send('POST', '', { body }))) t.fail(JSON.stringify(body))
      }
    }
  }
})

const search = (count: number): object => ({
  request: { method: 'GET', url: `Basic?_count=${count}` }
})
const basic = (text: string): object => ({
  request: { method: 'POST', url: 'Basic' },
  resource: { resourceType: 'Basic', code: { text } }
})
const statuses = ({ entry }: { entry: { response: { status: string } }[] }): readonly string[] =>
  entry.map(({ response: { status } }) => status.slice(0, 3))

t.test(
  'a batch answers so much and no more; what it no longer answers it has not done',
  async (t) => {
    const { send } = await createWorld({
      limits: { ...limits, bundleAnswer: 100_000, bundlePage: 7 }
    })
    await send('POST', '', {
      body: bundle('transaction', ...Array.from({ length: 10 }, () => basic('x'.repeat(2000))))
    })
    const page = (await send('POST', '', { body: bundle('batch', search(10)) })).body.entry[0]
      .resource
    t.equal(page.entry.length, 7, 'pages inside a Bundle are smaller')
    t.match(page.link[1], { relation: 'next', url: /_count=7/ }, 'and go on outside')
    const { text, body } = await send('POST', '', {
      body: bundle('batch', ...Array.from({ length: 40 }, () => search(10)), basic('late'))
    })
    t.ok(text.length < 150_000, String(text.length))
    t.same(new Set(statuses(body)), new Set(['200', '413']))
    t.match(body.entry[40].response, {
      status: /^413/,
      outcome: {
        resourceType: 'OperationOutcome',
        issue: [{ code: 'too-costly', expression: ['Bundle.entry[40]'] }]
      }
    })
    t.equal(
      (await send('GET', 'Basic?_summary=count')).body.total,
      10,
      'a refused entry wrote nothing'
    )
    const written = await send('POST', '', {
      body: bundle('batch', basic('y'.repeat(110_000))),
      headers: { prefer: 'return=representation' }
    })
    t.same(
      [statuses(written.body), 'resource' in written.body.entry[0]],
      [['201'], false],
      'what was written is told, without content'
    )
  }
)

t.test('a transaction that would answer too much fails before it writes', async (t) => {
  const { send } = await createWorld({
    limits: { ...limits, bundleAnswer: 100_000, bundlePage: 7 }
  })
  await send('POST', '', {
    body: bundle('transaction', ...Array.from({ length: 10 }, () => basic('x'.repeat(2000))))
  })
  for (const writes of [[], [basic('late')]]) {
    const { status, body } = await send('POST', '', {
      body: bundle('transaction', ...writes, ...Array.from({ length: 40 }, () => search(10)))
    })
    t.same([status, body.issue[0].code], [413, 'too-costly'])
  }
  t.equal((await send('GET', 'Basic?_summary=count')).body.total, 10)
  t.same(
    statuses(
      (await send('POST', '', { body: bundle('transaction', basic('z'), search(10), search(10)) }))
        .body
    ),
    ['201', '200', '200']
  )
  const { body } = await send('POST', '', {
    body: bundle('transaction', basic('y'.repeat(110_000)), search(1)),
    headers: { prefer: 'return=representation' }
  })
  t.same(
    [statuses(body), 'resource' in body.entry[0]],
    [['201', '413'], false],
    'what was written is told, without content'
  )
})

t.test('half a character is refused instead of stored as another one', async (t) => {
  const { send } = await createWorld()
  const { status, body } = await send('POST', 'Patient', {
    body: '{"resourceType":"Patient","name":[{"family":"\\ud800"}]}'
  })
  t.same([status, body.resourceType, body.issue[0].code], [400, 'OperationOutcome', 'structure'])
  t.equal(
    (
      await send('POST', 'Patient', {
        body: '{"resourceType":"Patient","name":[{"family":"\\ud83d\\ude00"}]}'
      })
    ).body.name[0].family,
    '😀'
  )
})
