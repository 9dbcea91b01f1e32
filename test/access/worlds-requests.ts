/**
 * Random HTTP requests about a random world: good ones, guesses at what is hidden, and nonsense.
 * Plain data, so that they shrink.
 */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Resource } from '../../src/fhir/resource.ts'

/** What a request may name that only the running world knows. */
export interface Known {
  /** Content of a resource as last written, whoever sees it. */
  readonly resource: (type: string, id: string) => Resource | undefined
  /** Versions of a resource, oldest first, whoever sees them. */
  readonly versions: (type: string, id: string) => readonly string[]
}

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}
export type Request = (known: Known) => Sent

const system = 'urn:oid:1.2.3'
const ssin = 'https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin'
const nationalNumber = '00000000128'
/** Shared by visible and hidden resources, so that a conditional request may meet either. */
export const identifierOf = (text: string): string =>
  `n${String(createHash('sha256').update(text).digest().readUInt8() % 3)}`
const identified: ReadonlySet<string> = new Set([
  'CarePlan',
  'Goal',
  'Condition',
  'Observation',
  'DocumentReference',
  'Encounter',
  'Appointment',
  'RelatedPerson',
  'CareTeam',
  'Patient',
  'Location',
  'Organization',
  'PractitionerRole'
])

/** More to search by, and links between the parts of a plan. */
export const enriched = (resource: Resource, id: string): Resource => {
  const { resourceType } = resource
  const owner = /^(x\d)/.exec(id)?.[1]
  return {
    ...resource,
    ...(identified.has(resourceType)
      ? { identifier: [{ system, value: identifierOf(id + JSON.stringify(resource)) }] }
      : {}),
    // Two records of one person, known to two organisations or to one.
    ...(resourceType === 'Patient'
      ? {
          identifier: [
            { system, value: identifierOf(id + JSON.stringify(resource)) },
            { system: ssin, value: nationalNumber }
          ]
        }
      : {}),
    ...(resourceType === 'CarePlan' && owner !== undefined
      ? {
          title: `plan of ${owner}`,
          goal: [{ reference: `Goal/${owner}-goal` }],
          careTeam: [{ reference: `CareTeam/${owner}-team-a` }],
          addresses: [{ reference: `Condition/${owner}-condition` }]
        }
      : {}),
    ...(resourceType === 'Goal' && owner !== undefined
      ? { addresses: [{ reference: `Condition/${owner}-condition` }] }
      : {})
  }
}

const ids: Readonly<Record<string, readonly string[]>> = {
  Patient: ['x0', 'x1', 'nobody'],
  CarePlan: ['x0-plan', 'x1-plan', 'nothing'],
  Goal: ['x0-goal', 'x1-goal', 'nothing'],
  Condition: ['x0-condition', 'x1-condition', 'nothing'],
  Observation: ['x0-observation', 'x1-observation'],
  DocumentReference: ['x0-document', 'x1-document'],
  Encounter: ['x0-encounter', 'x1-encounter'],
  RelatedPerson: ['rel-x0', 'rel-x1'],
  Appointment: ['meeting', 'nothing'],
  CareTeam: ['x0-team-a', 'x0-team-b', 'x1-team-a', 'nothing'],
  Consent: ['x0-consent-a', 'x0-consent-b', 'x1-consent-a', 'nothing'],
  Provenance: ['provenance', 'nothing'],
  Organization: ['o1', 'o2', 'o3', 'nothing'],
  PractitionerRole: ['r0', 'r1', 'nothing'],
  Practitioner: ['p0', 'nothing'],
  Location: ['l0', 'l1', 'nothing']
}
const types = Object.keys(ids)
const anyType = fc.constantFrom(...types)
const anyRef = anyType.chain((type) =>
  fc.constantFrom(...(ids[type] ?? [])).map((id): [string, string] => [type, id])
)
const value = fc.constantFrom('n0', 'n1', 'n2').map((code) => `identifier=${system}|${code}`)

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

const query = (type: string): fc.Arbitrary<string> =>
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
const sent =
  (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown
  ): Request =>
  () => ({ method, path, headers, ...(body === undefined ? {} : { body }) })

