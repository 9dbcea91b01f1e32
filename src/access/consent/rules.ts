/**
 * A Consent as data to decide with: actors resolved, context inherited, nothing left that the judge
 * does not know. Lives as JSON in the patient's grants.
 */
import type { Millis, ResourceId } from '../../fhir/resource.ts'
import type { Action, Who } from '../who/keys.ts'

/** Somebody, while it lasts: a team member's period, a role's period. Half-open. */
export interface Actor {
  readonly who: Who
  readonly from: Millis
  readonly to: Millis
}

/** One coding of provision.class: a PSI data class, a resource type or a profile. */
export type ClassRule =
  | { readonly kind: 'class' | 'type'; readonly value: string }
  | {
      readonly kind: 'profile'
      readonly value: string
      /** Whose profile it is. */ readonly type: string
    }

export interface Provision {
  readonly type: 'permit' | 'deny'
  /** Half-open; already cut to the consent's own period. */
  readonly from: Millis
  readonly to: Millis
  /** Absent: permit → nobody in particular, so the active care teams; deny → everybody. */
  readonly actors?: readonly Actor[]
  /**
   * Of a deny's actors those meant as a person, not as part of a house: they are shut out even of
   * what their own organisation keeps.
   */
  readonly named?: readonly Actor[]
  /** A deny with an actor that cannot be resolved: it holds for everybody, and is no mere base. */
  readonly unresolved?: true
  /** Absent: any, also in the three below. */
  readonly purposes?: readonly string[]
  readonly actions?: readonly Action[]
  readonly classes?: readonly ClassRule[]
  readonly dates?: readonly [Millis, Millis]
  /** `Type/id`. */
  readonly instances?: readonly string[]
  readonly nested: readonly Provision[]
}

export interface ConsentRules {
  readonly id: ResourceId
  /** Absent: a construct that this server cannot judge; the whole consent is then a deny. */
  readonly root?: Provision
}

/**
 * What decides about one patient; made from Consents, CareTeams and the directory whenever one of
 * them changes.
 */
export interface Grants {
  readonly patient: ResourceId
  readonly consents: readonly ConsentRules[]
  /** Members of the patient's active care teams: the care relation. */
  readonly members: readonly Actor[]
}

/**
 * A root deny that only closes what its nested permits open: it says nothing about other consents.
 * Any other root deny is an exclusion and overrides every permit
 * (docs/decisions/2611-root-deny.md).
 */
export const isBase = (root: Provision): boolean =>
  root.type === 'deny' &&
  root.nested.length > 0 &&
  root.actors === undefined &&
  root.unresolved !== true &&
  root.purposes === undefined &&
  root.actions === undefined &&
  root.classes === undefined &&
  root.dates === undefined &&
  root.instances === undefined
