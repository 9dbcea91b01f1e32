// Who was looked for, however it was asked: the journal of a person holds the look-ups that found
// nothing, too.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createNamedPatients } from '../../src/audit/named-patients.ts'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { ResourceId } from '../../src/fhir/resource.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { callerOf, createWorld, patient } from '../http/world.ts'

const namedPatients = createNamedPatients(loadDefinitions().namesPatient)

const lines: readonly (readonly [string, string, readonly string[]])[] = [
  ['Patient/p', '', ['p']],
  ['Patient/p/CarePlan', '_count=5', ['p']],
  ['Patient/_search', '', []],
  ['CarePlan/p', '', []],
  ['CarePlan', 'patient=p', ['p']],
  ['CarePlan', 'patient=p,q', ['p', 'q']],
  ['CarePlan', 'patient=Patient/p,Patient%2Fq&subject:Patient=r', ['p', 'q', 'r']],
  ['CarePlan', 'subject%3APatient=p%2Cq', ['p', 'q']],
  ['CarePlan', 'p%61tient=a%2Db', ['a-b']],
  ['CarePlan', 'subject=http://psi.test/fhir/Patient/p', ['p']],
  ['CarePlan', 'subject:Patient._id=p', ['p']],
  ['Patient', '_id=p,q&_id=r', ['p', 'q', 'r']],
  ['Patient/_search', '_id=p', ['p']],
  ['CarePlan', '_id=p', []],
  ['Appointment', 'actor=Patient/p,Practitioner/q', ['p']],
  ['Appointment', 'actor=p', ['p']],
  ['Appointment/_search', 'actor:Patient=p', ['p']],
  ['Appointment', 'actor:Practitioner=p', []],
  ['Coverage', 'beneficiary=p', ['p']],
  ['CareTeam', 'participant=p', ['p']],
  ['Group', 'member=p', ['p']],
  ['ResearchSubject', 'individual=p', ['p']],
  ['Provenance', 'target=p', ['p']],
  ['DocumentReference', 'related=p', ['p']],
  ['Patient/p/Task', 'owner=q', ['p', 'q']],
  ['Observation', 'encounter.subject=p', ['p']],
  ['Observation', 'encounter:Encounter.patient=p', ['p']],
  ['Observation', 'encounter.status=p&encounter.part-of.subject=q', []],
  ['Patient', '_has:CareTeam:patient:participant=p', ['p']],
  ['Patient', '_has:CareTeam:patient:status=p', []],
  ['PractitionerRole', 'organization=p&practitioner=q', []],
  ['PractitionerRole', 'patient=p&subject=q', ['p', 'q']],
  ['PractitionerRole', 'patient._id=p', ['p']],
  ['Nothing', 'patient=p&constructor=q', ['p']],
  ['$explain', 'request=r&event=e&patient=p', ['p']],
  ['CarePlan', 'patient=p&x=%FF', ['p']],
  ['CarePlan', 'patient', []],
  ['CarePlan', 'status=active&patient.name=Deux', []]
]

t.test('the patients that a request line names', async (t) => {
  for (const [path, query, expected] of lines) {
    t.same(namedPatients(path, query), expected, `${path}?${query}`)
  }
  t.equal(
    namedPatients(
      'CarePlan',
      `patient=${Array.from({ length: 5000 }, (_, i) => `p${String(i)}`).join(',')}`
    ).length,
    1000,
    'no more than a search takes'
  )
})

interface Event {
  readonly outcome: string
  readonly outcomeDesc?: string
  readonly entity: readonly { readonly what?: { readonly reference?: string } }[]
}

const setting = async (wrap?: (store: Store) => Store) => {
  const own = new Map<string, ReturnType<typeof callerOf>>([
    ['a', callerOf('org-a')],
    ['b', callerOf('org-b')]
  ])
  const { send } = await createWorld({
    ...(wrap !== undefined && { wrap }),
    authenticate: async ({ authorization }) => {
      const caller = own.get(authorization?.replace('Bearer ', '') ?? '')
      if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
      return caller
    }
  })
  const {
    body: { id }
  } = (await send('POST', 'Patient', { body: patient('X') })) as { body: { id: string } }
  own.set('x', {
    ...callerOf('org-p'),
    client: 'portal',
    user: { type: 'Patient', id: id as ResourceId }
  })
  const journal = async (): Promise<readonly Event[]> => {
    const { body } = await send('GET', 'AuditEvent?_count=100', { as: 'x' })
    return ((body.entry ?? []) as { resource: Event }[]).map(({ resource }) => resource)
  }
  const bundle = async (type: string, requests: readonly object[], as = 'b') =>
    await send('POST', '', { as, body: { resourceType: 'Bundle', type, entry: requests } })
  return { send, id, journal, bundle }
}

