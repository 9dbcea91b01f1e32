/**
 * Types that no client writes: definitions ship with the server, the journal is the server's own,
 * Parameters only travel.
 */
import { isConformance } from '../fhir/type-groups.ts'
import type { ResourceType } from '../fhir/resource.ts'

export const isReadOnly = (type: ResourceType): boolean =>
  type === 'AuditEvent' || isConformance(type)

/** Not a resource that can be stored or asked for. https://hl7.org/fhir/R4/parameters.html */
export const isTransient = (type: ResourceType): boolean => type === 'Parameters'
