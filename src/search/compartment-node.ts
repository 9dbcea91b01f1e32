/**
 * Membership of a compartment, as a node: `Patient/123/CarePlan?…`.
 * https://hl7.org/fhir/R4/compartmentdefinition.html
 */
import type { Definitions } from '../definitions/definitions.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { Reference, ResourceType } from '../fhir/resource.ts'
import { targetOf, type Node } from './query.ts'

/** `{def}` in the definition: the resource that the compartment is about. */
const itself = '{def}'

/** @throws FhirError `not-found` for a type that never belongs to such a compartment */
export const compartmentNode = (
  definitions: Pick<Definitions, 'compartment' | 'searchParameters'>,
  compartment: Reference,
  type: ResourceType,
  personTargets?: (target: string) => readonly string[]
): Node => {
  const codes = definitions.compartment(compartment.type, type)
  if (!codes || codes.length === 0) {
    throw new FhirError(
      'not-found',
      `${type} is not part of the ${compartment.type} compartment. Search ${type} with a reference parameter instead, e.g. ${type}?${compartment.type.toLowerCase()}=${compartment.id}.`
    )
  }
  const target = targetOf(compartment)
  const targets = compartment.type === 'Patient' ? (personTargets?.(target) ?? [target]) : [target]
  const nodes = codes.flatMap((code): Node[] => {
    if (code === itself) return [{ kind: 'ids', ids: [compartment.id] }]
    const parameter = definitions.searchParameters(type).get(code)
    return parameter ? [{ kind: 'link', parameter: parameter.key, targets }] : []
  })
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', nodes }
}
