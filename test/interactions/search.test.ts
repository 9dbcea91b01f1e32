// search by GET and POST, includes, pages, subsets, compartments; the journal; definitions;
// capabilities. https://hl7.org/fhir/R4/http.html#search
import t from 'tap'
import { ssinSystem } from '../../src/psi/canonical.ts'
import { base, createWorld, limits, patient, plan } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

interface Setting extends World {
  readonly id: string
  readonly plans: readonly string[]
}

const setting = async (count = 3): Promise<Setting> => {
  const world = await createWorld()
  const {
    body: { id }
  } = await world.send('POST', 'Patient', {
    body: patient('Ångström', {
      identifier: [{ system: 'urn:n', value: '1' }],
      birthDate: '1980-01-01'
    })
  })
  const goal = (
    await world.send('POST', 'Goal', {
      body: {
        resourceType: 'Goal',
        lifecycleStatus: 'active',
        description: { text: 'g' },
        subject: { reference: `Patient/${id as string}` }
      }
    })
  ).body.id as string
  const plans: string[] = []
  for (let i = 0; i < count; i++) {
    const more = {
      title: `plan ${i}`,
      goal: [{ reference: `Goal/${goal}` }],
      period: { start: `2026-0${i + 1}-01` }
    }
    plans.push((await world.send('POST', 'CarePlan', { body: plan(id, more) })).body.id as string)
  }
  return { ...world, id, plans }
}
type Entry = {
  resource: { id: string; resourceType: string }
  search: { mode: string }
  fullUrl: string
}
const entries = ({ body }: Answer, mode = 'match'): Entry[] =>
  ((body.entry ?? []) as Entry[]).filter(({ search }) => search.mode === mode)
const ids = (answer: Answer, mode?: string): string[] =>
  entries(answer, mode).map(({ resource }) => resource.id)
const link = ({ body }: Answer, relation: string): string | undefined =>
  (body.link as { relation: string; url: string }[]).find((each) => each.relation === relation)?.url
const under = (url: string | undefined): string => url?.slice(base.length + 1) ?? ''

t.test('a search answers a searchset with full URLs, modes and what was used', async (t) => {
  const { send, id, plans } = await setting()
  const answer = await send('GET', `CarePlan?subject=Patient/${id}&_sort=-date&_total=accurate`)
  t.same(ids(answer), [...plans].reverse())
  t.match(answer.body, { resourceType: 'Bundle', type: 'searchset', total: 3 })
  t.equal(entries(answer)[0]?.fullUrl, `${base}/CarePlan/${plans[2]}`)
  t.equal(
    link(answer, 'self'),
    `${base}/CarePlan?subject=Patient%2F${id}&_sort=-date&_total=accurate`
  )
  t.equal((await send('GET', 'CarePlan')).body.total, undefined, 'no total that was not asked for')
})

t.test('POST _search reads form and URL together, and its links work as GET', async (t) => {
  const { send, id, plans } = await setting()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await send('POST', 'CarePlan/_search?_count=2', {
    body: `subject=Patient%2F${id}&title=none&_sort=date`,
    headers: { ...headers, prefer: 'handling=lenient' }
  })
  t.same([answer.status, ids(answer)], [200, plans.slice(0, 2)], answer.text)
  t.same(ids(await send('GET', under(link(answer, 'next')))), plans.slice(2))
  t.equal(
    (
      await send('POST', 'CarePlan/_search', {
        body: '{}',
        headers: { 'content-type': 'application/json' }
      })
    ).status,
    415
  )
  const both = await send('POST', 'CarePlan/_search?status=active', {
    body: 'status=draft',
    headers
  })
  t.same(ids(both), [], 'URL and body are joined by AND')
})

t.test('pages follow each other without loss or repeat, bound to caller and query', async (t) => {
  const { send, plans } = await setting(5)
  const seen: string[] = []
  let url: string | undefined = `${base}/CarePlan?_count=2&_sort=-date`
  while (url !== undefined) {
    const answer: Answer = await send('GET', under(url))
    t.ok(entries(answer).length <= 2)
    seen.push(...ids(answer))
    url = link(answer, 'next')
  }
  t.same(seen, [...plans].reverse())
  const next = under(link(await send('GET', 'CarePlan?_count=2'), 'next'))
  t.equal((await send('GET', next, { as: 'b' })).status, 400)
  t.equal((await send('GET', next.replace('?', '?status=draft&'))).status, 400)
  t.equal((await send('GET', next.replace(/_cursor=.{10}/, '_cursor=AAAAAAAAAA'))).status, 400)
  t.equal(
    entries(await send('GET', 'CarePlan?_count=1000000')).length,
    5,
    'a huge page is capped, not refused'
  )
})

