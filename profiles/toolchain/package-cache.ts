/** The FHIR packages that SUSHI reads, laid out as its cache expects them, all from files at hand. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { readTarball } from './read-tarball.ts'

/** Packages that SUSHI loads by itself. Declared as pinned dependencies and empty here, nothing is fetched for them. */
export const stubs = ['hl7.fhir.uv.tools.r4', 'hl7.terminology.r4', 'hl7.fhir.uv.extensions.r4'].map((name) => ({ name, version: '0.0.0' }))

const definitions = /^(StructureDefinition|ValueSet|CodeSystem|ConceptMap|SearchParameter|OperationDefinition|NamingSystem|CompartmentDefinition)-.*\.json$/

const manifest = (name: string, version: string, type: string, canonical: string): string =>
  JSON.stringify({ name, version, type, canonical, url: canonical, fhirVersions: ['4.0.1'], dependencies: {} })

/** Written beside and renamed, so that an interrupted run leaves no half package. */
const addPackage = (cache: string, name: string, version: string, fill: (folder: string) => void): void => {
  const final = join(cache, `${name}#${version}`)
  if (existsSync(final)) return
  const partial = `${final}.partial`
  rmSync(partial, { recursive: true, force: true })
  const folder = join(partial, 'package')
  mkdirSync(folder, { recursive: true })
  fill(folder)
  renameSync(partial, final)
}

/** R4 itself: the definitions of the examples package of npm, without narratives (half of the bytes, and SUSHI reads none). */
const fillCore = (folder: string): void => {
  const source = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'))
  for (const name of readdirSync(source)) {
    if (!definitions.test(name)) continue
    const { text: _, ...resource } = JSON.parse(readFileSync(join(source, name), 'utf8'))
    writeFileSync(join(folder, name), JSON.stringify(resource))
  }
  writeFileSync(join(folder, 'package.json'), manifest('hl7.fhir.r4.core', '4.0.1', 'fhir.core', 'http://hl7.org/fhir'))
}

const fillFromTarball = (file: string) => (folder: string): void => {
  for (const [path, bytes] of readTarball(readFileSync(file))) {
    if (/^package\/[^/]+\.json$/.test(path)) writeFileSync(join(folder, basename(path)), bytes)
  }
}

/** @param guide folder that holds packages/*.tgz, named name-version.tgz */
export const createPackageCache = (cache: string, guide: string): void => {
  addPackage(cache, 'hl7.fhir.r4.core', '4.0.1', fillCore)
  for (const file of readdirSync(join(guide, 'packages'))) {
    const [, name, version] = /^(.+)-(\d[^-]*)\.tgz$/.exec(file) ?? []
    if (name !== undefined && version !== undefined) addPackage(cache, name, version, fillFromTarball(join(guide, 'packages', file)))
  }
  for (const { name, version } of stubs) {
    addPackage(cache, name, version, (folder) => { writeFileSync(join(folder, 'package.json'), manifest(name, version, 'fhir.ig', `http://stub/${name}`)) })
  }
}
