// What hostile bodies cannot do: crash the server, grow out of bounds, exhaust its memory.
import t from 'tap'
import fc from 'fast-check'
import { createWorld, limits, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'

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

const coding = {
  coding: [
    { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
  ]
}
const samples = (id: string): readonly Readonly<Record<string, unknown>>[] => {
  const subject = { reference: `Patient/${id}` }
  return [
    {
      resourceType: 'Patient',
      meta: { tag: [{ code: 'x' }] },
      text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
      identifier: [{ system: 'http://x', value: '1' }],
      name: [{ family: 'X', given: ['Y'] }],
      birthDate: '2000-01-01',
      _birthDate: { extension: [{ url: 'http://x', valueString: 'x' }] },
      managingOrganization: { reference: 'Organization/x' },
      contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }]
    },
    {
      resourceType: 'CarePlan',
      meta: { profile: ['http://x'] },
      status: 'active',
      intent: 'plan',
      subject,
      period: { start: '2026-01-01' },
      category: [{ coding: [{ code: 'x' }] }],
      careTeam: [{ reference: 'CareTeam/x' }],
      activity: [{ detail: { status: 'scheduled' } }],
      extension: [{ url: 'http://x', valueDate: '2026-01-01' }]
    },
    {
      resourceType: 'Consent',
      status: 'active',
      patient: subject,
      scope: coding,
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      dateTime: '2026-01-01',
      policyRule: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }]
      },
      verification: [{ verified: true }],
      provision: {
        type: 'permit',
        period: { start: '2026-01-01' },
        actor: [{ role: { text: 'x' }, reference: { reference: 'Organization/org-b' } }],
        class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'CarePlan' }],
        data: [{ meaning: 'instance', reference: subject }],
        provision: [{ type: 'deny' }]
      }
    },
    {
      resourceType: 'CareTeam',
      status: 'active',
      subject,
      period: { start: '2026-01-01' },
      participant: [
        { member: { reference: 'Organization/org-b' }, period: { start: '2026-01-01' } }
      ],
      managingOrganization: [{ reference: 'Organization/org-b' }]
    },
    {
      resourceType: 'Parameters',
      id: 'x',
      parameter: [
        {
          name: 'x',
          valueString: 'x',
          part: [{ name: 'y', resource: { resourceType: 'Patient' } }]
        }
      ]
    },
    {
      resourceType: 'Bundle',
      id: 'x',
      type: 'collection',
      identifier: { value: 'x' },
      link: [{ relation: 'self', url: 'http://x' }],
      entry: [
        {
          fullUrl: 'http://x/Patient/1',
          resource: { resourceType: 'Patient' },
          search: { mode: 'match' }
        }
      ]
    }
  ]
}

/** Every member, and every member of its first item or of itself. */
const placesOf = (resource: Readonly<Record<string, unknown>>): readonly (readonly string[])[] =>
  Object.entries(resource).flatMap(([name, value]) => {
    const inner = (Array.isArray(value) ? value[0] : value) as unknown
    const below =
      typeof inner === 'object' && inner !== null
        ? Object.keys(inner).map((key) => (Array.isArray(value) ? [name, '0', key] : [name, key]))
        : []
    return [[name], ...(Array.isArray(value) ? [[name, '0']] : []), ...below]
  })

const withAt = (
  value: unknown,
  [name = '', ...rest]: readonly string[],
  wrong: unknown
): unknown => {
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>
  copy[name] = rest.length === 0 ? wrong : withAt(copy[name], rest, wrong)
  return copy
}

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

t.test('copies of copies are refused before they grow, and nothing is changed', async (t) => {
  const world = await createWorld({ limits: { ...limits, patchOperations: 1000 } })
  const { send } = world
  const { body } = await send('POST', 'Basic', {
    body: {
      resourceType: 'Basic',
      code: { text: 'x' },
      extension: [{ url: 'http://x/y', valueString: 'a' }]
    }
  })
  const path = `Basic/${body.id}`
  const copies = (from: string, to: string, length: number): object[] =>
    Array.from({ length }, () => ({ op: 'copy', from, path: to }))
  const refusal = async (operations: object[]): Promise<unknown> => {
    const started = performance.now()
    const { status, body } = await send('PATCH', path, { body: operations, headers: jsonPatch })
    t.ok(performance.now() - started < 2000, 'without holding up others')
    return [
      status,
      body.issue[0].code,
      /operation \d+ \((copy|move|add) \S+\)/.test(body.issue[0].diagnostics)
    ]
  }
  t.same(
    await refusal(copies('/extension', '/extension/-', 40)),
    [413, 'too-long', true],
    'doubling'
  )
  t.same(
    await refusal(copies('/extension', '/extension/0/extension', 1000)),
    [400, 'structure', true],
    'nesting'
  )
  t.same(
    await refusal([
      {
        op: 'add',
        path: '/extension/-',
        value: { url: 'http://x/y', valueString: 'x'.repeat(1_500_000) }
      },
      ...copies('/extension/1', '/extension/-', 2)
    ]),
    [413, 'too-long', true]
  )
  const deep = (path: string): object => ({
    op: 'add',
    path,
    value: JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`)
  })
  t.same(
    await refusal([
      deep('/a'),
      deep('/b'),
      { op: 'move', from: '/a', path: `/b${'/0'.repeat(59)}/-` }
    ]),
    [400, 'structure', true],
    'moves into one another'
  )
  t.equal((await send('GET', path)).body.meta.versionId, body.meta.versionId)
  t.equal(
    (
      await send('PATCH', path, {
        body: copies('/extension/0', '/extension/-', 30),
        headers: jsonPatch
      })
    ).body.extension.length,
    31
  )
})

t.test('a copy is a value of its own', async (t) => {
  const { send } = await createWorld()
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  const operations = [
    { op: 'copy', from: '/name/0', path: '/name/-' },
    { op: 'replace', path: '/name/1/family', value: 'Y' }
  ]
  t.same(
    (await send('PATCH', `Patient/${id}`, { body: operations, headers: jsonPatch })).body.name,
    [{ family: 'X' }, { family: 'Y' }]
  )
})

t.test('test compares long arrays in one pass', async (t) => {
  const { send } = await createWorld()
  const given = Array.from({ length: 3000 }, (_, i) => ({ url: 'http://x', valueString: `n${i}` }))
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X', { extension: given }) })
  const test = async (value: unknown): Promise<number> =>
    (
      await send('PATCH', `Patient/${id}`, {
        body: [{ op: 'test', path: '/extension', value }],
        headers: jsonPatch
      })
    ).status
  const started = performance.now()
  t.equal(await test([...given].reverse()), 422)
  t.equal(await test(given.slice(1)), 422)
  t.equal(await test(Object.fromEntries(given.entries())), 422, 'an object is no array')
  t.equal(await test(given), 200)
  t.ok(performance.now() - started < 2000)
})

t.test('patch by patch a resource grows no larger than a PUT could make it', async (t) => {
  const { send } = await createWorld()
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  const grow = async (family: string): Promise<number> =>
    (
      await send('PATCH', `Patient/${id}`, {
        body: [{ op: 'add', path: '/name/-', value: { family } }],
        headers: jsonPatch
      })
    ).status
  t.same(
    [
      await grow('a'.repeat(900_000)),
      await grow('b'.repeat(900_000)),
      await grow('c'.repeat(900_000))
    ],
    [200, 200, 413]
  )
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
