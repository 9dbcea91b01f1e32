/** Writes that can meet: consents, teams, roles, houses and plans about one patient. */
import type { Reference, Resource } from '../../../src/fhir/resource.ts'
import { consentFor, goal, psiPlan } from '../world.ts'
import type { As, World } from '../world.ts'
import { at, link } from '../worlds/vocabulary.ts'

export const hospital: As = { organization: 'hospital', rights: ['record-consents', 'directory'] }

export type Act = (world: World) => Promise<unknown>
export const patient = at('Patient', 'x')
export const put =
  (resource: Resource & { readonly id: string }, who = hospital): Act =>
  async (world) => {
    const ref: Reference = at(resource.resourceType, resource.id)
    const store = world.as(who)
    const before = await store.readToChange(ref)
    const copy = structuredClone(resource)
    return await store.write([
      before === undefined
        ? { kind: 'create', ref, resource: copy }
        : { kind: 'update', ref, resource: copy, method: 'PUT', before }
    ])
  }
/** An entry that only those see whom it concerns. */
export const unpublished = (resource: Resource & { readonly id: string }): Act =>
  put(resource, { organization: 'hospital' })
export const role = (id: string, more: object = {}): Act =>
  put({
    resourceType: 'PractitionerRole',
    id,
    practitioner: link('Practitioner', 'p'),
    organization: link('Organization', 'centre'),
    ...more
  })
export const house = (id: string, above?: string): Act =>
  put({
    resourceType: 'Organization',
    id,
    name: id,
    ...(above === undefined ? {} : { partOf: link('Organization', above) })
  })
export const consent = (who: string, provision: object = {}, id = 'consent'): Act =>
  put({ ...consentFor(patient, who, {}, provision), id })
export const deny = (who: string): Act =>
  put({
    ...consentFor(patient, who),
    id: 'denial',
    policyRule: { text: 'as stated' },
    provision: { type: 'deny', actor: [{ role: { text: 'x' }, reference: { reference: who } }] }
  })
export const team = (member: string): Act =>
  put({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: link('Patient', 'x'),
    participant: [{ member: { reference: member } }]
  })
export const plan = (code: string, id = 'plan'): Act =>
  put({
    ...psiPlan(patient),
    id,
    category: [
      { coding: [{ system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-plan-type', code }] }
    ]
  })
export const psiCore = {
  class: [
    { system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-data-class', code: 'psi-core' }
  ]
}
export const provenanceOf = (...plans: readonly string[]): Act =>
  put({
    resourceType: 'Provenance',
    id: 'told',
    target: plans.map((id) => link('CarePlan', id)),
    recorded: '2026-11-22T12:00:00Z',
    agent: [{ who: { display: 'somebody' } }]
  })
export const provenance = provenanceOf('plan')

export const foundation: readonly Act[] = [
  house('centre'),
  house('unit'),
  house('network'),
  put({ resourceType: 'Practitioner', id: 'p' }),
  role('r0'),
  put({ resourceType: 'Patient', id: 'x' }),
  plan('psi'),
  put({ ...goal(patient), id: 'goal' })
]
