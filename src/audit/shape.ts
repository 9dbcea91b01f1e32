/**
 * A journal entry as an AuditEvent after IHE BALP, as its reader may see it.
 * https://profiles.ihe.net/ITI/BALP/
 */
import type { Resource } from '../fhir/resource.ts'
import type { AuditEntry } from '../storage/store.ts'
import { purposeOfUseSystem } from '../psi/purpose-of-use.ts'
import type { AuditFacts } from './entry.ts'
import type { NamesPatient } from './named-patients.ts'
import { seenBy } from './view.ts'
import type { Reader, Seen } from './view.ts'

const dicom = 'http://dicom.nema.org/resources/ontology/DCM'
const restful = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  code: 'rest',
  display: 'RESTful Operation'
}

/** AuditEvent.outcome: 0 success, 4 the caller's fault, 8 ours. */
const outcomeOf = (status: number): string => (status < 400 ? '0' : status < 500 ? '4' : '8')

const agents = (entry: AuditEntry, facts: AuditFacts): readonly Record<string, unknown>[] => {
  const purpose =
    facts.purpose === undefined
      ? {}
      : {
          purposeOfUse: facts.purpose
            .split(' ')
            .map((code) => ({ coding: [{ system: purposeOfUseSystem, code }] }))
        }
  const client = {
    type: { coding: [{ system: dicom, code: '110153', display: 'Source Role ID' }] },
    ...(entry.organization === undefined
      ? {}
      : {
          who: {
            reference: `Organization/${entry.organization}`,
            ...(facts.clientName === undefined ? {} : { display: facts.clientName })
          }
        }),
    ...(facts.client === undefined ? {} : { altId: facts.client }),
    requestor: facts.user === undefined,
    ...purpose
  }
  return facts.user === undefined
    ? [client]
    : [client, { who: { reference: facts.user }, requestor: true, ...purpose }]
}

const role = (code: string, display: string): Record<string, unknown> => ({
  system: 'http://terminology.hl7.org/CodeSystem/object-role',
  code,
  display
})

const entities = (
  entry: AuditEntry,
  { patients, facts }: Seen
): readonly Record<string, unknown>[] => [
  ...patients.map((id) => ({
    what: { reference: `Patient/${id}` },
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
      code: '1',
      display: 'Person'
    },
    role: role('1', 'Patient')
  })),
  {
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
      code: '2',
      display: 'System Object'
    },
    role: role('24', 'Query'),
    // sev-1: a name or a query, not both
    ...(facts.query === undefined
      ? { name: facts.path === '' ? '/' : facts.path }
      : { query: Buffer.from(`${facts.path}?${facts.query}`).toString('base64') })
  },
  {
    type: {
      system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
      code: 'XrequestId'
    },
    what: { identifier: { value: entry.request } }
  }
]

/** Not a request: somebody who has the machine changed who may ask. */
const clientChange = (
  entry: AuditEntry,
  { action, path, deed, clientName }: AuditFacts
): Record<string, unknown> => ({
  type: { system: dicom, code: '110113', display: 'Security Alert' },
  subtype: [{ system: dicom, code: '110137', display: 'User Security Attributes Changed' }],
  action,
  agent: [{ who: { display: 'psi-fhir at the command line' }, requestor: true }],
  entity: [
    {
      what: {
        identifier: { value: path },
        ...(clientName === undefined ? {} : { display: clientName })
      },
      name: `client ${deed ?? ''}`
    },
    ...(entry.organization === undefined
      ? []
      : [{ what: { reference: `Organization/${entry.organization}` } }])
  ]
})

const request = (entry: AuditEntry, seen: Seen): Record<string, unknown> => ({
  type: restful,
  ...(seen.facts.interaction === ''
    ? {}
    : {
        subtype: [
          { system: 'http://hl7.org/fhir/restful-interaction', code: seen.facts.interaction }
        ]
      }),
  action: seen.facts.action,
  agent: agents(entry, seen.facts),
  entity: entities(entry, seen)
})

/** @param namesPatient of the definitions: a patient may read a query that names nobody else */
export const toAuditEvent = (
  entry: AuditEntry,
  reader: Reader,
  namesPatient: NamesPatient
): Resource => {
  const seen = seenBy(reader, entry, JSON.parse(entry.json) as AuditFacts, namesPatient)
  const { facts } = seen
  const recorded = new Date(entry.at).toISOString()
  return {
    resourceType: 'AuditEvent',
    id: entry.id,
    // no versionId: the journal has no vread
    meta: { lastUpdated: recorded },
    recorded,
    outcome: outcomeOf(Math.max(facts.status, facts.bundle?.worst ?? 0)),
    ...(facts.bundle === undefined || facts.bundle.failed === 0
      ? {}
      : {
          outcomeDesc: `${String(facts.bundle.failed)} of ${String(facts.bundle.entries)} entries failed`
        }),
    source: { observer: { display: 'psi-fhir' } },
    ...(facts.deed === undefined ? request(entry, seen) : clientChange(entry, facts))
  }
}
