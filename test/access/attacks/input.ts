/** What was sent to run, to reach into objects or to exhaust is data, or is refused. */
import t from 'tap'
import type { Answer } from '../../http/world.ts'
import { asA, create, goalOf, p1 } from './scene.ts'

t.test('42: narrative that runs is refused', async (t) => {
  const div = (content: string): object => ({
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>` }
  })
  for (const content of [
    '<script>alert(1)</script>',
    '<img src="x" onerror="alert(1)"/>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<p style="background:url(https://evil.example)" onclick="x()">x</p>',
    '<svg onload="x()"/>'
  ]) {
    t.equal(
      (await asA('POST', 'Goal', { body: goalOf(p1, 'x', div(content)) })).status,
      422,
      content
    )
  }
  t.equal(
    (await asA('POST', 'Goal', { body: goalOf(p1, 'x', div('<p>Go <b>home</b></p>')) })).status,
    201
  )
})

t.test(
  '43 and 44: operators of a store and names of JavaScript are nonsense in a query',
  async (t) => {
    for (const query of [
      'Patient?name[$ne]=',
      'Patient?constructor=x',
      'Patient?__proto__=x',
      'Patient?$where=1',
      'Patient?_id[$gt]=',
      'Patient?hasOwnProperty=x',
      'Patient?toString.name=x'
    ]) {
      t.equal((await asA('GET', query)).status, 400, query)
    }
    t.same(
      (await asA('GET', `Patient?_id=${encodeURIComponent("' OR 1=1 --")}`)).body.entry ?? [],
      []
    )
    for (const value of ["%' OR '1'='1", '%', '_', '\\', '"; DROP TABLE cur; --']) {
      t.notOk(
        (await asA('GET', `Patient?family=${encodeURIComponent(value)}`)).body.entry?.length > 0,
        value
      )
    }
  }
)

t.test(
  '43 and 44: operators of a store and names of JavaScript are data or nonsense in a body',
  async (t) => {
    for (const body of [
      '{"resourceType":"Patient","$where":"1"}',
      '{"resourceType":"Patient","a.b":"1"}',
      '{"resourceType":"Patient","__proto__":{"polluted":1}}',
      '{"resourceType":"Patient","constructor":{"prototype":{"polluted":1}}}',
      '{"resourceType":{"$gt":""}}',
      '{"resourceType":"Patient","id":{"$gt":""},"gender":{"$ne":1}}'
    ]) {
      const { status } = await asA('POST', 'Patient', { body })
      t.ok(status === 400 || status === 422, `${body}: ${String(status)}`)
    }
    const own = await create(asA, goalOf(p1, 'x'))
    for (const path of [
      '/constructor/prototype/polluted',
      '/__proto__/polluted',
      '/description/__proto__/polluted',
      '/description/constructor/prototype/polluted'
    ]) {
      const { status } = await asA('PATCH', `Goal/${own.id as string}`, {
        body: [{ op: 'add', path, value: 'x' }],
        headers: {
          'if-match': `W/"${own.meta.versionId as string}"`,
          'content-type': 'application/json-patch+json'
        }
      })
      t.ok(status === 400 || status === 422, `${path}: ${String(status)}`)
    }
    t.equal(({} as { polluted?: unknown }).polluted, undefined)
  }
)

const timed = async (run: () => Promise<Answer>): Promise<readonly [Answer, number]> => {
  const from = performance.now()
  return [await run(), performance.now() - from]
}

t.test('45: a pattern is text', async (t) => {
  const [answer, took] = await timed(
    async () =>
      await asA('GET', `Patient?family:contains=${encodeURIComponent('(a+)+$'.repeat(20))}`)
  )
  t.same([answer.status, answer.body.entry ?? []], [200, []])
  t.ok(took < 1000, `${took.toFixed()} ms`)
  t.equal((await asA('GET', 'Patient?family:contains=hare')).body.entry.length, 1)
})

t.test('51: depth is refused before it is parsed', async (t) => {
  const deep = `{"resourceType":"Patient","extension":[${'['.repeat(500_000)}${']'.repeat(500_000)}]}`
  const [answer, took] = await timed(async () => await asA('POST', 'Patient', { body: deep }))
  t.equal(answer.status, 400)
  t.ok(took < 1000, `${took.toFixed()} ms`)
  const nested = (depth: number): Record<string, unknown> =>
    depth === 0 ? { url: 'u:x', valueString: 'x' } : { url: 'u:x', extension: [nested(depth - 1)] }
  t.equal(
    (await asA('POST', 'Patient', { body: { resourceType: 'Patient', extension: [nested(3)] } }))
      .status,
    201
  )
})

t.test('54: what would exhaust is refused or cut', async (t) => {
  const heavy = [
    `Patient?_id=${Array.from({ length: 1000 }, (_, i) => `x${String(i)}`).join(',')}`,
    `Patient?${Array.from({ length: 50 }, () => '_has:CarePlan:subject:status=active').join('&')}`,
    `Patient?${Array.from({ length: 200 }, (_, i) => `family=n${String(i)}`).join('&')}`,
    `Patient?${'_has:CarePlan:subject:'.repeat(20)}status=active`,
    `CarePlan?subject${':Patient._has:CarePlan:subject'.repeat(15)}:status=active`,
    'CarePlan?_count=1000000',
    'CarePlan?_include:iterate=CarePlan:subject&_revinclude:iterate=CarePlan:subject&_revinclude:iterate=Goal:subject',
    `CarePlan?_sort=${Array.from({ length: 100 }, () => 'date').join(',')}`
  ]
  for (const path of heavy) {
    const [{ status, body }, took] = await timed(async () => await asA('GET', path))
    t.ok(
      status === 400 || status === 414 || (status === 200 && (body.entry ?? []).length <= 200),
      `${path.slice(0, 60)}: ${String(status)}`
    )
    t.ok(took < 5000, `${took.toFixed()} ms`)
  }
  const entry = Array.from({ length: 5000 }, () => ({ request: { method: 'GET', url: 'Patient' } }))
  t.ok(
    [400, 413].includes(
      (await asA('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry } })).status
    )
  )
})
