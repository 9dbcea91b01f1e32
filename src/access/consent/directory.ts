/** What decisions need to know of who works where. */
import type { Resource } from '../../fhir/resource.ts'

/**
 * The part of the directory that actors touch, read beforehand: an absent entry is unresolvable.
 */
export interface Directory {
  readonly resource: (reference: string) => Resource | undefined
  /** PractitionerRoles of a Practitioner. */
  readonly rolesOf: (practitioner: string) => readonly string[]
  /** An organisation and every unit below it. */
  readonly unitsOf: (organization: string) => readonly string[]
}