t.test('counting gives a total and nothing else', async (t) => {
  const { send } = await setting()
  for (const query of ['_summary=count', '_count=0']) {
    const { body } = await send('GET', `CarePlan?${query}`)
    t.same([body.total, body.entry], [3, undefined])
    t.notOk(link({ body } as Answer, 'next'))
  }
  const other = await send('GET', 'CarePlan?_summary=count', { as: 'b' })
  t.equal(other.body.total, 0, 'hidden matches do not count')
})

t.test('includes come beside the matches, on every page, within the scopes', async (t) => {
  const { send, id } = await setting()
  const answer = await send(
    'GET',
    'CarePlan?_count=2&_include=CarePlan:goal&_include=CarePlan:subject'
  )
  t.same(ids(answer).length, 2)
  t.same(
    entries(answer, 'include')
      .map(({ resource }) => resource.resourceType)
      .sort(),
    ['Goal', 'Patient']
  )
  const second = await send('GET', under(link(answer, 'next')))
  t.same(entries(second, 'include').length, 2)
  const back = await send(
    'GET',
    `Patient?_id=${id}&_revinclude=CarePlan:subject&_revinclude=Goal:subject`
  )
  t.equal(entries(back, 'include').length, 4)
  const far = await send(
    'GET',
    `Patient?_id=${id}&_revinclude=CarePlan:subject&_include:iterate=CarePlan:goal`
  )
  t.same(
    entries(far, 'include')
      .map(({ resource }) => resource.resourceType)
      .sort(),
    ['CarePlan', 'CarePlan', 'CarePlan', 'Goal']
  )
})

t.test('more includes than the limit are cut off, and the page says so', async (t) => {
  const world = await createWorld({ limits: { ...limits, includes: 2 } })
  const {
    body: { id }
  } = await world.send('POST', 'Patient', { body: patient('X') })
  for (let i = 0; i < 3; i++) await world.send('POST', 'CarePlan', { body: plan(id) })
  const answer = await world.send('GET', 'Patient?_revinclude=CarePlan:subject')
  t.equal(entries(answer, 'include').length, 2)
  t.match(entries(answer, 'outcome')[0]?.resource, {
    issue: [{ severity: 'warning', code: 'incomplete' }]
  })
})

t.test(
  'an unknown parameter is an error that helps, or on request a warning in the Bundle',
  async (t) => {
    const { send } = await setting()
    t.match(await send('GET', 'CarePlan?stauts=active'), {
      status: 400,
      body: { issue: [{ diagnostics: /stauts.*status/ }] }
    })
    const lenient = await send('GET', 'CarePlan?stauts=active', {
      headers: { prefer: 'handling=lenient' }
    })
    t.equal(ids(lenient).length, 3)
    t.match(entries(lenient, 'outcome')[0]?.resource, {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'warning' }]
    })
    t.notMatch(link(lenient, 'self'), /stauts/)
    for (const query of [
      'status:below=active',
      'date=soon',
      'name[$ne]=',
      'constructor=x',
      '__proto__=x',
      '_count=-1',
      '_include=*'
    ]) {
      t.equal((await send('GET', `CarePlan?${encodeURI(query)}`)).status, 400, query)
    }
  }
)

