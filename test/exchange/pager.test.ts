// One rule for whatever comes in pages: PSI_PAGE_SIZE, PSI_PAGE_LIMIT, the smaller pages inside a
// Bundle, and links that lead from one page to the next. https://hl7.org/fhir/R4/http.html#paging
import t from 'tap'
import { caseload } from '../../src/operations/caseload/caseload.ts'
import { base, createWorld, limits, patient, plan } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

const terms = 'https://psy107.example/fhir/psi/CodeSystem'
const reference = (text: string): object => ({ reference: text })
const coded = (system: string, code: string): object[] => [
  { coding: [{ system: `${terms}/${system}`, code }] }
]

interface Setting extends World {
  /** Everything that is answered in pages, with five entries or more. */
  readonly paths: Readonly<Record<string, string>>
}

const setting = async (): Promise<Setting> => {
  const world = await createWorld({
    limits: { ...limits, page: 2, maxPage: 3, bundlePage: 1 },
    operations: [caseload(3)],
    validate: () => [] // whole plans are not what this is about
  })
  const add = async (resource: object): Promise<string> => {
    const { resourceType } = resource as { resourceType: string }
    const answer = await world.send('POST', resourceType, { body: resource })
    if (answer.status !== 201) throw new Error(answer.text)
    return `${resourceType}/${answer.body.id as string}`
  }
  const person = await add(patient('Page'))
  const practitioner = await add({ resourceType: 'Practitioner', name: [{ family: 'Ref' }] })
  const role = await add({
    resourceType: 'PractitionerRole',
    practitioner: reference(practitioner)
  })
  const team = await add({
    resourceType: 'CareTeam',
    status: 'active',
    subject: reference(person),
    participant: [{ member: reference(role), role: coded('psi-cs-participant-role', 'referent') }]
  })
  for (let i = 0; i < 5; i++) {
    const more = { category: coded('psi-cs-plan-type', 'psi'), careTeam: [reference(team)] }
    await add(plan(person.slice('Patient/'.length), more))
    const id = person.slice('Patient/'.length)
    await world.send('PUT', person, { body: patient(`Page ${i}`, { id }) })
  }
  return {
    ...world,
    paths: {
      search: `CarePlan?subject=${person}`,
      'search in a compartment': `${person}/CarePlan`,
      history: `${person}/_history`,
      'the journal': `AuditEvent?patient=${person}`,
      definitions: 'StructureDefinition',
      $caseload: `${role}/$caseload`
    }
  }
}

const opened = setting()
const withQuery = (path: string, query: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${query}`

type Bundle = {
  entry?: { fullUrl: string; response?: { etag: string }; search?: { mode: string } }[]
  link: { relation: string; url: string }[]
}
const own = ({ entry = [] }: Bundle): readonly string[] =>
  entry
    .filter(({ search }) => search === undefined || search.mode === 'match')
    .map(({ fullUrl, response }) => `${fullUrl} ${response?.etag ?? ''}`)
const linkIn = ({ link }: Bundle, relation: string): string | undefined =>
  link.find((each) => each.relation === relation)?.url.slice(base.length + 1)

t.test('a page holds PSI_PAGE_SIZE, at most PSI_PAGE_LIMIT, less inside a Bundle', async (t) => {
  const { send, paths } = await opened
  const inBatch = async (url: string): Promise<Bundle> => {
    const entry = [{ request: { method: 'GET', url } }]
    const answer = await send('POST', '', {
      body: { resourceType: 'Bundle', type: 'batch', entry }
    })
    return answer.body.entry[0].resource as Bundle
  }
  for (const [name, path] of Object.entries(paths)) {
    t.equal(own((await send('GET', path)).body).length, 2, `${name}: without _count`)
    const most = (await send('GET', withQuery(path, '_count=50'))).body as Bundle
    t.equal(own(most).length, 3, `${name}: a huge page`)
    t.match(linkIn(most, 'self'), /_count=3\b/, `${name}: says what it gave`)
    t.equal(own((await send('GET', withQuery(path, '_count=1'))).body).length, 1, `${name}: less`)
    for (const url of [path, withQuery(path, '_count=50')]) {
      t.equal(own(await inBatch(url)).length, 1, `${name}: in a batch`)
    }
  }
})

t.test('next links lead through everything once', async (t) => {
  const { send, paths } = await opened
  for (const [name, path] of Object.entries(paths)) {
    const seen: string[] = []
    let url: string | undefined = withQuery(path, '_count=3')
    let pages = 0
    while (url !== undefined && pages++ < 100) {
      const answer: Answer = await send('GET', url)
      t.equal(answer.status, 200, `${name}: ${answer.text.slice(0, 300)}`)
      t.equal(linkIn(answer.body, 'self')?.replace(/\?.*/, ''), path.replace(/\?.*/, ''))
      seen.push(...own(answer.body))
      url = linkIn(answer.body, 'next')
    }
    t.equal(new Set(seen).size, seen.length, `${name}: each once`)
    t.ok(seen.length >= 5 && pages < 100, `${name}: all of them`)
  }
})

t.test('what is no page is refused, and a cursor serves its own caller and query', async (t) => {
  const { send, paths } = await opened
  for (const [name, path] of Object.entries(paths)) {
    for (const query of ['_count=x', '_count=-1', '_count=', '_count=1&_count=2']) {
      t.equal((await send('GET', withQuery(path, query))).status, 400, `${name}: ${query}`)
    }
    const none = await send('GET', withQuery(path, '_count=0'))
    t.same([none.status, own(none.body), linkIn(none.body, 'next')], [200, [], undefined], name)
    const next = linkIn((await send('GET', path)).body, 'next') ?? ''
    t.equal((await send('GET', next)).status, 200, `${name}: the positive control`)
    t.not((await send('GET', next, { as: 'b' })).status, 200, `${name}: somebody else’s`)
    const changed = next.replace(/cursor=.{10}/, 'cursor=AAAAAAAAAA')
    t.equal((await send('GET', changed)).status, 400, `${name}: changed`)
  }
  const next = linkIn((await send('GET', 'StructureDefinition')).body, 'next') ?? ''
  t.equal((await send('GET', next, { as: 'b' })).status, 400, 'though all see the same')
  t.equal((await send('GET', withQuery(next, 'status=active'))).status, 400, 'another query')
})
