/**
 * Reads the table of compartments (profiles/tables/compartments.json).
 * https://hl7.org/fhir/R4/compartmentdefinition.html
 */
import type { ResourceType } from '../fhir/resource.ts'

/**
 * Compartment → member type → codes of its parameters; `{def}`: the resource that the compartment
 * is about.
 */
export type CompartmentTable = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export const loadCompartments = (
  table: CompartmentTable
): ((compartment: ResourceType, type: ResourceType) => readonly string[] | undefined) => {
  const compartments = new Map(
    Object.entries(table).map(([name, members]) => [name, new Map(Object.entries(members))])
  )
  return (compartment, type) => compartments.get(compartment)?.get(type)
}
