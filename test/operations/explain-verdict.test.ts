// What $explain says of a request is what the request got, whoever asked for whatever.
import t from 'tap'
import { createExplain } from '../../src/access/decision/explain.ts'
import type { Caller } from '../../src/auth/caller.ts'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { Reference, ResourceId, ResourceType } from '../../src/fhir/resource.ts'
import { explain } from '../../src/operations/explain.ts'
import type { Operation } from '../../src/operations/operation.ts'
import type { Store } from '../../src/storage/store.ts'
import { consentFor, goal } from '../access/world.ts'
import { callerOf, createWorld, patient, plan } from '../http/world.ts'

interface Part {
  readonly name: string
  readonly valueBoolean?: boolean
  readonly valueString?: string
  readonly part?: readonly Part[]
}
const named = (parts: readonly Part[] | undefined, name: string): Part | undefined =>
  parts?.find((part) => part.name === name)

const userOf = (text: string): Pick<Caller, 'user'> => {
  const [type, id] = text.split('/')
  return { user: { type: type as ResourceType, id: id as ResourceId } }
}

const operations: Operation[] = []
const callers = new Map<string, Caller>([
  ['keeper', callerOf('keeper', 'system/*.cruds', ['record-consents'])],
  ['operator', callerOf('network', 'system/*.cruds', ['operator', 'directory'])]
])
const { send } = await createWorld({
  operations,
  wrap: (store: Store) => {
    operations.push(explain(createExplain(store)))
    return store
  },
  authenticate: async ({ authorization }) => {
    const caller = callers.get(authorization?.replace('Bearer ', '') ?? '')
    if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
    return caller
  }
})
const create = async (resource: object, as = 'keeper'): Promise<string> => {
  const type = (resource as { readonly resourceType: string }).resourceType
  const { status, body, text } = await send('POST', type, { as, body: resource })
  if (status !== 201) throw new Error(`${type}: ${String(status)} ${text}`)
  return body.id as string
}
const house = async (name: string): Promise<string> => {
  const id = await create({ resourceType: 'Organization', name }, 'operator')
  callers.set(name, callerOf(id))
  return id
}

const person = await create(patient('X'))
const ref = { type: 'Patient', id: person } as Reference
const opened = await create(plan(person))
const version = (await send('GET', `CarePlan/${opened}`, { as: 'keeper' })).body.meta.versionId
const gone = await create(goal(ref, { meta: undefined }))
const { status: removed } = await send('DELETE', `Goal/${gone}`, { as: 'keeper' })
if (removed !== 204) throw new Error(`DELETE: ${String(removed)}`)
const of = async (name: string, provision: object = {}): Promise<string> => {
  const id = await house(name)
  await create(consentFor(ref, `Organization/${id}`, {}, provision))
  return id
}
const partner = await of('partner')
await of('former', { period: { start: '2025-01-01', end: '2026-01-01' } })
await of('future', { period: { start: '2027-01-01' } })
await of('goals', {
  class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Goal' }]
})
await house('stranger')
const shutOut = await create({ resourceType: 'Practitioner' }, 'operator')
const relation = await create({
  resourceType: 'RelatedPerson',
  patient: { reference: `Patient/${person}` }
})
await create(consentFor(ref, `Practitioner/${shutOut}`, {}, { type: 'deny', purpose: undefined }))
const asPartner = callerOf(partner)
callers.set('for another purpose', { ...asPartner, purposes: ['HMARKT'] })
callers.set('for two purposes', { ...asPartner, purposes: ['TREAT', 'HOPERAT'] })
callers.set('without the scope', callerOf(partner, 'system/Patient.rs'))
callers.set('excluded by name', { ...asPartner, ...userOf(`Practitioner/${shutOut}`) })
callers.set('excluded at home', {
  ...callerOf('keeper'),
  ...userOf(`Practitioner/${shutOut}`)
})
callers.set('relative', { ...asPartner, ...userOf(`RelatedPerson/${relation}`) })
callers.set('relative at home', { ...callerOf('keeper'), ...userOf(`RelatedPerson/${relation}`) })
callers.set('self', { ...callerOf('portal'), ...userOf(`Patient/${person}`) })
callers.set('somebody else', { ...asPartner, ...userOf('Patient/somebody-else') })

let requests = 0
const ask = async (as: string, path: string) => {
  const id = `request-${String(++requests)}`
  const got = await send('GET', path, { as, headers: { 'x-request-id': id } })
  const { body, status } = await send('GET', `$explain?request=${id}`, { as: 'operator' })
  if (status !== 200) throw new Error(`$explain of ${path}: ${String(status)}`)
  const parts = named(body.parameter as readonly Part[], 'explanation')?.part
  return { got, parts, ofPerson: named(parts, 'patient')?.part }
}
const reasonOf = (parts: readonly Part[] | undefined, step: string): string =>
  named(named(parts, step)?.part, 'reason')?.valueString ?? ''

