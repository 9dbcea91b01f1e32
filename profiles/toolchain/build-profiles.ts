/** Compiles the FSH of the guide, without network, into the committed profiles/fsh-generated/resources. https://fshschool.org/docs/sushi */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPackageCache, stubs } from './package-cache.ts'
import { leanSnapshot } from './lean-snapshot.ts'

const here = dirname(fileURLToPath(import.meta.url))
const guide = join(here, '..')
const home = join(here, '.cache', 'home')
const work = join(here, '.cache', 'work')
const target = join(guide, 'fsh-generated', 'resources')
const nowhere = 'http://127.0.0.1:9'

/** SUSHI finds its packages under the home directory and asks registries for versions: both are taken from it. */
const offline = {
  ...process.env,
  HOME: home,
  USERPROFILE: home,
  FPL_REGISTRY: nowhere,
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  NO_PROXY: '',
  npm_config_offline: 'true'
}

const compile = (): string => {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  cpSync(join(guide, 'sushi-config.yaml'), join(work, 'sushi-config.yaml'))
  cpSync(join(guide, 'input'), join(work, 'input'), { recursive: true })
  const sushi = join(dirname(createRequire(import.meta.url).resolve('fsh-sushi/package.json')), 'dist', 'app.js')
  return execFileSync(process.execPath, [sushi, 'build', work, '--snapshot'], { env: offline, encoding: 'utf8', maxBuffer: 1 << 26 })
}

/** The log ends in a box that counts them; a log without it is no success either. */
const check = (log: string): void => {
  const found = /(\d+) Errors?\s+(\d+) Warnings?/.exec(log.replace(/\u001b\[[0-9;]*m/g, ''))
  if (found?.[1] === '0' && found[2] === '0') return
  process.stderr.write(log)
  throw new Error(`SUSHI found ${found?.[1] ?? 'an unknown number of'} errors and ${found?.[2] ?? 'an unknown number of'} warnings, expected none; its log above names the files.`)
}

/** SUSHI adds the stand-ins to dependsOn, an empty list of pages that JSON in FHIR does not allow, and parameters of the IG Publisher that R4 does not know. */
const tidyGuide = (guide: any): unknown => {
  const { page: { page: pages, ...home }, parameter: _, ...definition } = guide.definition
  return {
    ...guide,
    dependsOn: guide.dependsOn.filter(({ packageId }: { packageId?: string }) => stubs.every(({ name }) => name !== packageId)),
    definition: { ...definition, page: pages.length === 0 ? home : { ...home, page: pages } }
  }
}

/** SUSHI leaves to the IG Publisher to put the version of the guide on its definitions. */
const withVersion = ({ resourceType, id, url, ...rest }: any, { version, date, publisher }: any): unknown => ({ resourceType, id, url, version, date, publisher, ...rest })

const tidy = (resource: any, guide: any): unknown => {
  switch (resource.resourceType) {
    case 'StructureDefinition': return withVersion(leanSnapshot(resource), guide)
    case 'CodeSystem': case 'ValueSet': return withVersion(resource, guide)
    case 'ImplementationGuide': return tidyGuide(resource)
    default: return resource
  }
}

const publish = (): number => {
  const made = join(work, 'fsh-generated', 'resources')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const resources = readdirSync(made).filter((name) => name.endsWith('.json')).sort()
    .map((name) => ({ name, resource: JSON.parse(readFileSync(join(made, name), 'utf8')) }))
  const guide = resources.find(({ resource }) => resource.resourceType === 'ImplementationGuide')!.resource
  for (const { name, resource } of resources) writeFileSync(join(target, name), `${JSON.stringify(tidy(resource, guide), null, 2)}\n`)
  return resources.length
}

createPackageCache(join(home, '.fhir', 'packages'), guide)
check(compile())
process.stdout.write(`${String(publish())} resources in profiles/fsh-generated/resources, 0 errors, 0 warnings\n`)