const search: fc.Arbitrary<Request> = anyType.chain((type) =>
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

const compartment: fc.Arbitrary<Request> = fc
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

/** A version of this resource, of another one, or of none; `undefined`: no condition. */
const versionPick = fc.constantFrom('current', 'current', 'first', 'bogus')
const versionOf = (known: Known, type: string, id: string, pick: string): string => {
  const versions = known.versions(type, id)
  return (
    (pick === 'current' ? versions.at(-1) : pick === 'first' ? versions[0] : undefined) ??
    '00000000-0000-4000-8000-000000000000'
  )
}

const reading: fc.Arbitrary<Request> = fc
  .tuple(
    anyRef,
    versionPick,
    fc.constantFrom(
      'read',
      'head',
      'none-match',
      'modified',
      'vread',
      'history',
      'history-page',
      'summary'
    )
  )
  .map(([[type, id], pick, kind]) => (known) => {
    const version = versionOf(known, type, id, pick)
    switch (kind) {
      case 'head':
        return { method: 'HEAD', path: `${type}/${id}` }
      case 'none-match':
        return {
          method: 'GET',
          path: `${type}/${id}`,
          headers: { 'if-none-match': `W/"${version}"` }
        }
      case 'modified':
        return {
          method: 'GET',
          path: `${type}/${id}`,
          headers: { 'if-modified-since': 'Sun, 22 Nov 2037 12:00:00 GMT' }
        }
      case 'vread':
        return { method: 'GET', path: `${type}/${id}/_history/${version}` }
      case 'history':
        return { method: 'GET', path: `${type}/${id}/_history` }
      case 'history-page':
        return { method: 'GET', path: `${type}/${id}/_history?_count=1` }
      case 'summary':
        return { method: 'GET', path: `${type}/${id}?_summary=true` }
      default:
        return { method: 'GET', path: `${type}/${id}` }
    }
  })

/** What a client would send back: content without claims of a profile, with a change. */
const changed = (known: Known, type: string, id: string, note: string): Resource => {
  const {
    meta: _meta,
    category: _category,
    ...rest
  } = known.resource(type, id) ?? {
    resourceType: type as Resource['resourceType'],
    subject: { reference: 'Patient/x0' }
  }
  return {
    ...rest,
    id,
    ...(type === 'Patient' || type === 'RelatedPerson'
      ? { gender: 'unknown' }
      : type === 'Location'
        ? { description: note }
        : { language: note === 'a' ? 'fr' : 'nl' })
  }
}

/** Their changes may open or close what the caller itself sees; those have tests of their own. */
const writable = types.filter(
  (type) =>
    ![
      'Consent',
      'CareTeam',
      'PractitionerRole',
      'Practitioner',
      'Organization',
      'Provenance'
    ].includes(type)
)
const writableRef = fc
  .constantFrom(...writable)
  .chain((type) => fc.constantFrom(...(ids[type] ?? [])).map((id): [string, string] => [type, id]))
const note = fc.constantFrom('a', 'b')
const ifMatch = fc.constantFrom('current', 'current', 'first', 'bogus', undefined)
const matching = (
  known: Known,
  type: string,
  id: string,
  pick: string | undefined
): Record<string, string> =>
  pick === undefined ? {} : { 'if-match': `W/"${versionOf(known, type, id, pick)}"` }

const changing: fc.Arbitrary<Request> = fc
  .tuple(writableRef, ifMatch, note, fc.constantFrom('PUT', 'PUT', 'PATCH', 'DELETE'))
  .map(([[type, id], pick, text, method]) => (known) => {
    const headers = matching(known, type, id, pick)
    if (method === 'DELETE') return { method, path: `${type}/${id}`, headers }
    if (method === 'PUT') {
      return { method, path: `${type}/${id}`, headers, body: changed(known, type, id, text) }
    }
    return {
      method,
      path: `${type}/${id}`,
      headers: { ...headers, 'content-type': 'application/json-patch+json' },
      body: [
        { op: 'test', path: '/resourceType', value: type },
        { op: 'add', path: '/language', value: text === 'a' ? 'fr' : 'nl' }
      ]
    }
  })

const targetRef = anyRef.map(([type, id]) => `${type}/${id}`)
const subject = fc.constantFrom(
  'Patient/x0',
  'Patient/x1',
  'Patient/nobody',
  'http://psi.test/fhir/Patient/x0',
  'http://PSI.test:80/fhir/Patient/x1/',
  'http://psi.test/fhir/Patient%2Fx0',
  'http://psi.test/fhir/Patient/nobody',
  'Patient/x1/_history/1',
  `Patient?identifier=${system}|n0`,
  `Patient?identifier=${system}|n1`,
  `Patient?identifier=${ssin}|${nationalNumber}`
)
const body = (isBundle: boolean): fc.Arbitrary<Resource> =>
  fc
    .tuple(
      fc.constantFrom('CarePlan', 'Goal', 'Condition', 'Patient', 'Location', 'Encounter'),
      isBundle ? subject : subject.filter((text) => !text.includes('?')),
      fc.constantFrom('n0', 'n1', 'n2', 'n9'),
      targetRef,
      note
    )
    .map(([type, patient, code, target, text]) => {
      const base = {
        resourceType: type as Resource['resourceType'],
        identifier: [{ system, value: code }],
        language: text === 'a' ? 'fr' : 'nl'
      }
      const about = { subject: { reference: patient } }
      switch (type) {
        case 'CarePlan':
          return {
            ...base,
            ...about,
            status: 'draft',
            intent: 'plan',
            supportingInfo: [{ reference: target }]
          }
        case 'Goal':
          return {
            ...base,
            ...about,
            lifecycleStatus: 'proposed',
            description: { text: 'new' },
            ...(target.startsWith('Condition/') ? { addresses: [{ reference: target }] } : {})
          }
        case 'Condition':
          return {
            ...base,
            ...about,
            ...(target.startsWith('Encounter/') ? { encounter: { reference: target } } : {})
          }
        case 'Encounter':
          return {
            ...base,
            ...about,
            status: 'planned',
            class: { code: 'AMB' },
            ...(target.startsWith('Location/')
              ? { location: [{ location: { reference: target } }] }
              : {})
          }
        case 'Patient':
          return { ...base, name: [{ family: 'new' }] }
        default:
          return { ...base, name: 'new' }
      }
    })
const criteria = fc.constantFrom(
  `identifier=${ssin}|${nationalNumber}`,
  `identifier=${system}|n0`,
  `identifier=${system}|n1`,
  `identifier=${system}|n9`,
  '_id=x0-goal',
  '_id=x1',
  'identifier:missing=true'
)

const creating: fc.Arbitrary<Request> = fc
  .tuple(body(false), fc.option(criteria, { nil: undefined }))
  .map(([resource, unless]) =>
    sent(
      'POST',
      resource.resourceType,
      unless === undefined ? {} : { 'if-none-exist': unless },
      resource
    )
  )

const conditional: fc.Arbitrary<Request> = fc
  .tuple(body(false), criteria, fc.constantFrom('PUT', 'DELETE', 'PATCH'))
  .map(([resource, text, method]) => {
    const path = `${resource.resourceType}?${text}`
    if (method === 'DELETE') return sent('DELETE', path)
    if (method === 'PUT') return sent('PUT', path, {}, resource)
    return sent('PATCH', path, { 'content-type': 'application/json-patch+json' }, [
      { op: 'add', path: '/language', value: 'de' }
    ])
  })

const entry: fc.Arbitrary<(known: Known) => object> = fc.oneof(
  fc.tuple(body(true), fc.option(criteria, { nil: undefined })).map(([resource, unless]) => () => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${identifierOf(JSON.stringify(resource)).slice(1)}`,
    resource,
    request: {
      method: 'POST',
      url: resource.resourceType,
      ...(unless === undefined ? {} : { ifNoneExist: unless })
    }
  })),
  fc.tuple(body(true), criteria).map(([resource, text]) => () => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}?${text}` }
  })),
  fc.tuple(writableRef, note).map(([[type, id], text]) => (known: Known) => ({
    resource: changed(known, type, id, text),
    request: { method: 'PUT', url: `${type}/${id}` }
  })),
  writableRef.map(([type, id]) => () => ({ request: { method: 'DELETE', url: `${type}/${id}` } })),
  anyRef.map(([type, id]) => () => ({ request: { method: 'GET', url: `${type}/${id}` } })),
  anyType.chain((type) =>
    query(type).map((text) => () => ({ request: { method: 'GET', url: `${type}?${text}` } }))
  )
)
const bundle: fc.Arbitrary<Request> = fc
  .tuple(fc.constantFrom('batch', 'transaction'), fc.array(entry, { minLength: 1, maxLength: 3 }))
  .map(([type, entries]) => (known) => ({
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type, entry: entries.map((make) => make(known)) }
  }))

