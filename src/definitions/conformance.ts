/** The PSI and Belgian definitions as resources, read when first asked for. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isConformance } from '../fhir/type-groups.ts'
import type { Resource, ResourceType } from '../fhir/resource.ts'
import { readPackageArchive } from './package-archive.ts'
import { profilesPath } from './table.ts'

const none: readonly Resource[] = []

/**
 * Compiled from FSH: `<Type>-<id>.json`. Instances of other types are examples, not definitions.
 */
const readGenerated = (folder: string): Resource[] =>
  readdirSync(folder)
    .filter(
      (name) =>
        name.endsWith('.json') && isConformance(name.slice(0, name.indexOf('-')) as ResourceType)
    )
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Resource)

const readAll = (): ReadonlyMap<string, readonly Resource[]> => {
  const packages = profilesPath('packages')
  const archives = readdirSync(packages)
    .filter((name) => name.endsWith('.tgz'))
    .sort()
  const resources = [
    ...readGenerated(profilesPath('fsh-generated/resources')),
    ...archives
      .flatMap((name) => readPackageArchive(join(packages, name)))
      .filter((resource) => isConformance(resource.resourceType))
  ]
  const byType = new Map<string, Resource[]>()
  for (const resource of resources) {
    byType.set(resource.resourceType, [...(byType.get(resource.resourceType) ?? []), resource])
  }
  return byType
}

export const loadConformance = (): ((type: ResourceType) => readonly Resource[]) => {
  let byType: ReadonlyMap<string, readonly Resource[]> | undefined
  return (type) => {
    if (!isConformance(type)) return none
    byType ??= readAll()
    return byType.get(type) ?? none
  }
}
