/** The committed sample of resources: R4 examples, and Synthea's records. */
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'

const fixtures = new URL('../../fixtures/', import.meta.url)
const mostOfOneType = 30

const examples = readdirSync(new URL('resources/', fixtures), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map(
    (name) => JSON.parse(readFileSync(new URL(`resources/${name}`, fixtures), 'utf8')) as Resource
  )

/** One transaction Bundle a line. */
const synthea = gunzipSync(readFileSync(new URL('synthea-bundles/sample.ndjson.gz', fixtures)))
  .toString()
  .split('\n')
  .filter((line) => line !== '')
  .flatMap((line) =>
    (JSON.parse(line) as { entry: readonly { resource: Resource }[] }).entry.map(
      ({ resource }) => resource
    )
  )

const byType = new Map<ResourceType, Resource[]>()
for (const resource of [...examples, ...synthea]) {
  const type = resource.resourceType
  const known = byType.get(type) ?? []
  if (known.length < mostOfOneType) known.push(resource)
  byType.set(type, known)
}

export const sampleTypes = (): readonly ResourceType[] => [...byType.keys()].sort()

export const resourcesOf = (type: ResourceType): readonly Resource[] => byType.get(type) ?? []