const one: readonly (readonly [as: string, path: string, status: number])[] = [
  ['keeper', `CarePlan/${opened}`, 200],
  ['partner', `CarePlan/${opened}`, 200],
  ['self', `CarePlan/${opened}`, 200],
  ['partner', `Patient/${person}`, 200],
  ['partner', `CarePlan/${opened}/_history/${version}`, 200],
  ['partner', `CarePlan/${opened}/_history`, 200],
  ['partner', `CarePlan/${opened}/_history/no-such-version`, 404],
  ['stranger', `CarePlan/${opened}`, 404],
  ['stranger', `CarePlan/${opened}/_history/${version}`, 404],
  ['stranger', `Patient/${person}`, 404],
  ['goals', `CarePlan/${opened}`, 404],
  ['former', `CarePlan/${opened}`, 404],
  ['future', `CarePlan/${opened}`, 404],
  ['for another purpose', `CarePlan/${opened}`, 404],
  ['for two purposes', `CarePlan/${opened}`, 404],
  ['without the scope', `CarePlan/${opened}`, 403],
  ['without the scope', `Patient/${person}`, 200],
  ['excluded by name', `CarePlan/${opened}`, 404],
  ['excluded at home', `CarePlan/${opened}`, 404],
  ['relative', `CarePlan/${opened}`, 404],
  ['relative at home', `CarePlan/${opened}`, 404],
  ['somebody else', `CarePlan/${opened}`, 404],
  ['keeper', `Goal/${gone}`, 410],
  ['partner', `Goal/${gone}`, 410],
  ['stranger', `Goal/${gone}`, 404],
  ['keeper', 'CarePlan/never-given', 404],
  ['keeper', 'Patient/never-given', 404],
  ['stranger', `Practitioner/${shutOut}`, 200]
]

t.test('of a request for one resource, visible is what it got', async (t) => {
  for (const [as, path, status] of one) {
    const { got, parts, ofPerson } = await ask(as, path)
    t.equal(got.status, status, `${as}: ${path}`)
    t.equal(named(parts, 'visible')?.valueBoolean, status === 200, `${as}: ${path}: verdict`)
    if (ofPerson !== undefined) {
      t.equal(named(ofPerson, 'visible')?.valueBoolean, status === 200, `${as}: ${path}: person`)
    }
  }
})

const some: readonly (readonly [as: string, path: string, found: boolean])[] = [
  ['keeper', `CarePlan?subject=Patient/${person}`, true],
  ['partner', `CarePlan?subject=Patient/${person}`, true],
  ['partner', `Patient/${person}/CarePlan`, true],
  ['partner', `Patient?_id=${person}`, true],
  ['goals', `CarePlan?subject=Patient/${person}`, false],
  ['goals', `Patient?_id=${person}`, false],
  ['partner', `Goal?subject=Patient/${person}`, false],
  ['stranger', `CarePlan?subject=Patient/${person}`, false],
  ['excluded by name', `CarePlan?subject=Patient/${person}`, false],
  ['relative', `CarePlan?subject=Patient/${person}`, false],
  ['for another purpose', `CarePlan?subject=Patient/${person}`, false],
  ['partner', 'CarePlan?subject=Patient/never-given', false]
]

t.test('of a search about a person, visible is whether it found something', async (t) => {
  for (const [as, path, found] of some) {
    const { got, ofPerson } = await ask(as, path)
    t.equal((got.body.entry ?? []).length > 0, found, `${as}: ${path}`)
    t.equal(named(ofPerson, 'visible')?.valueBoolean, found, `${as}: ${path}: verdict`)
  }
})

t.test('a search that the token does not cover saw nobody', async (t) => {
  const { got, ofPerson } = await ask('without the scope', `CarePlan?subject=Patient/${person}`)
  t.equal(got.status, 403)
  t.equal(named(ofPerson, 'visible')?.valueBoolean, false)
  t.match(named(ofPerson, 'remedy')?.valueString, /scopes/)
})

t.test('the steps say why', async (t) => {
  const stranger = await ask('stranger', `CarePlan/${opened}`)
  t.match(reasonOf(stranger.ofPerson, 'consent'), /no active consent names the caller/)
  t.match(named(stranger.ofPerson, 'remedy')?.valueString, /a consent of the patient that names/)
  const relative = await ask('relative', `CarePlan/${opened}`)
  t.match(named(relative.ofPerson, 'remedy')?.valueString, `RelatedPerson/${relation}`)
  t.equal(named(relative.ofPerson, 'custodian')?.valueBoolean, false)
  for (const as of ['excluded by name', 'excluded at home']) {
    const { ofPerson } = await ask(as, `CarePlan/${opened}`)
    t.match(reasonOf(ofPerson, 'consent'), /Consent\/\S+ excludes the caller/)
    t.match(named(ofPerson, 'remedy')?.valueString, /a change of Consent\//)
  }
  const closed = await create(patient('Y'))
  const everybody = { type: 'deny', actor: undefined, purpose: undefined }
  await create(consentFor({ type: 'Patient', id: closed as ResourceId }, '', {}, everybody))
  const keeper = await ask('keeper', `Patient/${closed}`)
  t.equal(keeper.got.status, 200, 'a deny of everybody does not reach who keeps the record')
  t.notMatch(reasonOf(keeper.ofPerson, 'consent'), /excludes/)
  const { parts } = await ask('keeper', `Goal/${gone}`)
  t.match(reasonOf(parts, 'resource'), /deleted/)
  t.equal(named((await ask('keeper', `Goal/${gone}`)).ofPerson, 'remedy'), undefined)
})
