/**
 * psi's part of the record of a resource type (fhir/type-groups.ts): which class its data have, and
 * which profile or plan type changes that.
 */
import { factsOfType } from '../fhir/type-groups.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { psiProfile } from './canonical.ts'
import type { DataClass } from './data-classes.ts'

export interface TypeClasses {
  /** Without a profile or plan type that says otherwise. */
  readonly dataClass: DataClass
  /** Whether psi-cs-plan-type in `category` decides (psi/plan-types.ts). */
  readonly byPlanType?: true
  /** URL of a PSI profile → class of what claims it. */
  readonly byProfile?: ReadonlyMap<string, DataClass>
  /** Part of the plan: a refusal of psi-core closes it, whatever it claims. */
  readonly ofPlan?: true
  /** Goes with the plan: a permit of psi-core opens it, no refusal of psi-core closes it. */
  readonly withPlan?: true
}

const profiles = (classOf: Readonly<Record<string, DataClass>>): ReadonlyMap<string, DataClass> =>
  new Map(Object.entries(classOf).map(([id, dataClass]) => [psiProfile(id), dataClass]))

const record: Readonly<Partial<Record<ResourceType, TypeClasses>>> = {
  Appointment: {
    dataClass: 'clinical',
    byProfile: profiles({ 'psi-appointment': 'psi-core' }),
    ofPlan: true
  },
  CarePlan: { dataClass: 'clinical', byPlanType: true, ofPlan: true },
  CareTeam: {
    dataClass: 'clinical',
    byProfile: profiles({ 'psi-careteam': 'psi-core' }),
    ofPlan: true
  },
  Consent: { dataClass: 'consent' },
  DocumentReference: {
    dataClass: 'clinical',
    byProfile: profiles({ 'psi-leaflet': 'psi-core', 'psi-meeting-report': 'meeting-report' })
  },
  FamilyMemberHistory: { dataClass: 'third-party' },
  Goal: { dataClass: 'clinical', byProfile: profiles({ 'psi-goal': 'psi-core' }), ofPlan: true },
  Observation: { dataClass: 'clinical', byProfile: profiles({ 'psi-evaluation': 'assessment' }) },
  Patient: { dataClass: 'contacts', withPlan: true },
  RelatedPerson: { dataClass: 'contacts' }
}

const classes: ReadonlyMap<string, TypeClasses> = new Map(Object.entries(record))

const ofGroup: ReadonlyMap<unknown, TypeClasses> = new Map<unknown, TypeClasses>([
  ['directory', { dataClass: 'directory' }],
  ['conformance', { dataClass: 'conformance' }],
  ['journal', { dataClass: 'audit' }]
])
const others: TypeClasses = { dataClass: 'clinical' }

export const classesOfType = (type: string): TypeClasses =>
  classes.get(type) ?? ofGroup.get(factsOfType(type).group) ?? others
