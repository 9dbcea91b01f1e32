// A platform counts; what it may ask and read adds up to no person.
import t from 'tap'
import type { Caller } from '../../src/auth/caller.ts'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import { caseload } from '../../src/operations/caseload/caseload.ts'
import { callerOf, createWorld, patient } from '../http/world.ts'
import type { World } from '../http/world.ts'

const terms = 'https://psy107.example/fhir/psi/CodeSystem'
const consent = (patientId: string, organization: string): object => ({
  resourceType: 'Consent',
  status: 'active',
  patient: { reference: `Patient/${patientId}` },
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
    type: 'permit',
    actor: [{ role: { text: 'partner' }, reference: { reference: `Organization/${organization}` } }]
  }
})

const team = (subject: object, role: string): object => ({
  resourceType: 'CareTeam',
  status: 'active',
  subject,
  participant: [
    {
      member: { reference: role },
      role: [{ coding: [{ system: `${terms}/psi-cs-participant-role`, code: 'referent' }] }]
    }
  ]
})
const psi = (subject: object, careTeam: string, review: string): object => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject,
  category: [{ coding: [{ system: `${terms}/psi-cs-plan-type`, code: 'psi' }] }],
  careTeam: [{ reference: careTeam }],
  extension: [
    {
      url: 'https://psy107.example/fhir/psi/StructureDefinition/psi-ext-next-review',
      valueDate: review
    }
  ]
})

interface Region {
  readonly send: World['send']
  readonly role: string
  readonly patients: readonly string[]
}

type Add = (as: string, body: object) => Promise<string>

/** Creates as that caller and answers the id. */
const adder =
  (send: World['send']): Add =>
  async (as, body) => {
    const { resourceType } = body as { resourceType: string }
    const answer = await send('POST', resourceType, { as, body })
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.body.id as string
  }

/** A role of a practitioner in the house. */
const addRole = async (add: Add, house: string): Promise<string> => {
  const practitioner = await add('house', {
    resourceType: 'Practitioner',
    name: [{ family: 'Ref' }]
  })
  const id = await add('house', {
    resourceType: 'PractitionerRole',
    active: true,
    practitioner: { reference: `Practitioner/${practitioner}` },
    organization: { reference: `Organization/${house}` }
  })
  return `PractitionerRole/${id}`
}

/**
 * One référent with seven users, whose plans are due month by month, and a platform that all of
 * them let count.
 */
const region = async (): Promise<Region> => {
  const callers = new Map<string, Caller>([
    ['directory', callerOf('network', 'system/*.cruds', ['directory'])]
  ])
  const { send } = await createWorld({
    operations: [caseload(3)],
    validate: () => [], // a whole plan is not what this is about
    authenticate: async ({ authorization }) => {
      const caller = callers.get(authorization?.replace('Bearer ', '') ?? '')
      if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
      return caller
    }
  })
  const add = adder(send)
  const [house, counting] = [
    await add('directory', { resourceType: 'Organization', name: 'house' }),
    await add('directory', { resourceType: 'Organization', name: 'platform' })
  ]
  callers.set('house', callerOf(house, 'system/*.cruds', ['record-consents']))
  callers.set('platform', {
    ...callerOf(counting, 'system/*.cruds', ['platform']),
    client: 'platform'
  })
  const role = await addRole(add, house)
  const patients: string[] = []
  for (let i = 0; i < 7; i++) {
    const id = await add('house', patient(`N${i}`))
    const subject = { reference: `Patient/${id}` }
    patients.push(id)
    await add(
      'house',
      psi(subject, `CareTeam/${await add('house', team(subject, role))}`, `2026-0${i + 1}-01`)
    )
    await add('house', consent(id, counting))
    callers.set(`user-${i}`, {
      ...callerOf(house),
      client: 'portal',
      user: { type: 'Patient', id: id as never }
    })
  }
  return { send, role, patients }
}

const opened = region()