t.test(
  'subsets hold what was asked for and what is mandatory, and say that they are subsets',
  async (t) => {
    const { send, plans } = await setting(1)
    const one = async (query: string): Promise<Record<string, unknown>> =>
      (await send('GET', `CarePlan?${query}`)).body.entry[0].resource as Record<string, unknown>
    const elements = await one('_elements=title')
    t.same(Object.keys(elements).sort(), [
      'id',
      'intent',
      'meta',
      'resourceType',
      'status',
      'subject',
      'title'
    ])
    t.match(elements, { meta: { tag: [{ code: 'SUBSETTED' }] } })
    const summary = await one('_summary=true')
    t.ok('period' in summary)
    t.notOk('goal' in summary)
    t.notOk('title' in (await one('_summary=text')))
    t.notOk('text' in (await one('_summary=data')))
    t.notMatch(JSON.stringify(await one('_summary=false')), /SUBSETTED/)
    t.equal((await send('GET', 'CarePlan?_summary=text&_include=CarePlan:goal')).status, 400)
    const read = await send('GET', `CarePlan/${plans[0]}?_elements=title`)
    t.same(Object.keys(read.body as object).sort(), Object.keys(elements).sort(), 'a read too')
    t.equal((await send('GET', `CarePlan/${plans[0]}?_summary=some`)).status, 400)
  }
)

t.test('a compartment is a search within it', async (t) => {
  const { send, id, plans } = await setting()
  const answer = await send('GET', `Patient/${id}/CarePlan?_sort=date`)
  t.same(ids(answer), plans)
  t.match(link(answer, 'self'), `${base}/Patient/${id}/CarePlan?_sort=date`)
  t.same(
    ids(
      await send('POST', `Patient/${id}/CarePlan/_search`, {
        body: 'status=draft',
        headers: { 'content-type': 'application/x-www-form-urlencoded' }
      })
    ),
    []
  )
  t.equal(
    (await send('GET', `Patient/${id}/Organization`)).status,
    404,
    'no member of this compartment'
  )
  t.equal((await send('GET', `Patient/${id}/*`)).status, 404)
})

t.test(
  'a search by one record of a person finds what stands on the person’s other visible records',
  async (t) => {
    const { send } = await createWorld()
    const person = patient('X', {
      identifier: [{ system: ssinSystem, value: '85073003328' }]
    })
    const made = async (as: string): Promise<[string, string]> => {
      const {
        body: { id }
      } = await send('POST', 'Patient', { as, body: person })
      return [
        id as string,
        (await send('POST', 'CarePlan', { as, body: plan(id) })).body.id as string
      ]
    }
    const [[one, planOne], [two, planTwo], [foreign]] = [
      await made('a'),
      await made('a'),
      await made('b')
    ]
    for (const query of [
      `CarePlan?subject=Patient/${one}`,
      `CarePlan?patient=${two}`,
      `CarePlan?subject:Patient=${one}`,
      `Patient/${two}/CarePlan`
    ]) {
      t.same(ids(await send('GET', query)).sort(), [planOne, planTwo].sort(), query)
    }
    t.same(
      ids(await send('GET', `CarePlan?subject=Patient/${foreign}`)),
      [],
      'a hidden record leads nowhere'
    )
  }
)

t.test('the journal can be searched and read, and tells who asked for what', async (t) => {
  const { send, id } = await setting(1)
  await send('GET', `Patient/${id}`, { headers: { 'x-request-id': 'look-1' } })
  await send('GET', `CarePlan?subject=Patient/${id}`)
  const answer = await send('GET', `AuditEvent?patient=Patient/${id}&date=ge2020-01-01&date=lt2999`)
  t.ok(answer.body.total >= 4)
  const look = entries(answer).find(({ resource }) => JSON.stringify(resource).includes('look-1'))
  t.match(look?.resource, {
    action: 'R',
    outcome: '0',
    agent: [{ who: { reference: 'Organization/org-a' } }]
  })
  t.match(await send('GET', `AuditEvent/${look?.resource.id ?? ''}`), {
    status: 200,
    body: { id: look?.resource.id }
  })
  const page = await send('GET', `AuditEvent?patient=${id}&_count=2`)
  t.equal(ids(page).length, 2)
  t.notOk(
    ids(await send('GET', under(link(page, 'next')))).some((each) => ids(page).includes(each))
  )
  t.same(
    ids(await send('GET', `AuditEvent?patient=${id}`, { as: 'b' })),
    [],
    'another organisation’s entries'
  )
  t.equal((await send('GET', `AuditEvent/${look?.resource.id ?? ''}`, { as: 'b' })).status, 404)
  for (const query of ['patient=Group/1', 'date=soon', 'what=x', 'agent=Practitioner/1']) {
    t.equal((await send('GET', `AuditEvent?${query}`)).status, 400, query)
  }
})

