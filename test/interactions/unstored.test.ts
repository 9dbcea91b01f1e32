// What no store holds as a resource: the journal, definitions, the CapabilityStatement.
// https://hl7.org/fhir/R4/capabilitystatement.html
import t from 'tap'
import type { Operation } from '../../src/operations/operation.ts'
import { createWorld } from '../http/world.ts'
import { entries, ids, link, setting, under } from './setting.ts'

t.test('the journal can be searched and read, and tells who asked for what', async (t) => {
  const { send, id } = await setting(1)
  await send('GET', `Patient/${id}`, { headers: { 'x-request-id': 'look-1' } })
  await send('GET', `CarePlan?subject=Patient/${id}`)
  const answer = await send('GET', `AuditEvent?patient=Patient/${id}&date=ge2020-01-01&date=lt2999`)
  t.ok(answer.body.total >= 4)
  const look = entries(answer).find(({ resource }) => JSON.stringify(resource).includes('look-1'))
  t.match(look?.resource, {
    action: 'R',
    outcome: '0',
    agent: [{ who: { reference: 'Organization/org-a' } }]
  })
  t.match(await send('GET', `AuditEvent/${look?.resource.id ?? ''}`), {
    status: 200,
    body: { id: look?.resource.id }
  })
  const page = await send('GET', `AuditEvent?patient=${id}&_count=2`)
  t.equal(ids(page).length, 2)
  t.notOk(
    ids(await send('GET', under(link(page, 'next')))).some((each) => ids(page).includes(each))
  )
  t.same(
    ids(await send('GET', `AuditEvent?patient=${id}`, { as: 'b' })),
    [],
    'another organisation’s entries'
  )
  t.equal((await send('GET', `AuditEvent/${look?.resource.id ?? ''}`, { as: 'b' })).status, 404)
  for (const query of ['patient=Group/1', 'date=soon', 'what=x', 'agent=Practitioner/1']) {
    t.equal((await send('GET', `AuditEvent?${query}`)).status, 400, query)
  }
})

t.test('definitions are read and found like resources', async (t) => {
  const { send } = await createWorld()
  const url = 'https://psy107.example/fhir/psi/StructureDefinition/psi-care-plan'
  t.match(await send('GET', 'StructureDefinition/psi-care-plan', { as: 'b' }), {
    status: 200,
    body: { url }
  })
  t.match((await send('GET', `StructureDefinition?url=${url}`)).body, {
    total: 1,
    entry: [{ resource: { id: 'psi-care-plan' } }]
  })
  const page = await send('GET', 'StructureDefinition?_count=3')
  t.equal(entries(page).length, 3)
  t.notOk(ids(await send('GET', under(link(page, 'next')))).some((id) => ids(page).includes(id)))
  t.equal((await send('GET', 'StructureDefinition/unknown')).status, 404)
  t.equal((await send('GET', 'StructureDefinition?kind=resource')).status, 400)
  t.equal((await send('GET', 'StructureDefinition/psi-care-plan', { as: null })).status, 401)
})

const counting: Operation = {
  name: '$count',
  level: 'type',
  types: ['CarePlan'],
  method: 'GET',
  scope: [['CarePlan', 's']],
  definition: 'urn:count',
  run: async () => ({
    kind: 'resource',
    status: 200,
    resource: { resourceType: 'Parameters' }
  })
}

t.test('the CapabilityStatement tells what is answered, and has an ETag', async (t) => {
  const { send } = await createWorld({ operations: [counting] })
  const answer = await send('GET', 'metadata', { as: null })
  t.match(answer.body, {
    resourceType: 'CapabilityStatement',
    kind: 'instance',
    fhirVersion: '4.0.1'
  })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const of = (type: string): Record<string, any> =>
    answer.body.rest[0].resource.find((each: { type: string }) => each.type === type)
  t.match(of('CarePlan'), {
    versioning: 'versioned-update',
    updateCreate: false,
    conditionalDelete: 'not-supported',
    operation: [{ name: 'count' }]
  })
  t.notOk(of('CarePlan')['interaction'].some(({ code }: { code: string }) => code === 'delete'))
  t.ok(of('Patient')['searchParam'].some(({ name }: { name: string }) => name === 'identifier'))
  t.ok(of('Patient')['searchRevInclude'].includes('CarePlan:subject'))
  t.same(
    of('StructureDefinition')
      ['interaction'].map(({ code }: { code: string }) => code)
      .sort(),
    ['read', 'search-type']
  )
  t.notMatch(answer.text, /:\[\]/, 'no empty arrays')
  const known = await send('GET', 'metadata', {
    as: null,
    headers: { 'if-none-match': answer.headers['etag'] ?? '' }
  })
  t.same([known.status, known.headers['etag']], [304, answer.headers['etag']])
  t.equal((await send('GET', 'metadata?mode=normative', { as: null })).status, 400)
  t.equal((await send('GET', 'CarePlan/$count')).status, 200)
  t.equal((await send('POST', 'CarePlan/$count', { body: {} })).status, 405)
  t.equal((await send('GET', 'Goal/$count')).status, 404)
  t.equal((await send('GET', 'CarePlan/$count', { as: 'a-creates' })).status, 403)
})

t.test('every search parameter of the CapabilityStatement is answered', async (t) => {
  const { send } = await createWorld()
  const { body } = await send('GET', 'metadata')
  const sample: Readonly<Record<string, string>> = {
    token: 'x',
    reference: 'Patient/x',
    date: '2026',
    string: 'x',
    uri: 'urn:x'
  }
  for (const type of [
    'CarePlan',
    'Patient',
    'Consent',
    'AuditEvent',
    'StructureDefinition',
    'PractitionerRole'
  ]) {
    const { searchParam } = body.rest[0].resource.find(
      (each: { type: string }) => each.type === type
    )
    for (const { name, type: kind } of searchParam as { name: string; type: string }[]) {
      const value = type === 'AuditEvent' && name === 'agent' ? 'Organization/x' : sample[kind]
      const answer = await send('GET', `${type}?${name}=${encodeURIComponent(value ?? '')}`)
      if (answer.status !== 200) t.fail(`${type}?${name} → ${answer.status} ${answer.text}`)
    }
    t.ok(searchParam.length > 0, type)
  }
})
