/** Random searches about a random world: filters that meet something, and nonsense. */
import fc from 'fast-check'
import { anyType, nationalNumber, sent, ssin, system, value } from './names.ts'
import type { Request } from './names.ts'

const own: Readonly<Record<string, readonly string[]>> = {
  Patient: [
    `identifier=${ssin}|${nationalNumber}`,
    'name=x0',
    'family:exact=x1',
    '_has:CarePlan:patient:status=active',
    '_has:Goal:subject:lifecycle-status=active',
    `_has:Condition:patient:identifier=${system}|n0`,
    '_has:CareTeam:patient:participant=Organization/o2',
    '_has:Consent:patient:status=active',
    '_has:Encounter:subject:location=Location/l0',
    '_has:CarePlan:subject:_has:Provenance:target:recorded=ge2020',
    'organization.name=o1',
    'organization:missing=true',
    'organization:missing=false',
    '_revinclude=CarePlan:subject',
    '_revinclude=Condition:patient&_revinclude=Goal:subject',
    '_revinclude=Provenance:target',
    '_include=Patient:organization',
    '_revinclude=CarePlan:subject&_include:iterate=CarePlan:goal',
    '_revinclude=*'
  ],
  CarePlan: [
    'status=active',
    'status:not=active',
    'category:missing=true',
    'category=psi',
    'category:not=crisis-plan',
    'date:missing=false',
    'date=ge2026-11-01',
    'subject=Patient/x0',
    'subject=http://psi.test/fhir/Patient/x0',
    'patient=http://PSI.test:80/fhir/Patient/x1',
    'patient=x1',
    'patient=nobody',
    `subject:Patient.identifier=${system}|n1`,
    'patient.name=x0',
    'patient:missing=false',
    'goal=Goal/x0-goal',
    'goal:missing=false',
    'goal.lifecycle-status=active',
    `goal.identifier=${system}|n2`,
    `care-team.identifier=${system}|n0`,
    'care-team.participant=Organization/o1',
    `condition.identifier=${system}|n1`,
    'performer:missing=true',
    '_has:Provenance:target:recorded=ge2020',
    '_include=CarePlan:goal',
    '_include=CarePlan:subject&_include=CarePlan:care-team',
    '_include=CarePlan:goal&_include:iterate=Goal:addresses',
    '_include=*',
    '_revinclude=Provenance:target',
    '_include=CarePlan:care-team&_include:iterate=CareTeam:participant&_include:iterate=PractitionerRole:organization'
  ],
  Goal: [
    'lifecycle-status=active',
    'subject=Patient/x0',
    'patient.name=x1',
    'start-date:missing=true',
    'start-date=lt2026-12',
    '_has:CarePlan:goal:status=active',
    `_has:CarePlan:goal:identifier=${system}|n0`,
    '_has:CarePlan:goal:category=psi',
    '_revinclude=CarePlan:goal',
    '_revinclude:iterate=CarePlan:goal&_include:iterate=CarePlan:subject'
  ],
  Condition: [
    'patient=x0',
    'asserter:missing=false',
    'recorded-date=le2026-12',
    '_has:CarePlan:condition:status=active',
    '_has:Goal:addresses:lifecycle-status=active',
    '_include=Condition:asserter',
    'patient.organization.name=o1',
    'patient:Patient._has:Goal:subject:lifecycle-status=active',
    '_revinclude=CarePlan:condition'
  ],
  Observation: ['status=final', 'patient=x1', 'date:missing=true', 'subject:Patient.name=x0'],
  DocumentReference: ['status=current', 'patient=x0', 'patient:missing=false'],
  Encounter: [
    'patient=x0',
    'location=Location/l1',
    'location.name=here',
    'subject:missing=true',
    'location:missing=false',
    '_include=Encounter:location',
    'date=ge2026-10-15'
  ],
  RelatedPerson: [
    'patient=x0',
    'patient.name=x1',
    '_include=RelatedPerson:patient',
    '_has:CareTeam:participant:status=active'
  ],
  Appointment: [
    'status=booked',
    'patient=x0',
    'actor:Patient.name=x1',
    'date:missing=false',
    '_include=Appointment:patient',
    'actor=Patient/x1'
  ],
  CareTeam: [
    'status=active',
    'patient=x0',
    'participant=Organization/o2',
    'participant:Organization.name=o3',
    'participant:missing=true',
    '_include=CareTeam:participant',
    '_has:CarePlan:care-team:status=active',
    '_include=CareTeam:participant:PractitionerRole&_include:iterate=PractitionerRole:practitioner'
  ],
  Consent: [
    'status=active',
    'status:not=active',
    'patient=x0',
    'actor=Organization/o1',
    'actor:missing=true',
    'date:missing=true',
    '_include=Consent:actor',
    'patient.name=x0'
  ],
  Provenance: [
    'target=CarePlan/x0-plan',
    'target:CarePlan.status=active',
    'target:missing=false',
    '_include=Provenance:target',
    'recorded=ge2020'
  ],
  Organization: [
    'name=o1',
    'partof=Organization/o0',
    'partof:missing=true',
    'partof.name=o0',
    '_has:CareTeam:participant:status=active',
    '_has:Patient:organization:name=x0',
    '_has:PractitionerRole:organization:_id=r0',
    '_revinclude=Organization:partof',
    '_revinclude=CareTeam:participant',
    '_include:iterate=Organization:partof'
  ],
  PractitionerRole: [
    'active=true',
    'active:missing=true',
    'practitioner=p0',
    'organization.name=o1',
    '_include=PractitionerRole:organization',
    '_has:CareTeam:participant:status=active',
    '_revinclude=CareTeam:participant'
  ],
  Practitioner: [
    '_id=p0',
    '_has:PractitionerRole:practitioner:organization=Organization/o1',
    '_revinclude=PractitionerRole:practitioner',
    '_has:CareTeam:participant:patient=x0'
  ],
  Location: [
    'name=here',
    'name:contains=her',
    '_has:Encounter:location:patient=x0',
    '_revinclude=Encounter:location',
    'organization:missing=true'
  ]
}
const shaping = fc.constantFrom(
  '_count=1',
  '_count=2',
  '_count=0',
  '_total=accurate',
  '_total=none',
  '_total=estimate',
  '_summary=count',
  '_summary=true',
  '_elements=identifier',
  '_sort=_lastUpdated',
  '_sort=-_lastUpdated',
  '_sort=_id',
  '_sort=-identifier',
  '_lastUpdated=gt2026-11-22T12:00:03Z',
  '_lastUpdated=lt2027',
  'identifier:missing=true',
  'identifier:missing=false',
  `identifier:not=${system}|n1`,
  `identifier=${system}|n0,${system}|n2`,
  `identifier=${system}|`,
  'colour=blue',
  '_text=x',
  '_id=x0,x1,x0-plan,meeting,o1'
)

export const query = (type: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...(own[type] ?? ['_id=x'])) },
          { weight: 1, arbitrary: value }
        ),
        { maxLength: 2 }
      ),
      fc.array(shaping, { maxLength: 2 })
    )
    .map(([filters, shape]) => [...new Set([...filters, ...shape])].join('&'))

const lenient = fc.constantFrom<Record<string, string>>({}, {}, { prefer: 'handling=lenient' })

export const search: fc.Arbitrary<Request> = anyType.chain((type) =>
  fc
    .tuple(query(type), lenient, fc.boolean())
    .map(([text, headers, post]) =>
      post
        ? sent(
            'POST',
            `${type}/_search`,
            { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            text
          )
        : sent('GET', `${type}?${text}`, headers)
    )
)

export const compartment: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom('x0', 'x1', 'nobody'),
    fc.constantFrom(
      'CarePlan',
      'Goal',
      'Condition',
      'Appointment',
      'Consent',
      'RelatedPerson',
      'Patient',
      'Provenance'
    )
  )
  .chain(([id, type]) => query(type).map((text) => sent('GET', `Patient/${id}/${type}?${text}`)))
