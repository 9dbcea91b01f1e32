/** Resources that nobody made for this validator: R4 examples, Synthea, the guide's own. */
import { readFileSync, readdirSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Resource } from '../../src/fhir/resource.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const list = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
const folder = (name: string): ReadonlyMap<string, Resource> =>
  new Map(
    list(name).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(read(name + file)) as Resource
    ])
  )

export const r4Examples = folder('fixtures/resources/')
export const guide = folder('profiles/fsh-generated/resources/')
export const refused = folder('fixtures/invalid/profiles/')
export const transactions = folder('fixtures/monsieur-x/')
export const synthea: readonly Resource[] = gunzipSync(
  readFileSync(new URL('fixtures/synthea-bundles/sample.ndjson.gz', root))
)
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Resource)

export const entries = (bundle: Resource): Resource[] =>
  (bundle['entry'] as { resource: Resource }[]).map(({ resource }) => resource)
export const copy = <T>(value: T): T => structuredClone(value)
