// search by GET and POST, pages, compartments, records of one person.
// https://hl7.org/fhir/R4/http.html#search
import t from 'tap'
import { ssinSystem } from '../../src/psi/canonical.ts'
import { base, createWorld, patient, plan } from '../http/world.ts'
import type { Answer } from '../http/world.ts'
import { entries, ids, link, setting, under } from './setting.ts'

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
