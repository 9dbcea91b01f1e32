/** Searches, chains, includes and totals stay within what the caller sees. */
import type { Test as Tap } from 'tap'
import t from 'tap'
import type { Send } from '../../http/world.ts'
import {
  asA,
  asB,
  clean,
  create,
  goalOf,
  likeUnknown,
  mark,
  p1,
  p2,
  plan1,
  plan2,
  planOf,
  registry,
  ssin,
  team2,
  unused,
  visibleToB
} from './scene.ts'

const emptyLike = async (t: Tap, hidden: string, nowhere: string): Promise<void> => {
  const [found, nothing] = [await asA('GET', hidden), await asA('GET', nowhere)]
  t.equal(found.status, 200, hidden)
  t.same([found.body.total ?? 0, found.body.entry ?? []], [0, []], hidden)
  t.same(Object.keys(found.body), Object.keys(nothing.body), `${hidden}: the shape of nothing`)
}

t.test(
  '17: a search that reaches through another type needs its scope, by the token alone; without sight it finds nothing',
  async (t) => {
    const path = 'Patient?_has:CarePlan:subject:status=active'
    const refused = await asA('GET', path, { as: 'a-reads-patients' })
    t.equal(refused.status, 403)
    t.same(
      clean(
        await asA('GET', 'Patient?_has:CarePlan:subject:status=no-such-status', {
          as: 'a-reads-patients'
        }),
        '-'
      ),
      clean(refused, '-'),
      'whatever there is to find'
    )
    t.equal(
      (await asA('GET', 'Patient?_has:CarePlan:subject:status=active')).body.entry.length,
      1,
      'P1 alone'
    )
    await emptyLike(
      t,
      `Patient?_id=${p2.id as string}&_has:CarePlan:subject:status=active`,
      `Patient?_id=${unused}&_has:CarePlan:subject:status=active`
    )
    t.equal(
      (await asB('GET', `Patient?_id=${p2.id as string}&_has:CarePlan:subject:status=active`)).body
        .entry.length,
      1
    )
  }
)

t.test('18: chains do not leave what the caller sees', async (t) => {
  const chains = [
    'CarePlan?subject:Patient.identifier=',
    'CarePlan?patient.identifier=',
    'Goal?patient.identifier=',
    'CareTeam?patient.identifier='
  ]
  for (const chain of chains) {
    await emptyLike(t, `${chain}${ssin}|00000000128`, `${chain}${ssin}|99999999999`)
    t.ok((await asB('GET', `${chain}${ssin}|00000000128`)).text.includes(mark), chain)
  }
  await emptyLike(
    t,
    `Patient?_has:CarePlan:subject:care-team=CareTeam/${team2.id as string}`,
    `Patient?_has:CarePlan:subject:care-team=CareTeam/${unused}`
  )
  t.equal((await asA('GET', `CarePlan?patient.identifier=${registry}|P1`)).body.entry.length, 1)
})

t.test('19: whatever is included passes its own filter', async (t) => {
  await asA('POST', 'CarePlan', { body: planOf(p1, 'second') })
  for (const query of [
    'CarePlan?_include=*',
    'CarePlan?_include=CarePlan:goal&_include:iterate=Goal:subject',
    'Patient?_revinclude=*',
    'Patient?_revinclude=CarePlan:subject&_revinclude:iterate=Provenance:target'
  ]) {
    const { status, body } = await asA('GET', query)
    t.ok(status === 200 || status === 400, `${query}: ${String(status)}`)
    for (const { resource } of body.entry ?? []) {
      t.ok(
        (await asA('GET', `${resource.resourceType as string}/${resource.id as string}`)).status ===
          200 || resource.resourceType === 'OperationOutcome'
      )
    }
  }
  t.match((await asA('GET', 'CarePlan?_include=CarePlan:subject')).text, /"mode":"include"/)
})

t.test('20: totals count what is seen, before and after a hundred hidden rows', async (t) => {
  const counts = async (): Promise<unknown[]> =>
    await Promise.all(
      [
        'Goal?_total=accurate',
        'Goal?_summary=count',
        'Goal?_count=0',
        'Patient?_total=estimate',
        'Goal?_total=accurate&_count=1'
      ].map(async (path) => {
        const { body } = await asA('GET', path)
        return [body.total, (body.entry ?? []).length, body.link.length]
      })
    )
  await create(asA, goalOf(p1, 'one'))
  const before = await counts()
  const entry = Array.from({ length: 50 }, (_, i) => ({
    resource: goalOf(p2, `${mark} ${String(i)}`),
    request: { method: 'POST', url: 'Goal' }
  }))
  for (let round = 0; round < 2; round++) {
    t.equal(
      (await asB('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry } }))
        .status,
      200
    )
  }
  t.same(await counts(), before)
  t.equal((await asB('GET', 'Goal?_summary=count')).body.total, 101)
  await create(asA, goalOf(p1, 'two'))
  t.notSame(await counts(), before, 'a visible row is counted')
})

t.test('21: complements and ranges stay within what is seen', async (t) => {
  for (const query of [
    'CarePlan?status:not=completed',
    'CarePlan?date:missing=true',
    'CarePlan?date=ne2020',
    'CarePlan?date=gt2000',
    'CarePlan?identifier:missing=true',
    'Goal?lifecycle-status:not=completed&_count=100',
    'Patient?family:missing=false',
    `CarePlan?_id=${plan2.id as string},${plan1.id as string}`
  ]) {
    const { body } = await asA('GET', query)
    t.ok((body.entry ?? []).length > 0 || query.includes('missing=true'), `${query} finds A's own`)
    t.ok(
      (await asB('GET', query)).text.includes(mark) || query.includes('date:missing'),
      `${query} finds B's own`
    )
  }
})

t.test('24: a hidden compartment is an unused one', async (t) => {
  for (const path of [
    (id: string) => `Patient/${id}/CarePlan`,
    (id: string) => `Patient/${id}/Goal?_total=accurate`,
    (id: string) => `Patient/${id}/*`,
    (id: string) => `Patient/${id}/$everything`
  ]) {
    await likeUnknown(t, p2.id, 'GET', path)
  }
  t.ok(await visibleToB(`Patient/${p2.id as string}/CarePlan`))
  t.ok((await asA('GET', `Patient/${p1.id as string}/CarePlan`)).body.entry.length > 0)
})

t.test('26: what URL and form say both holds', async (t) => {
  const form = (text: string): Send => ({
    body: text,
    headers: { 'content-type': 'application/x-www-form-urlencoded' }
  })
  const both = await asA(
    'POST',
    `CarePlan/_search?subject=Patient/${p1.id as string}`,
    form(`subject=Patient/${p2.id as string}`)
  )
  t.same(both.body.entry ?? [], [])
  t.ok(
    (await asA('POST', 'CarePlan/_search', form(`subject=Patient/${p1.id as string}`))).body.entry
      .length > 0
  )
  t.same(
    (
      await asA(
        'GET',
        `CarePlan?subject=Patient/${p1.id as string}&subject=Patient/${p2.id as string}`
      )
    ).body.entry ?? [],
    []
  )
})
