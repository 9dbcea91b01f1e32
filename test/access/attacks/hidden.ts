/** What A must not see answers as an id that was never given. */
import t from 'tap'
import {
  about,
  asA,
  goal2,
  goalOf,
  likeUnknown,
  p1,
  p2,
  plan1,
  plan2,
  planOf,
  team2,
  unused,
  version2,
  visibleToB
} from './scene.ts'

const hidden: readonly (readonly [string, string])[] = [
  ['Patient', p2.id],
  ['CarePlan', plan2.id],
  ['Goal', goal2.id],
  ['CareTeam', team2.id]
]

t.test('11: a hidden resource is an unused id, however it is read', async (t) => {
  for (const [type, id] of hidden) {
    for (const path of [
      (id: string) => `${type}/${id}`,
      (id: string) => `${type}/${id}?_summary=true`,
      (id: string) => `${type}/${id}/_history`,
      (id: string) => `${type}/${id}/_history/${version2}`
    ]) {
      t.equal((await likeUnknown(t, id, 'GET', path)).status, 404)
      await likeUnknown(t, id, 'HEAD', path)
    }
  }
  t.equal((await asA('GET', `CarePlan/${plan1.id}`)).status, 200, 'A reads its own')
})

t.test('11: a hidden resource is an unused id, by every method that writes', async (t) => {
  for (const [type, id] of hidden) {
    t.equal(
      (
        await likeUnknown(
          t,
          id,
          'PUT',
          (id) => `${type}/${id}`,
          (id) => ({
            body: {
              ...(type === 'CarePlan'
                ? planOf(p1, 'mine')
                : type === 'Goal'
                  ? goalOf(p1, 'mine')
                  : { resourceType: type, ...(type === 'CareTeam' ? about(p1) : {}) }),
              id
            }
          })
        )
      ).status,
      405
    )
    t.equal(
      (
        await likeUnknown(
          t,
          id,
          'PATCH',
          (id) => `${type}/${id}`,
          () => ({
            body: [{ op: 'test', path: '/id', value: 'x' }],
            headers: { 'content-type': 'application/json-patch+json' }
          })
        )
      ).status,
      404
    )
    await likeUnknown(t, id, 'DELETE', (id) => `${type}/${id}`)
    t.ok(await visibleToB(`${type}/${id}`), 'it is still there for B')
  }
})

t.test('12: no precondition of a read is looked at before the right to see', async (t) => {
  const conditions: readonly Record<string, string>[] = [
    { 'if-none-match': `W/"${version2}"` },
    { 'if-none-match': '*' },
    { 'if-modified-since': 'Fri, 01 Jan 2038 00:00:00 GMT' }
  ]
  for (const headers of conditions) {
    t.equal(
      (
        await likeUnknown(
          t,
          plan2.id,
          'GET',
          (id) => `CarePlan/${id}`,
          () => ({ headers })
        )
      ).status,
      404
    )
  }
  const own = `W/"${plan1.meta.versionId as string}"`
  t.equal(
    (await asA('GET', `CarePlan/${plan1.id}`, { headers: { 'if-none-match': own } })).status,
    304,
    'for what A sees they are looked at'
  )
})

t.test('12: no precondition of a write is looked at before the right to see', async (t) => {
  for (const version of [version2, unused]) {
    const headers = { 'if-match': `W/"${version}"` }
    t.equal(
      (
        await likeUnknown(
          t,
          plan2.id,
          'PUT',
          (id) => `CarePlan/${id}`,
          (id) => ({ headers, body: { ...planOf(p1, 'mine'), id } })
        )
      ).status,
      405
    )
    t.equal(
      (
        await likeUnknown(
          t,
          goal2.id,
          'DELETE',
          (id) => `Goal/${id}`,
          () => ({ headers })
        )
      ).status,
      204
    )
    t.equal(
      (
        await likeUnknown(
          t,
          goal2.id,
          'PATCH',
          (id) => `Goal/${id}`,
          () => ({
            body: [{ op: 'remove', path: '/status' }],
            headers: { ...headers, 'content-type': 'application/json-patch+json' }
          })
        )
      ).status,
      404
    )
  }
})
