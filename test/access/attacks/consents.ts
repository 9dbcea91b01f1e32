/** What a consent gave ends with it, and nobody gives themselves one. */
import t from 'tap'
import { callerOf } from '../../http/world.ts'
import type { Answer, World } from '../../http/world.ts'
import { consentFor } from '../world.ts'
import {
  asA,
  asB,
  callers,
  clean,
  create,
  goalOf,
  likeUnknown,
  mark,
  p1,
  p2,
  send,
  unused
} from './scene.ts'

/** A patient of B's, and a client of an organisation to which a consent opens them. */
const opening = async () => {
  const shared = await create(asB, { resourceType: 'Patient', name: [{ family: 'Open' }] })
  const named = await create(
    async (method, path, options) => await send(method, path, { ...options, as: 'operator' }),
    { resourceType: 'Organization', name: 'A' }
  )
  callers.set('a2', callerOf(named.id as string))
  const asA2: World['send'] = async (method, path, options = {}) =>
    await send(method, path, { ...options, as: 'a2' })
  const opened = await asB('POST', 'Consent', {
    body: consentFor({ type: 'Patient', id: shared.id }, `Organization/${named.id as string}`)
  })
  return { shared, asA2, opened }
}

const withdrawal = async (opened: Answer): Promise<Answer> =>
  await asB('PUT', `Consent/${opened.body.id as string}`, {
    body: { ...opened.body, status: 'inactive' },
    headers: { 'if-match': opened.headers['etag'] ?? '' }
  })

t.test('27: after withdrawal old versions are gone too', async (t) => {
  const { shared, asA2, opened } = await opening()
  t.equal(opened.status, 201, opened.text)
  const goal = await create(asB, goalOf(shared, 'open for now'))
  const versionOfGoal = goal.meta.versionId as string
  const old = `Goal/${goal.id as string}/_history/${versionOfGoal}`
  t.equal((await asA2('GET', old)).status, 200, 'while the consent holds')
  const narrowed = { ...goal, description: { text: 'changed' } }
  t.equal(
    (
      await asB('PUT', `Goal/${goal.id as string}`, {
        body: narrowed,
        headers: { 'if-match': `W/"${versionOfGoal}"` }
      })
    ).status,
    200
  )
  await create(asB, goalOf(shared, 'second'))
  const page = await asA2('GET', `Goal?patient=${shared.id as string}&_count=1`)
  t.equal((await withdrawal(opened)).status, 200)
  for (const path of [
    `Goal/${goal.id as string}`,
    `Goal/${goal.id as string}/_history`,
    old,
    `Patient/${shared.id as string}`,
    `Consent/${opened.body.id as string}`
  ]) {
    t.equal((await asA2('GET', path)).status, 404, path)
  }
  t.same((await asA2('GET', `Goal?patient=${shared.id as string}`)).body.entry ?? [], [])
  const next = (page.body.link as { relation: string; url: string }[]).find(
    ({ relation }) => relation === 'next'
  )
  t.ok(next)
  t.same(
    (await asA2('GET', next?.url.replace('http://psi.test', '') ?? '')).body.entry ?? [],
    [],
    'a page begun before shows nothing after'
  )
})

t.test('30: only who could read hears that something was deleted', async (t) => {
  const { shared, asA2, opened } = await opening()
  t.equal(opened.status, 201, opened.text)
  const gone = await create(asB, goalOf(shared, 'soon gone'))
  const path = `Goal/${gone.id as string}`
  t.equal(
    (await asB('DELETE', path, { headers: { 'if-match': `W/"${gone.meta.versionId as string}"` } }))
      .status,
    204
  )
  t.equal((await asA2('GET', path)).status, 410, 'who could read it hears that it is gone')
  t.equal((await asA('GET', path)).status, 404, 'who could not, does not')
  t.equal((await withdrawal(opened)).status, 200)
  t.equal((await asA2('GET', path)).status, 404, 'nor does who no longer could')
})

t.test('38: nobody gives themselves a consent', async (t) => {
  const consent = (id: string, more: object = {}) =>
    consentFor({ type: 'Patient', id: id as never }, `Patient/${p1.id as string}`, more)
  t.equal(
    (await asA('POST', 'Consent', { as: 'a-without-right', body: consent(p1.id) })).status,
    403
  )
  const [hidden, nobody] = [
    await asA('POST', 'Consent', { body: consent(p2.id) }),
    await asA('POST', 'Consent', { body: consent(unused) })
  ]
  t.equal(hidden.status, 422)
  t.same(clean(hidden, p2.id), clean(nobody, unused))
  const { verification: _verification, ...unproven } = consent(p1.id)
  t.equal((await asA('POST', 'Consent', { body: unproven })).status, 422, 'without proof')
  t.equal(
    (await asA('POST', 'Consent', { body: consent(p1.id) })).status,
    201,
    'with the right, for a patient that A sees, with proof'
  )
  const kept = await create(asB, {
    ...consentFor({ type: 'Patient', id: p2.id }, `Patient/${p2.id as string}`)
  })
  await likeUnknown(
    t,
    kept.id,
    'PUT',
    (id) => `Consent/${id}`,
    (id) => ({
      body: { ...consent(p1.id), id },
      headers: { 'if-match': `W/"${kept.meta.versionId as string}"` }
    })
  )
  t.notOk((await asA('GET', 'CarePlan?_count=100')).text.includes(mark))
})
