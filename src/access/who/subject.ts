/**
 * Whose data a resource is, by the element that the record of its type names (fhir/type-groups.ts).
 */
import { parseReference } from '../../fhir/reference.ts'
import type { Resource, ResourceId } from '../../fhir/resource.ts'
import { factsOfType } from '../../fhir/type-groups.ts'

const walk = (values: readonly unknown[], path: readonly string[]): readonly unknown[] => {
  const [step, ...rest] = path
  if (step === undefined) return values
  const next = values.flatMap((value) =>
    typeof value === 'object' && value !== null
      ? ((value as Record<string, unknown>)[step] ?? [])
      : []
  )
  return walk(next, rest)
}

/**
 * Patient records that this resource is about; [] when it is about none or names none by literal
 * reference.
 */
export const subjectsOf = (resource: Resource): readonly ResourceId[] => {
  const { person } = factsOfType(resource.resourceType)
  if (person === undefined) return []
  if (person === 'id') return resource.id === undefined ? [] : [resource.id as ResourceId]
  const found = walk([resource], [...person.split('.'), 'reference'])
    .map((text) => (typeof text === 'string' ? parseReference(text) : undefined))
    .flatMap((reference) => (reference?.type === 'Patient' ? [reference.id] : []))
  return [...new Set(found)]
}