t.test('a platform gets one set of counts, and cannot slide a filter over the plans', async (t) => {
  const { send, role } = await opened
  const counts = await send('GET', `${role}/$caseload`, { as: 'platform' })
  t.equal(counts.status, 200)
  t.match(
    counts.body.parameter[0].part.find(({ name }: { name: string }) => name === 'usersFollowed'),
    { valueInteger: 7 }
  )
  for (const query of [
    'reviewDue=2026-02-05..',
    'reviewDue=2026-02',
    'date=2026-03-01',
    'planStatus=active,draft',
    'organization=x',
    '_count=1&date=2026-03-01'
  ]) {
    t.match(
      await send('GET', `${role}/$caseload?${query}`, { as: 'platform' }),
      { status: 403, body: { issue: [{ diagnostics: /Leave it out/ }] } },
      query
    )
  }
  t.match(
    await send('GET', 'PractitionerRole/unknown/$caseload?date=2026-03-01', { as: 'platform' }),
    { status: 403 },
    'whatever is there'
  )
})

t.test('the list of the house takes every filter', async (t) => {
  const { send, role } = await opened
  const due = await send(
    'GET',
    `${role}/$caseload?reviewDue=2026-02-05..2026-12-31&planStatus=active`,
    { as: 'house' }
  )
  t.match(due, { status: 200, body: { total: 5 } })
})

t.test('what the list hands out is as it was written, to the digit', async (t) => {
  const { send, role, patients } = await opened
  const subject = `"for":{"reference":"Patient/${patients[0] ?? ''}"}`
  const task = `{"resourceType":"Task","status":"requested","intent":"plan",${subject},"input":[{"type":{"text":"dose"},"valueDecimal":1.50}]}`
  t.equal((await send('POST', 'Task', { as: 'house', body: task })).status, 201)
  const { text } = await send('GET', `${role}/$caseload`, { as: 'house' })
  t.match(text, '"resourceType":"Task"')
  t.match(text, '"valueDecimal":1.50}')
})

t.test(
  'the journal does not tell a platform whom it counted, and tells each of them',
  async (t) => {
    const { send, role, patients } = await opened
    await send('GET', `${role}/$caseload`, {
      as: 'platform',
      headers: { 'x-request-id': 'count-1' }
    })
    const own = await send('GET', 'AuditEvent?_count=100', { as: 'platform' })
    t.match(own.text, 'count-1')
    t.same(
      patients.filter((id) => own.text.includes(id)),
      []
    )
    const event = (own.body.entry as { resource: { id: string } }[]).find((each) =>
      JSON.stringify(each).includes('count-1')
    )
    const read = await send('GET', `AuditEvent/${event?.resource.id ?? ''}`, { as: 'platform' })
    t.equal(read.status, 200)
    t.same(
      patients.filter((id) => read.text.includes(id)),
      []
    )
    t.equal(
      (await send('GET', `AuditEvent?patient=${patients[0] ?? ''}`, { as: 'platform' })).status,
      403,
      'nor by searching'
    )
    const theirs = await send('GET', 'AuditEvent?_count=100', { as: 'user-0' })
    t.match(theirs.text, 'count-1')
    t.same(
      patients.filter((id) => theirs.text.includes(id)),
      patients.slice(0, 1)
    )
  }
)

t.test('a search for two people is in both journals, without the other', async (t) => {
  const {
    send,
    patients: [one = '', two = '']
  } = await opened
  await send('GET', `Patient?_id=${one},${two}`, {
    as: 'house',
    headers: { 'x-request-id': 'both-1' }
  })
  const journals = [
    await send('GET', 'AuditEvent?_count=100', { as: 'user-0' }),
    await send('GET', 'AuditEvent?_count=100', { as: 'user-1' })
  ]
  for (const [i, { text }] of journals.entries()) {
    t.match(text, 'both-1')
    const decoded = [...text.matchAll(/"query":"([^"]+)"/g)]
      .map(([, query = '']) => Buffer.from(query, 'base64').toString())
      .join(' ')
    t.notMatch(text + decoded, i === 0 ? two : one)
  }
})
