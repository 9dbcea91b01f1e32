/** Kinds of plan around one person: the codes of psi-cs-plan-type, with all that they decide. */
import { psiCodeSystem } from './canonical.ts'
import type { DataClass } from './data-classes.ts'

export interface PlanType {
  readonly dataClass: DataClass
  /** Id of the profile that such a plan meets, claimed or not. */
  readonly profile?: string
}

export const planTypeSystem = psiCodeSystem('psi-cs-plan-type')

export const planTypes: ReadonlyMap<string, PlanType> = new Map<string, PlanType>([
  ['psi', { dataClass: 'psi-core', profile: 'psi-care-plan' }],
  ['concertation-plan', { dataClass: 'psi-core' }],
  ['crisis-plan', { dataClass: 'crisis', profile: 'psi-crisis-plan' }],
  ['ppi', { dataClass: 'clinical' }]
])