t.test(
  'a look-up by id is in the journal of the person, whichever parameter names them',
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'psi-journal-'))
    const embedded = await openSqliteStore({ directory, now: Date.now })
    t.teardown(async () => {
      await embedded.close()
      await rm(directory, { recursive: true })
    })
    const { send, id, journal } = await setting(() => embedded)
    const found = async (line: string): Promise<number> => {
      const before = (await journal()).length
      t.equal((await send('GET', line, { as: 'b' })).status, 200, line)
      return (await journal()).length - before
    }
    t.equal(await found('CarePlan?status=active'), 0, 'names nobody')
    t.equal(await found('Appointment?actor=somebody-else'), 0, 'names another')
    t.equal(await found(`Appointment?actor:Practitioner=${id}`), 0, 'no Patient')
    for (const line of [
      'CarePlan?patient=',
      'Appointment?actor=',
      'Appointment?actor:Patient=',
      'Coverage?beneficiary=',
      'CareTeam?participant=',
      'Group?member=',
      'ResearchSubject?individual=',
      'Provenance?target=',
      'DocumentReference?related='
    ]) {
      t.equal(await found(line + id), 1, line)
    }
  }
)

const get = (url: string): object => ({ request: { method: 'GET', url } })

t.test(
  'a stranger’s look-ups inside a Bundle are in the journal of the person, and that they failed',
  async (t) => {
    const { id, journal, bundle } = await setting()
    const before = (await journal()).length
    t.equal(
      (
        await bundle('batch', [
          get(`Patient/${id}`),
          get(`CarePlan?patient=${id}`),
          get('Patient/other')
        ])
      ).status,
      200
    )
    const [batch, ...rest] = await journal()
    t.equal(rest.length, before)
    t.match(batch, {
      outcome: '4',
      outcomeDesc: '2 of 3 entries failed',
      entity: [{ what: { reference: `Patient/${id}` } }]
    })
    t.notMatch(
      JSON.stringify(batch),
      'Patient/other',
      'whom else it asked for is not theirs to know'
    )
    t.equal((await bundle('transaction', [get(`Patient/${id}`)])).status, 404)
    t.equal(
      (
        await bundle('transaction', [
          {
            request: { method: 'PUT', url: `Patient/${id}` },
            resource: { resourceType: 'Patient', id }
          }
        ])
      ).status >= 400,
      true
    )
    t.equal((await journal()).length, before + 3)
    t.equal((await bundle('batch', [get(`Patient/${id}`)], 'a')).status, 200)
    const [fine] = await journal()
    t.match(fine, { outcome: '0' })
    t.equal(fine?.outcomeDesc, undefined)
  }
)

t.test(
  'a Bundle that names more people than a journal should hold is refused before it looks',
  async (t) => {
    const { journal, bundle, id } = await setting()
    const before = (await journal()).length
    const many = Array.from({ length: 30 }, (_, i) =>
      get(
        `CarePlan?patient=${Array.from({ length: 1000 }, (_, j) => `${String(i)}-${String(j)}`).join(',')}`
      )
    )
    t.match(await bundle('batch', [...many, get(`Patient/${id}`)]), {
      status: 413,
      body: { issue: [{ diagnostics: /name more than 20000 patients/ }] }
    })
    t.equal((await journal()).length, before)
  }
)

t.test('an entry promises no version, and has none', async (t) => {
  const { send, id } = await setting()
  const { body } = await send('GET', `AuditEvent?patient=${id}`)
  const [{ resource }] = body.entry as [{ resource: { id: string; meta: object } }]
  t.same(Object.keys(resource.meta), ['lastUpdated'])
  const read = await send('GET', `AuditEvent/${resource.id}`)
  t.match(read, { status: 200, headers: { etag: undefined } })
  for (const path of ['_history', '_history/1']) {
    t.match(
      await send('GET', `AuditEvent/${resource.id}/${path}`),
      { status: 404, body: { issue: [{ diagnostics: /this server does not have/ }] } },
      path
    )
  }
  const { body: statement } = await send('GET', 'metadata', { as: null })
  const type = (
    statement.rest[0].resource as {
      type: string
      versioning: string
      interaction: { code: string }[]
    }[]
  ).find((each) => each.type === 'AuditEvent')
  t.match(type, { versioning: 'no-version' })
  t.same(
    type?.interaction.map(({ code }) => code),
    ['read', 'search-type']
  )
})
