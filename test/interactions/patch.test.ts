// JSON Patch: what it changes, what it refuses, and how little a hostile one can cost.
// https://hl7.org/fhir/R4/http.html#patch
import t from 'tap'
import { createWorld, limits, patient } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'
import { made } from './made.ts'

const jsonPatch = { 'content-type': 'application/json-patch+json' }

type Patch = (operations: unknown, headers?: Record<string, string>) => Promise<Answer>

/** A person called X, a twin, and how to patch them. */
const patched = async (): Promise<World & { created: Answer; path: string; patch: Patch }> => {
  const world = await createWorld()
  const created = await made(world, patient('X', { multipleBirthInteger: 2 }))
  const path = `Patient/${created.body.id}`
  return {
    ...world,
    created,
    path,
    patch: async (operations, headers = {}) =>
      await world.send('PATCH', path, {
        body: operations as object,
        headers: { ...jsonPatch, ...headers }
      })
  }
}

t.test(
  'JSON Patch changes what it names, keeps decimals, and heeds test and If-Match',
  async (t) => {
    const { send, created, path, patch } = await patched()
    t.match(
      await patch([
        { op: 'test', path: '/name/0/family', value: 'X' },
        { op: 'replace', path: '/name/0/family', value: 'Y' }
      ]),
      { status: 200, body: { name: [{ family: 'Y' }] } }
    )
    t.equal(
      (await patch([{ op: 'test', path: '/name/0/family', value: 'X' }])).status,
      422,
      'test fails'
    )
    t.equal((await patch([{ op: 'remove', path: '/nothing' }])).status, 422)
    t.equal(
      (
        await patch([{ op: 'replace', path: '/active', value: true }], {
          'if-match': created.headers['etag'] ?? ''
        })
      ).status,
      412
    )
    t.match(await send('GET', path), {
      body: { name: [{ family: 'Y' }], multipleBirthInteger: 2 }
    })
    t.match(
      (
        await patch(
          '[{"op":"add","path":"/extension","value":[{"url":"urn:e","valueDecimal":2.50}]}]'
        )
      ).text,
      '"valueDecimal":2.50'
    )
    t.match(
      (await patch('[{"op":"replace","path":"/extension/0/valueDecimal","value":3.0}]')).text,
      '"valueDecimal":3.0'
    )
  }
)

t.test('a patch is judged like an update, and reaches nothing that is not its own', async (t) => {
  const { send, path, patch } = await patched()
  t.equal(
    (await patch([{ op: 'add', path: '/unknownElement', value: 1 }])).status,
    400,
    'the result is validated'
  )
  t.equal((await patch([{ op: 'add', path: '/name/x', value: {} }])).status, 400)
  t.equal((await patch({ op: 'add' })).status, 400)
  t.equal((await patch([{ op: 'grow', path: '/name' }])).status, 400)
  t.equal((await patch([{ op: 'replace', path: '', value: {} }])).status, 400)
  t.equal(
    (await patch(Array.from({ length: 21 }, () => ({ op: 'test', path: '/active', value: true }))))
      .status,
    413
  )
  for (const pointer of ['/constructor/prototype/x', '/__proto__/x', '/name/0/__proto__']) {
    t.equal((await patch([{ op: 'add', path: pointer, value: 1 }])).status, 400, pointer)
  }
  t.equal(({} as { x?: number }).x, undefined)
  for (const [pointer, value] of [
    ['/id', 'other'],
    ['/resourceType', 'Group'],
    ['/meta/versionId', '1'],
    ['/meta/security', [{ code: 'N' }]],
    ['/meta', {}]
  ] as const) {
    t.equal((await patch([{ op: 'add', path: pointer, value }])).status, 422, pointer)
  }
  t.match(
    await send('GET', path),
    { body: { name: [{ family: 'X' }], multipleBirthInteger: 2 } },
    'what was refused has changed nothing'
  )
})

const copies = (from: string, to: string, length: number): readonly object[] =>
  Array.from({ length }, () => ({ op: 'copy', from, path: to }))
const deep = (path: string): object => ({
  op: 'add',
  path,
  value: JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`)
})

/** Patches of a resource with one extension, and the refusal that each must meet. */
const growing: readonly (readonly [
  what: string,
  operations: readonly object[],
  refusal: readonly [number, string]
])[] = [
  ['doubling', copies('/extension', '/extension/-', 40), [413, 'too-long']],
  ['nesting', copies('/extension', '/extension/0/extension', 1000), [400, 'structure']],
  [
    'copies of something large',
    [
      {
        op: 'add',
        path: '/extension/-',
        value: { url: 'http://x/y', valueString: 'x'.repeat(1_500_000) }
      },
      ...copies('/extension/1', '/extension/-', 2)
    ],
    [413, 'too-long']
  ],
  [
    'moves into one another',
    [deep('/a'), deep('/b'), { op: 'move', from: '/a', path: `/b${'/0'.repeat(59)}/-` }],
    [400, 'structure']
  ]
]

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
  for (const [what, operations, refusal] of growing) {
    const started = performance.now()
    const { status, body } = await send('PATCH', path, { body: operations, headers: jsonPatch })
    t.ok(performance.now() - started < 2000, 'without holding up others')
    t.same([status, body.issue[0].code], refusal, what)
    t.match(body.issue[0].diagnostics, /operation \d+ \((copy|move|add) \S+\)/, what)
  }
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
