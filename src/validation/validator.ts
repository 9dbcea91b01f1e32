/** Validates any R4 resource against its type and, where it claims or must meet one, its profile. https://hl7.org/fhir/R4/validation.html */
import type { Definitions } from '../definitions/definitions.ts'
import type { Issue } from '../fhir/fhir-error.ts'
import { nearest } from '../fhir/nearest.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { createRun, createScope, isObject, jsonKind, quote, report } from './scope.ts'
import { createTypeNodes } from './type-node.ts'
import { createWalk } from './walk.ts'

export type Validate = (resource: unknown, type: ResourceType) => readonly Issue[]

export const createValidator = (definitions: Definitions): Validate => {
  const nodes = createTypeNodes(definitions)
  const knows = (name: string): boolean => definitions.isType(name)
  const walk = createWalk({ nodes, knows, onResource: () => {}, onExtension: () => {} })

  return (resource, type) => {
    const run = createRun()
    const scope = createScope(run, isObject(resource) ? resource : {})
    if (!isObject(resource)) {
      report(scope, 'fatal', 'structure', `Found ${jsonKind(resource)}, expected a JSON object with resourceType "${type}".`)
      return run.issues
    }
    if (resource['resourceType'] !== type) {
      const found = resource['resourceType']
      const close = typeof found === 'string' && !knows(found) ? nearest(found, definitions.types) : undefined
      report(scope, 'fatal', 'structure', `Found resourceType ${quote(found ?? null)}, expected "${type}"${close === undefined ? '' : `; did you mean "${close}"?`}`, type, 'resourceType')
      return run.issues
    }
    run.path.push(type)
    walk.resource(resource, nodes(type), scope)
    return run.issues
  }
}
