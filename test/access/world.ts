/**
 * A small server without HTTP: stores, callers and the flagship resources, for the tests of access.
 */
import { randomUUID } from 'node:crypto'
import { createAccess } from '../../src/access/guard.ts'
import type { GuardedStore } from '../../src/access/guarded-store.ts'
import { auditEntry } from '../../src/audit/entry.ts'
import type { Caller, ClientRight } from '../../src/auth/caller.ts'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Reference, Resource, ResourceId, ResourceType } from '../../src/fhir/resource.ts'
import { createExtractor } from '../../src/search/extract.ts'
import type { Store } from '../../src/storage/store.ts'

export const zone = 'Europe/Brussels'
export const base = 'http://localhost/fhir'
const definitions = loadDefinitions()
const extract = createExtractor(definitions, { timeZone: zone, base })

export const newId = (): ResourceId => randomUUID() as ResourceId

export interface As {
  readonly organization: string
  readonly user?: string
  readonly purposes?: readonly string[]
  readonly rights?: readonly ClientRight[]
}

export const callerOf = ({
  organization,
  user,
  purposes = ['TREAT'],
  rights = []
}: As): Caller => ({
  client: `client-of-${user ?? organization}`,
  name: organization,
  organization: organization as ResourceId,
  purposes,
  scopes: { text: 'system/*.cruds', allows: () => true },
  rights: new Set(rights),
  ...(user === undefined
    ? {}
    : { user: { type: user.split('/')[0] as ResourceType, id: user.split('/')[1] as ResourceId } })
})

export interface World {
  readonly store: Store
  readonly as: (who: As, at?: number) => GuardedStore
  /** Creates and gives the reference; a resource without id gets one. */
  readonly put: (who: As, resource: Resource) => Promise<Reference>
}

export const createWorld = (store: Store, now: () => number): World => {
  const access = createAccess({ store, extract, newId, zone, base, definitions })
  const as: World['as'] = (who, at = now()) => {
    const caller = callerOf(who)
    return access.open(caller, at, (patients) =>
      auditEntry({
        id: newId(),
        at,
        request: newId(),
        caller,
        patients,
        action: 'C',
        interaction: 'create',
        path: '',
        status: 0
      })
    )
  }
  return {
    store,
    as,
    put: async (who, resource) => {
      const ref: Reference = {
        type: resource.resourceType,
        id: (resource.id ?? newId()) as ResourceId
      }
      await as(who).write([{ kind: 'create', ref, resource }])
      return ref
    }
  }
}

const system = 'https://psy107.example/fhir/psi/CodeSystem/'
export const psiPlan = (patient: Reference, more: object = {}): Resource => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: `Patient/${patient.id}` },
  category: [{ coding: [{ system: `${system}psi-cs-plan-type`, code: 'psi' }] }],
  ...more
})
export const goal = (patient: Reference, more: object = {}): Resource => ({
  resourceType: 'Goal',
  meta: { profile: ['https://psy107.example/fhir/psi/StructureDefinition/psi-goal'] },
  lifecycleStatus: 'active',
  description: { text: 'Go home' },
  subject: { reference: `Patient/${patient.id}` },
  ...more
})
/** A psi-consent that opens to one organisation. */
export const consentFor = (
  patient: Reference,
  who: string,
  more: object = {},
  provision: object = {}
): Resource => ({
  resourceType: 'Consent',
  status: 'active',
  patient: { reference: `Patient/${patient.id}` },
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
      {
        type: 'permit',
        actor: [{ role: { text: 'partner' }, reference: { reference: who } }],
        purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
        ...provision
      }
    ]
  },
  ...more
})
