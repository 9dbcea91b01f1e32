/** What access finds Consents by outlives a re-index: no search parameter leads there. */
import t from 'tap'
import type { Store } from '../../src/storage/store.ts'
import { callerOf, createWorld, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'
import { batch, system } from '../storage/sample.ts'
import { depsFor, openStore, run, today } from './world.ts'

const consentOf = (subject: string, permitted: string, denied: string): object => ({
  resourceType: 'Consent',
  status: 'active',
  patient: { reference: subject },
  verification: [{ verified: true }],
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  policyRule: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }]
  },
  provision: {
    type: 'deny',
    provision: [
      { type: 'permit', actor: [{ role: { text: 'x' }, reference: { reference: permitted } }] },
      { type: 'deny', actor: [{ role: { text: 'x' }, reference: { reference: denied } }] }
    ]
  }
})

interface Scene extends World {
  readonly subject: string
  readonly unit: string
  readonly house: string
}

/** A patient who permits a unit and denies a house that the unit does not belong to yet. */
const openScene = async (store: Store): Promise<Scene> => {
  let unit = ''
  const callers = {
    operator: () => callerOf('org-o', 'system/*.cruds', ['operator', 'directory']),
    a: () => callerOf('org-a', 'system/*.cruds', ['record-consents']),
    unit: () => callerOf(unit.slice('Organization/'.length))
  }
  const known = new Map<string, ReturnType<typeof callerOf>>()
  const world = await createWorld({
    wrap: () => store,
    authenticate: async ({ authorization = '' }) => {
      const name = authorization.replace('Bearer ', '') as keyof typeof callers
      const caller = known.get(name) ?? callers[name]()
      known.set(name, caller)
      return caller
    }
  })
  const create = async (as: string, body: { readonly resourceType: string }): Promise<string> => {
    const answer = await world.send('POST', body.resourceType, { as, body })
    if (answer.status !== 201) throw new Error(answer.text)
    return `${body.resourceType}/${(answer.body as { id: string }).id}`
  }
  const house = await create('operator', { resourceType: 'Organization', name: 'H' } as never)
  unit = await create('operator', { resourceType: 'Organization', name: 'U' } as never)
  const subject = await create('a', patient('X') as never)
  await create('a', consentOf(subject, unit, house) as never)
  return { ...world, subject, unit, house }
}

/** The unit becomes one of the house. */
const move = async ({ send, unit, house }: Scene): Promise<number> => {
  const body = {
    resourceType: 'Organization',
    id: unit.slice('Organization/'.length),
    name: 'U',
    partOf: { reference: house }
  }
  return (await send('PUT', unit, { as: 'operator', body })).status
}

const findConsents = async (store: Store, target: string): Promise<number> => {
  const where = { kind: 'link' as const, parameter: 'Consent._actor', targets: [target] }
  const query = { type: 'Consent' as const, where, sort: [], limit: 2, total: 'none' as const }
  return (await store.search(query, system)).rows.length
}

for (const reindexed of [false, true]) {
  const when = reindexed ? 'after a re-index' : 'as it was written'
  t.test(`${when}: a unit that joins a denied house loses what it saw`, async (t) => {
    const { store } = await openStore(t)
    const scene = await openScene(store)
    const look = async (): Promise<number> =>
      (await scene.send('GET', scene.subject, { as: 'unit' })).status
    t.equal(await look(), 200)
    if (reindexed) t.match(await run(depsFor(store, today), undefined, 'all'), { kind: 'done' })
    t.equal(await findConsents(store, scene.house), 1)
    t.equal(await move(scene), 200)
    t.equal(await look(), 404)
  })
}

t.test('a store that lost these values, or never had them, is indexed anew', async (t) => {
  const { store } = await openStore(t)
  const { house } = await openScene(store)
  const { tables, extract, ...deps } = depsFor(store, today)
  const own = ['Consent._actor']
  const others = new Map([...tables].filter(([key]) => !own.includes(key)))
  const plain = (resource: Parameters<typeof extract>[0]): ReturnType<typeof extract> => {
    const index = extract(resource)
    return { ...index, link: index.link.filter(({ parameter }) => !own.includes(parameter)) }
  }
  await store.commit(batch({ records: [{ kind: 'index', id: 'tables', json: '{}' }] }))
  await run({ ...deps, tables: others, extract: plain })
  t.equal(await findConsents(store, house), 0)
  await run(depsFor(store, today))
  t.equal(await findConsents(store, house), 1)
})
