/**
 * A refused change costs its caller's own look-ups alone, and every grant that was judged by is
 * under an expectation of the commit, whoever read it last.
 */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import type { Batch, Store } from '../../src/storage/store.ts'
import { createWorld, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'

const created = async ({ send }: World, as: string, body: object): Promise<string> => {
  const { resourceType } = body as { readonly resourceType: string }
  const answer = await send('POST', resourceType, { as, body })
  if (answer.status !== 201) throw new Error(answer.text)
  return (answer.body as { readonly id: string }).id
}

t.test('a change that is refused is not followed to whom it would reach', async (t) => {
  const searches: string[] = []
  const world = await createWorld({
    wrap: (store) => ({
      ...store,
      search: async (query, acl) => {
        if (acl.kind === 'system') searches.push(query.type)
        return await store.search(query, acl)
      }
    })
  })
  const house = { resourceType: 'Organization', name: 'centre' }
  const id = await created(world, 'operator', house)
  const above = await created(world, 'operator', house)
  const move = async (as: string): Promise<number> => {
    const body = { ...house, id, partOf: { reference: `Organization/${above}` } }
    const { status } = await world.send('PUT', `Organization/${id}`, { as, body })
    await wait(20)
    return status
  }
  searches.length = 0
  t.equal(await move('b'), 403)
  t.same(searches, [])
  t.equal(await move('operator'), 200)
  t.ok(searches.includes('Consent'), 'an allowed one looks for the consents that name it')
})

t.test('grants of persons whom a change leaves out are expected too', async (t) => {
  let slow = false
  const commits: Batch[] = []
  const late = (store: Store): Store => ({
    ...store,
    counters: async (names) => {
      const values = await store.counters(names)
      if (slow && names.some((name) => name.startsWith('patient/'))) await wait(100)
      return values
    },
    commit: async (batch) => {
      commits.push(batch)
      await store.commit(batch)
    }
  })
  const world = await createWorld({ wrap: late })
  const person = await created(world, 'a', patient('X'))
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'weight' },
    subject: { reference: `Patient/${person}` }
  }
  const id = await created(world, 'a', observation)
  const { subject: _subject, ...nobodys } = observation
  slow = true
  commits.length = 0
  const body = { ...nobodys, id }
  const answer = await world.send('PUT', `Observation/${id}`, { as: 'a', body })
  t.equal(answer.status, 200, answer.text)
  const [batch] = commits.filter(({ puts }) => puts.length > 0)
  t.ok(batch?.expectations.some(({ name }) => name === `patient/${person}`))
})
