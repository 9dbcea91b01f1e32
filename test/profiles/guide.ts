/** The PSI guide as its tests read it: FSH sources, compiled resources, refused examples. */
import { readdirSync, readFileSync } from 'node:fs'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- resources of twenty types, read by path
export type Json = any

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const list = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).sort()

const sources = 'profiles/input/fsh/'
const compiled = 'profiles/fsh-generated/resources/'
const invalid = 'fixtures/invalid/profiles/'

export const canonical = 'https://psy107.example/fhir/psi'
export const config = read('profiles/sushi-config.yaml')
export const fsh: ReadonlyMap<string, string> = new Map(
  list(sources)
    .filter((name) => name.endsWith('.fsh'))
    .map((name) => [name, read(sources + name)])
)
export const resources: readonly Json[] = list(compiled).map((name) =>
  JSON.parse(read(compiled + name))
)
export const refused: ReadonlyMap<string, Json> = new Map(
  list(invalid).map((name) => [name.replace(/\.json$/, ''), JSON.parse(read(invalid + name))])
)
export const fixture = (name: string): Json => JSON.parse(read(`fixtures/monsieur-x/${name}.json`))
export const ofType = (type: string): readonly Json[] =>
  resources.filter(({ resourceType }) => resourceType === type)

const structures: ReadonlyMap<string, Json> = new Map(
  ofType('StructureDefinition').map((each) => [each.url, each])
)

/** Our invariants on the root of a profile, the only place where they stand. */
export const invariantsOf = (
  profile: string
): readonly { key: string; severity: string; expression: string }[] =>
  (structures.get(profile)?.snapshot.element[0].constraint ?? []).filter(
    ({ key }: { key: string }) => key.startsWith('psi-inv-')
  )

const programs = new Map<string, ReturnType<typeof fhirpath.compile>>()

export const holds = (expression: string, resource: Json): boolean => {
  const program = programs.get(expression) ?? fhirpath.compile(expression, r4)
  programs.set(expression, program)
  const found = program(resource, { resource }) as unknown
  return Array.isArray(found) && found.length === 1 && found[0] === true
}

/** Keys of the invariants that a resource breaks, over all profiles that it claims. */
export const broken = (resource: Json): readonly string[] =>
  (resource.meta?.profile ?? ([] as string[])).flatMap((profile: string) =>
    invariantsOf(profile)
      .filter(({ expression }) => !holds(expression, resource))
      .map(({ key }) => key)
  )
