/** Reads the definitions of a FHIR package, unpacked or as its .tgz archive. https://hl7.org/fhir/R4/packages.html */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readTarball } from '../read-tarball.ts'
import type { CodeSystem, Definition, ValueSet } from './definition.ts'

export interface Package {
  readonly structures: readonly Definition[]
  readonly valueSets: ReadonlyMap<string, ValueSet>
  readonly codeSystems: ReadonlyMap<string, CodeSystem>
}

interface Named { readonly resourceType: string, readonly url: string }

const wanted = /^(StructureDefinition|ValueSet|CodeSystem)-.*\.json$/

const readFolder = (folder: string): Named[] => readdirSync(folder)
  .filter((name) => wanted.test(name))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Named)

const readArchive = (file: string): Named[] => [...readTarball(readFileSync(file))]
  .filter(([name]) => /^package\/[^/]+$/.test(name) && wanted.test(basename(name)))
  .map(([, bytes]) => JSON.parse(bytes.toString('utf8')) as Named)

export const readPackage = (path: string): Package => {
  const resources = path.endsWith('.tgz') ? readArchive(path) : readFolder(path)
  const named = <T>(type: string): Map<string, T> => new Map(resources.filter((one) => one.resourceType === type).map((one) => [one.url, one as unknown as T]))
  return { structures: [...named<Definition>('StructureDefinition').values()], valueSets: named('ValueSet'), codeSystems: named('CodeSystem') }
}

export const mergePackages = (packages: readonly Package[]): Package => ({
  structures: packages.flatMap((one) => one.structures),
  valueSets: new Map(packages.flatMap((one) => [...one.valueSets])),
  codeSystems: new Map(packages.flatMap((one) => [...one.codeSystems]))
})
