/** The committed sample of resources: R4 examples, and Synthea's records where they are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'

const fixtures = new URL('../../fixtures/', import.meta.url)
const examples = new URL('resources/', fixtures)
const synthea = new URL('synthea/', fixtures)
const mostOfOneType = 30

const syntheaTypes = () => existsSync(synthea) ? readdirSync(synthea).filter((name) => name.endsWith('.ndjson.gz')).map((name) => name.replace('.ndjson.gz', '')) : []

export const sampleTypes = (): readonly ResourceType[] => [...new Set([...readdirSync(examples).filter((name) => !name.includes('.')), ...syntheaTypes()])].sort() as ResourceType[]

export const resourcesOf = (type: ResourceType): readonly Resource[] => {
  const folder = new URL(`${type}/`, examples)
  const found = existsSync(folder) ? readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Resource) : []
  if (!syntheaTypes().includes(type)) return found
  const lines = gunzipSync(readFileSync(new URL(`${type}.ndjson.gz`, synthea))).toString().split('\n', mostOfOneType).filter((line) => line !== '')
  return [...found, ...lines.map((line) => JSON.parse(line) as Resource)]
}
