// What the journal tells to whom: patients about themselves, platforms about nobody, organisations
// about what they did.
import t from 'tap'
import { seenBy } from '../../src/audit/view.ts'
import type { Reader } from '../../src/audit/view.ts'
import type { AuditFacts } from '../../src/audit/entry.ts'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { toAuditEvent } from '../../src/audit/shape.ts'
import type { ResourceId } from '../../src/fhir/resource.ts'
import type { AuditEntry } from '../../src/storage/store.ts'

const { namesPatient } = loadDefinitions()
const id = (text: string): ResourceId => text as ResourceId
const facts = (path: string, query?: string): AuditFacts => ({
  action: 'R',
  interaction: 'search-type',
  path,
  status: 200,
  client: 'ehr',
  ...(query !== undefined && { query })
})
const entry = (patients: readonly string[], path: string, query?: string): AuditEntry => ({
  id: id('e'),
  at: 0,
  patients: patients.map(id),
  organization: id('o'),
  request: 'r1',
  json: JSON.stringify(facts(path, query))
})

const patient: Reader = { client: 'app', user: { type: 'Patient', id: id('p') }, rights: new Set() }
const house: Reader = { client: 'ehr-2', rights: new Set() }
const platform: Reader = { client: 'platform', rights: new Set(['platform']) }

const seen = (reader: Reader, ...of: Parameters<typeof entry>) => {
  const {
    patients,
    facts: { path, query }
  } = seenBy(reader, entry(...of), facts(of[1], of[2]), namesPatient)
  return { patients, path, query }
}

t.test('a patient reads of themselves alone', async (t) => {
  const alone: readonly (readonly [string, string | undefined, string, string | undefined])[] = [
    ['Patient/p', undefined, 'Patient/p', undefined],
    ['Patient/p/CarePlan', '_count=5', 'Patient/p/CarePlan', '_count=5'],
    [
      'CarePlan',
      'patient=p&_include=CarePlan:goal',
      'CarePlan',
      'patient=p&_include=CarePlan:goal'
    ],
    ['CarePlan', 'subject=Patient%2Fp', 'CarePlan', 'subject=Patient%2Fp'],
    ['Patient', '_id=p', 'Patient', '_id=p'],
    ['CareTeam', 'participant=p', 'CareTeam', 'participant=p'],
    ['Appointment', 'actor:Patient=p', 'Appointment', 'actor:Patient=p'],
    ['Appointment', 'actor=q', 'Appointment', undefined],
    ['Appointment', 'actor:Practitioner=p', 'Appointment', undefined],
    ['CarePlan/x/_history/2', undefined, 'CarePlan/x/_history/2', undefined],
    ['', undefined, '', undefined],
    ['Patient', 'family=Deux', 'Patient', undefined],
    ['Patient', '_id=p,q', 'Patient', undefined],
    ['CarePlan', 'patient=p,q', 'CarePlan', undefined],
    ['CarePlan', 'patient=p&performer=Practitioner/x', 'CarePlan', undefined],
    ['CarePlan', 'subject:Patient.name=Deux', 'CarePlan', undefined],
    ['Patient/q', undefined, 'Patient', undefined],
    ['CarePlan/Jean Dupont', undefined, 'CarePlan', undefined]
  ]
  for (const [path, query, shownPath, shownQuery] of alone) {
    t.same(
      seen(patient, ['p'], path, query),
      { patients: ['p'], path: shownPath, query: shownQuery },
      `${path}?${query ?? ''}`
    )
  }
  t.same(
    seen(patient, ['p', 'q'], 'CarePlan/x', 'patient=p'),
    { patients: ['p'], path: 'CarePlan', query: undefined },
    'a request that touched others too'
  )
  t.same(seen(patient, ['q', 'p'], 'PractitionerRole/x/$caseload'), {
    patients: ['p'],
    path: 'PractitionerRole',
    query: undefined
  })
})

t.test('a platform reads of nobody, an organisation all that it did', async (t) => {
  const own = {
    ...entry(['p', 'q'], 'PractitionerRole/x/$caseload'),
    json: JSON.stringify({ ...facts('PractitionerRole/x/$caseload'), client: 'platform' })
  }
  t.same(seenBy(platform, own, JSON.parse(own.json) as AuditFacts, namesPatient), {
    patients: [],
    facts: JSON.parse(own.json) as AuditFacts
  })
  t.same(
    seen(platform, ['p'], 'Patient/p', 'x=y'),
    { patients: [], path: 'Patient', query: undefined },
    'another client of its organisation'
  )
  t.same(seen(house, ['p', 'q'], 'Patient', '_id=p,q'), {
    patients: ['p', 'q'],
    path: 'Patient',
    query: '_id=p,q'
  })
})

t.test('the AuditEvent holds what is seen, and nothing else', async (t) => {
  const text = JSON.stringify(
    toAuditEvent(entry(['p', 'queen'], 'Patient', '_id=p,queen'), patient, namesPatient)
  )
  t.notMatch(text, /queen/)
  t.notMatch(text, Buffer.from('_id=p,queen').toString('base64').slice(0, 8))
  t.match(text, /"Patient\/p"/)
  t.match(toAuditEvent(entry(['p'], 'CarePlan', 'patient=p'), patient, namesPatient), {
    entity: [
      { what: { reference: 'Patient/p' } },
      { query: Buffer.from('CarePlan?patient=p').toString('base64') },
      { what: { identifier: { value: 'r1' } } }
    ]
  })
})