t.test('definitions are read and found like resources', async (t) => {
  const { send } = await createWorld()
  const url = 'https://psy107.example/fhir/psi/StructureDefinition/psi-care-plan'
  t.match(await send('GET', 'StructureDefinition/psi-care-plan', { as: 'b' }), {
    status: 200,
    body: { url }
  })
  t.match((await send('GET', `StructureDefinition?url=${url}`)).body, {
    total: 1,
    entry: [{ resource: { id: 'psi-care-plan' } }]
  })
  const page = await send('GET', 'StructureDefinition?_count=3')
  t.equal(entries(page).length, 3)
  t.notOk(ids(await send('GET', under(link(page, 'next')))).some((id) => ids(page).includes(id)))
  t.equal((await send('GET', 'StructureDefinition/unknown')).status, 404)
  t.equal((await send('GET', 'StructureDefinition?kind=resource')).status, 400)
  t.equal((await send('GET', 'StructureDefinition/psi-care-plan', { as: null })).status, 401)
})

t.test('the CapabilityStatement tells what is answered, and has an ETag', async (t) => {
  const { send } = await createWorld({
    operations: [
      {
        name: '$count',
        level: 'type',
        types: ['CarePlan'],
        method: 'GET',
        scope: [['CarePlan', 's']],
        definition: 'urn:count',
        run: async () => ({
          kind: 'resource',
          status: 200,
          resource: { resourceType: 'Parameters' }
        })
      }
    ]
  })
  const answer = await send('GET', 'metadata', { as: null })
  t.match(answer.body, {
    resourceType: 'CapabilityStatement',
    kind: 'instance',
    fhirVersion: '4.0.1'
  })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const of = (type: string): Record<string, any> =>
    answer.body.rest[0].resource.find((each: { type: string }) => each.type === type)
  t.match(of('CarePlan'), {
    versioning: 'versioned-update',
    updateCreate: false,
    conditionalDelete: 'not-supported',
    operation: [{ name: 'count' }]
  })
  t.notOk(of('CarePlan')['interaction'].some(({ code }: { code: string }) => code === 'delete'))
  t.ok(of('Patient')['searchParam'].some(({ name }: { name: string }) => name === 'identifier'))
  t.ok(of('Patient')['searchRevInclude'].includes('CarePlan:subject'))
  t.same(
    of('StructureDefinition')
      ['interaction'].map(({ code }: { code: string }) => code)
      .sort(),
    ['read', 'search-type']
  )
  t.notMatch(answer.text, /:\[\]/, 'no empty arrays')
  const known = await send('GET', 'metadata', {
    as: null,
    headers: { 'if-none-match': answer.headers['etag'] ?? '' }
  })
  t.same([known.status, known.headers['etag']], [304, answer.headers['etag']])
  t.equal((await send('GET', 'metadata?mode=normative', { as: null })).status, 400)
  t.equal((await send('GET', 'CarePlan/$count')).status, 200)
  t.equal((await send('POST', 'CarePlan/$count', { body: {} })).status, 405)
  t.equal((await send('GET', 'Goal/$count')).status, 404)
  t.equal((await send('GET', 'CarePlan/$count', { as: 'a-creates' })).status, 403)
})

t.test('every search parameter of the CapabilityStatement is answered', async (t) => {
  const { send } = await createWorld()
  const { body } = await send('GET', 'metadata')
  const sample: Readonly<Record<string, string>> = {
    token: 'x',
    reference: 'Patient/x',
    date: '2026',
    string: 'x',
    uri: 'urn:x'
  }
  for (const type of [
    'CarePlan',
    'Patient',
    'Consent',
    'AuditEvent',
    'StructureDefinition',
    'PractitionerRole'
  ]) {
    const { searchParam } = body.rest[0].resource.find(
      (each: { type: string }) => each.type === type
    )
    for (const { name, type: kind } of searchParam as { name: string; type: string }[]) {
      const value = type === 'AuditEvent' && name === 'agent' ? 'Organization/x' : sample[kind]
      const answer = await send('GET', `${type}?${name}=${encodeURIComponent(value ?? '')}`)
      if (answer.status !== 200) t.fail(`${type}?${name} → ${answer.status} ${answer.text}`)
    }
    t.ok(searchParam.length > 0, type)
  }
})