const special: fc.Arbitrary<Request> = fc
  .constantFrom(
    'PractitionerRole/r0/$caseload',
    'PractitionerRole/r1/$caseload',
    'Practitioner/p0/$caseload',
    'Organization/o1/$caseload',
    'Organization/nothing/$caseload',
    'AuditEvent?patient=x0',
    'AuditEvent?patient=nobody',
    '$explain?request=r1',
    'Patient/x0/$everything',
    'Patient/x0/*',
    'Patient/_history',
    '_history'
  )
  .map((path) => sent('GET', path))

/** Writes that compile grants anew, and can only open to somebody else. */
const teams: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom('x0', 'x1'),
    fc.constantFrom('a', 'b'),
    ifMatch,
    fc.constantFrom('PUT', 'POST', 'DELETE')
  )
  .map(([patient, letter, pick, method]) => (known) => {
    const id = `${patient}-team-${letter}`
    if (method === 'POST') {
      return {
        method,
        path: 'CareTeam',
        body: {
          resourceType: 'CareTeam',
          status: 'active',
          subject: {
            reference: `${letter === 'a' ? '' : 'http://psi.test/fhir/'}Patient/${patient}`
          }
        }
      }
    }
    if (method === 'DELETE') {
      return { method, path: `CareTeam/${id}`, headers: matching(known, 'CareTeam', id, pick) }
    }
    return {
      method,
      path: `CareTeam/${id}`,
      headers: matching(known, 'CareTeam', id, pick),
      body: changed(known, 'CareTeam', id, 'a')
    }
  })

/** @param decisions whether what decides is in both stores */
export const anyRequest = (decisions: boolean): fc.Arbitrary<Request> =>
  fc.oneof(
    { weight: 6, arbitrary: search },
    { weight: 2, arbitrary: compartment },
    { weight: 4, arbitrary: reading },
    { weight: 3, arbitrary: changing },
    { weight: 2, arbitrary: creating },
    { weight: 2, arbitrary: conditional },
    { weight: 3, arbitrary: bundle },
    { weight: 1, arbitrary: special },
    ...(decisions ? [{ weight: 2, arbitrary: teams }] : [])
  )

/** Everything of every type, to see what the requests before have left behind. */
export const lookAround: readonly Sent[] = types.flatMap((type): Sent[] => [
  { method: 'GET', path: `${type}?_total=accurate&_count=100` }
])
