/** What decisions need to know of who works where. */
import type { ResourceOf } from '../../fhir/elements.ts'

/**
 * The part of the directory that actors touch, read beforehand: an absent entry is unresolvable.
 */
export interface Directory {
  /** Of a PractitionerRole. */
  readonly role: (reference: string) => ResourceOf<'PractitionerRole'> | undefined
  /** PractitionerRoles of a Practitioner. */
  readonly rolesOf: (practitioner: string) => readonly string[]
  /** An organisation and every unit below it. */
  readonly unitsOf: (organization: string) => readonly string[]
}
