/** Resources of a random world with more to search by, and links between the parts of a plan. */
import type { Resource } from '../../../src/fhir/resource.ts'
import { identified, identifierOf, nationalNumber, ssin, system } from './names.ts'

/** More to search by, and links between the parts of a plan. */
export const enriched = (resource: Resource, id: string): Resource => {
  const { resourceType } = resource
  const owner = /^(x\d)/.exec(id)?.[1]
  return {
    ...resource,
    ...(identified.has(resourceType)
      ? { identifier: [{ system, value: identifierOf(id + JSON.stringify(resource)) }] }
      : {}),
    // Two records of one person, known to two organisations or to one.
    ...(resourceType === 'Patient'
      ? {
          identifier: [
            { system, value: identifierOf(id + JSON.stringify(resource)) },
            { system: ssin, value: nationalNumber }
          ]
        }
      : {}),
    ...(resourceType === 'CarePlan' && owner !== undefined
      ? {
          title: `plan of ${owner}`,
          goal: [{ reference: `Goal/${owner}-goal` }],
          careTeam: [{ reference: `CareTeam/${owner}-team-a` }],
          addresses: [{ reference: `Condition/${owner}-condition` }]
        }
      : {}),
    ...(resourceType === 'Goal' && owner !== undefined
      ? { addresses: [{ reference: `Condition/${owner}-condition` }] }
      : {})
  }
}
