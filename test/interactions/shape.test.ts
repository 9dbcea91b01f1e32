// What stands beside the matches, and how much of each: _include, _revinclude, _summary, _elements.
// https://hl7.org/fhir/R4/search.html#include
import t from 'tap'
import { createWorld, limits, patient, plan } from '../http/world.ts'
import { entries, ids, link, setting, under } from './setting.ts'

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

t.test('what the last round of :iterate leaves open is told', async (t) => {
  const world = await createWorld({ limits: { ...limits, includeRounds: 1 } })
  const {
    body: { id }
  } = await world.send('POST', 'Patient', { body: patient('X') })
  let last = ''
  for (let i = 0; i < 4; i++) {
    const partOf = last === '' ? {} : { partOf: [{ reference: `CarePlan/${last}` }] }
    const made = await world.send('POST', 'CarePlan', {
      body: plan(id, { title: `${i}`, ...partOf })
    })
    last = made.body.id as string
    const query = `_id=${last}&_include=CarePlan:part-of&_include:iterate=CarePlan:part-of`
    const answer = await world.send('GET', `CarePlan?${query}`)
    t.equal(entries(answer, 'include').length, Math.min(i, 2), 'one round, and one more')
    t.same(
      entries(answer, 'outcome').map(
        ({ resource }) => (resource as unknown as { issue: { code: string }[] }).issue[0]?.code
      ),
      i < 2 ? [] : ['incomplete'],
      `a chain of ${i}`
    )
  }
})

t.test('an element comes with what stands beside it under an underscore', async (t) => {
  const { send } = await createWorld()
  const beside = { extension: [{ url: 'urn:e', valueString: 'about noon' }] }
  const body = patient('X', {
    ...{ birthDate: '1980-01-01', _birthDate: beside },
    ...{ active: true, _active: beside },
    ...{ deceasedDateTime: '2020-01-01', _deceasedDateTime: beside }
  })
  const made = await send('POST', 'Patient', { body })
  t.equal(made.status, 201, made.text)
  const read = await send('GET', `Patient/${made.body.id as string}?_elements=birthDate`)
  t.same(Object.keys(read.body as object).sort(), [
    '_birthDate',
    'birthDate',
    'id',
    'meta',
    'resourceType'
  ])
  t.same(read.body._birthDate, beside)
  const found = await send('GET', `Patient?_id=${made.body.id as string}&_elements=active`)
  t.match(found.body.entry[0].resource, { active: true, _active: beside })
  t.notOk('_birthDate' in found.body.entry[0].resource)
  const choice = await send('GET', `Patient/${made.body.id as string}?_elements=deceasedDateTime`)
  t.same(choice.body._deceasedDateTime, beside, 'of a choice by its full name')
  const summary = await send('GET', `Patient/${made.body.id as string}?_summary=true`)
  t.match(summary.body, { birthDate: '1980-01-01', _birthDate: beside }, 'in a summary too')
})
