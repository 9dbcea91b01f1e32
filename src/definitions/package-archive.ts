/** Reads a FHIR package (.tgz as npm packs it). https://hl7.org/fhir/R4/packages.html */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Resource } from '../fhir/resource.ts'

const block = 512
const text = (bytes: Buffer, from: number, length: number): string =>
  bytes.toString('utf8', from, from + length).split('\0', 1)[0] ?? ''

/** Resources of the package's first folder; examples in subfolders and indexes stay out. */
export const readPackageArchive = (file: string): Resource[] => {
  const tar = gunzipSync(readFileSync(file))
  const resources: Resource[] = []
  for (let at = 0; at + block <= tar.length;) {
    const name = text(tar, at, 100)
    if (name === '') break
    const size = Number.parseInt(text(tar, at + 124, 12), 8)
    if (/^package\/[A-Z][^/]*\.json$/.test(name)) {
      resources.push(JSON.parse(tar.toString('utf8', at + block, at + block + size)) as Resource)
    }
    at += block + Math.ceil(size / block) * block
  }
  return resources
}
