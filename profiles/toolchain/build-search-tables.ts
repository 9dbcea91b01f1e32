/** Writes profiles/tables/search-parameters.json and compartments.json from the published R4 definitions: facts only. https://hl7.org/fhir/R4/searchparameter-registry.html */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseExpression } from '../../src/fhirpath/parser.ts'
import { pathExpression, printPaths } from '../../src/fhirpath/path.ts'
import { kinds } from '../../src/search/parameters/kinds.ts'
import { createElementTypes, type Definition } from './search-tables/element-types.ts'
import { createImpliedSystems, type ValueSet } from './search-tables/implied-systems.ts'
import { typedExpression } from './search-tables/typed-expression.ts'

interface SearchParameterResource {
  readonly id: string
  readonly url: string
  readonly code: string
  readonly type: string
  readonly base?: readonly string[]
  readonly target?: readonly string[]
  readonly expression?: string
}
interface CompartmentResource { readonly code: string, readonly url: string, readonly resource: readonly { readonly code: string, readonly param?: readonly string[] }[] }

const source = new URL('./node_modules/hl7.fhir.r4.examples/', import.meta.url)
const tables = new URL('../tables/', import.meta.url)
const files = readdirSync(source)
const load = <T>(prefix: string): T[] => files.filter((name) => name.startsWith(`${prefix}-`)).map((name) => JSON.parse(readFileSync(new URL(name, source), 'utf8')) as T)

const definitions = load<Definition>('StructureDefinition').filter((each) => each.derivation === 'specialization' || each.type === 'Element')
const elements = createElementTypes(definitions)
const impliedSystem = createImpliedSystems(load<ValueSet>('ValueSet'))
const resourceTypes = definitions.filter((each) => each.kind === 'resource' && !each.abstract).map((each) => each.type).sort()

/** `_profile` is the only parameter of Resource itself that is indexed; `_id` and `_lastUpdated` are answered from the row. Phonetic matching is not offered. */
const offered = (parameter: SearchParameterResource) => Object.hasOwn(kinds, parameter.type) &&
  parameter.expression !== undefined && !parameter.id.startsWith('example') && parameter.code !== 'phonetic' &&
  (!parameter.base?.includes('Resource') || parameter.code === '_profile')

const rows = new Map<string, Map<string, unknown>>(resourceTypes.map((type) => [type, new Map()]))
const leftOut: string[] = []
for (const parameter of load<SearchParameterResource>('SearchParameter').filter(offered)) {
  for (const type of parameter.base?.includes('Resource') ? resourceTypes : parameter.base ?? []) {
    try {
      const typed = typedExpression(pathExpression(parseExpression(parameter.expression ?? '')), type, parameter.type, elements)
      const systems = new Set(typed.leaves.map((leaf) => impliedSystem(leaf)))
      const [system] = systems.size === 1 ? [...systems] : []
      const targets = typed.targets === 'any' ? parameter.target : parameter.target?.filter((target) => typed.targets.includes(target)) ?? typed.targets
      rows.get(type)?.set(parameter.code, {
        kind: parameter.type,
        expression: printPaths(typed.expression),
        datatypes: [...new Set(typed.leaves.map((leaf) => leaf.datatype))].sort(),
        ...(parameter.type === 'reference' && { targets: targets === undefined || targets.length >= resourceTypes.length ? '*' : [...targets].sort() }),
        ...(system !== undefined && { system }),
        url: parameter.url.replace('http://hl7.org/fhir/SearchParameter/', '')
      })
    } catch (error) {
      leftOut.push(`${type}.${parameter.code}: ${(error as Error).message}`)
    }
  }
}

const byKey = <T>(entries: Iterable<readonly [string, T]>) => [...entries].sort(([a], [b]) => a < b ? -1 : 1)
/** One line a row, so that a change of definitions reads as a change of lines. */
const json = (groups: readonly (readonly [string, readonly (readonly [string, unknown])[]])[]) => `{\n${groups.map(([name, lines]) =>
  `"${name}": {\n${lines.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}`).join(',\n')}\n}\n`

writeFileSync(new URL('search-parameters.json', tables), json(byKey(rows).map(([type, codes]) => [type, byKey(codes)])))
writeFileSync(new URL('compartments.json', tables), json(byKey(load<CompartmentResource>('CompartmentDefinition')
  .filter((each) => !each.url.endsWith('/example'))
  .map((each) => [each.code, byKey(each.resource.flatMap(({ code, param }) => param === undefined ? [] : [[code, param] as const]))]))))
console.log(`${[...rows.values()].reduce((sum, codes) => sum + codes.size, 0)} parameters of ${rows.size} types. Left out:\n${leftOut.join('\n')}`)
