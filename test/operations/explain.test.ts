// Why a request saw what it saw: told to operators, for every request that bears the id.
import t from 'tap'
import { createExplain } from '../../src/access/decision/explain.ts'
import { explain } from '../../src/operations/explain.ts'
import type { Operation } from '../../src/operations/operation.ts'
import type { Store } from '../../src/storage/store.ts'
import { createWorld, patient } from '../http/world.ts'

interface Part {
  readonly name: string
  readonly valueString?: string
  readonly valueReference?: { readonly reference: string }
  readonly part?: readonly Part[]
}

const setting = async () => {
  const operations: Operation[] = []
  const { send } = await createWorld({
    operations,
    wrap: (store: Store) => {
      operations.push(explain(createExplain(store)))
      return store
    }
  })
  const {
    body: { id }
  } = await send('POST', 'Patient', { body: patient('X') })
  const ask = async (query: string) => {
    const answer = await send('GET', `$explain?${query}`, { as: 'operator' })
    const parameters = (answer.body.parameter ?? []) as readonly Part[]
    return {
      ...answer,
      explanations: parameters
        .filter(({ name }) => name === 'explanation')
        .map(({ part = [] }) => part)
    }
  }
  return { send, ask, id: id as string }
}
const organizationOf = (parts: readonly Part[]): string | undefined =>
  parts.find(({ name }) => name === 'organization')?.valueReference?.reference

t.test(
  'two clients that chose the same id are both explained, and can be told apart',
  async (t) => {
    const { send, ask, id } = await setting()
    const headers = { 'x-request-id': 'same' }
    t.equal((await send('GET', `Patient/${id}`, { as: 'b', headers })).status, 404)
    t.equal((await send('GET', 'CarePlan', { as: 'a', headers })).status, 200)
    const both = await ask('request=same')
    t.match(both, { status: 200, body: { parameter: [{ name: 'total', valueInteger: 2 }] } })
    t.same(both.explanations.map(organizationOf), ['Organization/org-a', 'Organization/org-b'])
    const one = await ask('request=same&organization=org-b')
    t.same(one.explanations.map(organizationOf), ['Organization/org-b'])
    t.match(one.text, new RegExp(`Patient/${id}`))
    const event =
      one.explanations[0]?.find(({ name }) => name === 'event')?.valueReference?.reference ?? ''
    t.match(event, /^AuditEvent\//)
    t.same((await ask(`event=${event}`)).explanations, one.explanations)
  }
)

t.test(
  'a flood of requests with one id hides nobody’s from who names the organisation',
  async (t) => {
    const { send, ask } = await setting()
    const headers = { 'x-request-id': 'flood' }
    await send('GET', 'CarePlan', { as: 'b', headers })
    for (let i = 0; i < 25; i++) await send('GET', 'CarePlan', { headers })
    const all = await ask('request=flood')
    t.match(all.body.parameter[0], { name: 'total', valueInteger: 26 })
    t.equal(all.explanations.length, 20)
    t.same(
      (await ask('request=flood&organization=Organization/org-b')).explanations.map(organizationOf),
      ['Organization/org-b']
    )
  }
)

t.test('only operators ask, and for something', async (t) => {
  const { send, ask } = await setting()
  t.equal((await send('GET', '$explain?request=x')).status, 403)
  for (const query of [
    '',
    'request=',
    'organization=org-a',
    'event=Patient/x',
    'request=x&organization=a%20b'
  ]) {
    t.equal((await ask(query)).status, 400, query)
  }
  t.equal((await ask('request=unknown')).status, 404)
})
