// What an operator does to a client is in the journal of the client's organisation, or it did not
// happen.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { clientEntry } from '../../src/audit/client-entry.ts'
import { toAuditEvent } from '../../src/audit/shape.ts'
import type { Client } from '../../src/auth/caller.ts'
import { createClientStore } from '../../src/auth/clients/client-store.ts'
import type { ResourceId } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { createWorld } from '../http/world.ts'

const client: Client = {
  id: 'c1',
  name: 'SSM',
  organization: 'org-a' as ResourceId,
  scope: 'system/*.rs',
  purposes: [],
  rights: [],
  jwks: { keys: [{ kid: 'secret-kid' }] },
  disabled: false,
  createdAt: '2026-11-22T09:00:00Z'
}
const clock = (): number => Date.parse('2026-11-22T09:00:00Z')

t.test('one line per change, with the change, for the organisation of the client', async (t) => {
  const store = await openNaiveStore({ now: clock })
  const clients = createClientStore({
    store,
    clock,
    newId: randomUUID,
    auditOf: clientEntry({ clock, newId: randomUUID })
  })
  await clients.add(client)
  await t.rejects(clients.add(client), 'an id is given once')
  await clients.change('c1', 'disable', (before) => ({ ...before, disabled: true }))
  await clients.change('c1', 'rotate', (before) => ({ ...before, jwks: { keys: [] } }))
  t.equal(await clients.change('unknown', 'enable', (before) => before), undefined)
  const { entries, total } = await store.audit({ organization: client.organization, limit: 10 })
  t.equal(total, 3)
  t.same(
    entries.map(({ json }) => (JSON.parse(json) as { deed: string }).deed),
    ['rotate', 'disable', 'add']
  )
  t.notMatch(JSON.stringify(entries), /secret-kid|system\/\*/)
  const [, , added] = entries.map((entry) =>
    toAuditEvent(entry, { client: 'x', rights: new Set() }, () => false)
  )
  t.match(added, {
    type: { code: '110113' },
    subtype: [{ code: '110137' }],
    action: 'C',
    outcome: '0',
    agent: [{ who: { display: 'psi-fhir at the command line' } }],
    entity: [
      { what: { identifier: { value: 'client/c1' }, display: 'SSM' }, name: 'client add' },
      { what: { reference: 'Organization/org-a' } }
    ]
  })
})

t.test('the organisation reads it among its own entries, others do not', async (t) => {
  const { send, store } = await createWorld()
  const clients = createClientStore({
    store,
    clock,
    newId: randomUUID,
    auditOf: clientEntry({ clock, newId: randomUUID })
  })
  await clients.add(client)
  t.match((await send('GET', 'AuditEvent')).text, /client add/)
  t.notMatch((await send('GET', 'AuditEvent', { as: 'b' })).text, /client add/)
})
