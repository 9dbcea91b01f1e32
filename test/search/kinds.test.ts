/**
 * A kind of search parameter is its file and its line in the list: everything else follows, the
 * stores included, which know forms alone.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Definitions, SearchParameter } from '../../src/definitions/definitions.ts'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'
import { createCapabilities } from '../../src/interactions/metadata/capabilities.ts'
import { createExtractor } from '../../src/search/extract.ts'
import { kindOf, kinds } from '../../src/search/parameters/kinds.ts'
import type { ParameterKind } from '../../src/search/parameters/parameter-kind.ts'
import { addSpan } from '../../src/search/values.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { batch, idsOf, put, reference, system } from '../storage/sample.ts'
import { base, definitions, parse } from './finds.ts'

/** A made-up kind: whole numbers, found when they are at least what is asked for. */
const weight: ParameterKind = {
  form: 'span',
  version: 1,
  datatypes: ['integer'],
  modifiers: ['below'],
  values:
    ({ key }) =>
    (value, into) => {
      if (typeof value === 'number') addSpan(into, key, { lo: value, hi: value + 1 })
    },
  node: ({ key }, [first], modifier) => ({
    kind: 'span',
    parameter: key,
    ...(modifier === 'below' ? { hiMax: Number(first) } : { loMin: Number(first) })
  })
}
const order: SearchParameter = {
  key: 'Patient.order',
  type: 'Patient',
  code: 'order',
  kind: 'weight',
  url: 'http://example.org/SearchParameter/order',
  expression: 'Patient.multipleBirth.ofType(integer)',
  datatypes: ['integer'],
  targets: []
}
const searchParameters: Definitions['searchParameters'] = (type) =>
  new Map([
    ...definitions.searchParameters(type),
    ...(type === 'Patient' ? [[order.code, order] as const] : [])
  ])
const extended: Definitions = { ...definitions, searchParameters }

const listed = Object.keys(kinds).sort()
/** What the line in the list does. */
const list = (name: string, kind: ParameterKind): void => {
  Object.assign(kinds, { [name]: kind })
}

const patients = [3, 1, undefined, 2].map((multipleBirthInteger, index) => ({
  resourceType: 'Patient',
  id: `p${index}`,
  ...(multipleBirthInteger !== undefined && { multipleBirthInteger })
})) as unknown as readonly Resource[]

const answers = async (store: Store): Promise<readonly string[]> => {
  const extract = createExtractor(extended, { timeZone: 'Europe/Brussels', base })
  await store.commit(
    batch({
      puts: patients.map((one) => put(reference('Patient', one.id ?? ''), { index: extract(one) }))
    })
  )
  const found: string[] = []
  for (const query of ['order=2', 'order:below=3', 'order:missing=true', '_sort=-order']) {
    const parsed = parse('Patient', query, { definitions: extended })
    found.push(idsOf((await store.search(parsed.query, system)).rows).join(' '))
  }
  await store.close()
  return found
}

t.test('a kind that the tables name and the list does not is refused', async (t) => {
  t.throws(() => kindOf(order), /Patient\.order .* kind weight/)
  t.throws(() => parse('Patient', 'order=2', { definitions: extended }), /kind weight/)
  t.equal(kindOf({ ...order, kind: 'token' }), kinds['token'])
})

t.test('a new line in the list: read, extracted, stored, sorted, missing, announced', async (t) => {
  list('weight', weight)
  const expected = ['p0 p3', 'p1 p3', 'p2', 'p0 p3 p1 p2']
  t.same(await answers(await openNaiveStore({ now: Date.now })), expected)
  const directory = await mkdtemp(join(tmpdir(), 'psi-kinds-'))
  t.same(await answers(await openSqliteStore({ directory, now: Date.now })), expected)
  await rm(directory, { recursive: true })
  t.throws(() => parse('Patient', 'order:exact=2', { definitions: extended }), {
    message: 'Modifier :exact is not supported on order. Supported: :below :missing.'
  })
  const statement = await createCapabilities({
    definitions: extended,
    unindexed: () => new Set(),
    routes: () => [],
    operations: [],
    base,
    timeZone: 'Europe/Brussels',
    software: { version: '1', releaseDate: '2026-11-28' }
  })({ query: [] } as unknown as Parameters<ReturnType<typeof createCapabilities>>[0])
  const json = statement.kind === 'bytes' ? Buffer.from(statement.json).toString() : ''
  t.match(json, '{"name":"order","type":"weight","definition":')
})

t.test('every kind that the tables name is in the list', async (t) => {
  const named = definitions.types.flatMap((type: ResourceType) =>
    [...definitions.searchParameters(type).values()].map(({ kind }) => kind)
  )
  t.ok(named.length > 1000)
  t.same([...new Set(named)].sort(), listed, 'and the list holds no other')
})

/** R4's kinds of search parameter. https://hl7.org/fhir/R4/valueset-search-param-type.html */
const names = [
  ...['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special']
]
const quoted = new RegExp(`(?<!typeof [^\\n]*)'(${names.join('|')})'`)
const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(new URL(`../../src/${folder}/`, import.meta.url), { recursive: true }))
    .filter((name) => name.endsWith('.ts') && !name.startsWith('parameters/'))
    .map((name) => `${folder}/${name}`)

t.test('no file below storage, and none of search but parameters/, names a kind', async (t) => {
  t.match("case 'token':", quoted, 'the pattern finds what it is for')
  t.notMatch("typeof value === 'string'", quoted)
  const files = [...(await filesBelow('storage')), ...(await filesBelow('search'))]
  t.ok(files.includes('search/filter.ts') && files.includes('storage/sqlite/search/compile.ts'))
  for (const file of files) {
    const lines = (await readFile(new URL(`../../src/${file}`, import.meta.url), 'utf8')).split(
      '\n'
    )
    t.same(
      lines.filter((line) => quoted.test(line)),
      [],
      file
    )
  }
})
