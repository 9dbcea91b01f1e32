import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource } from '../../src/fhir/resource.ts'
import { bundleRules } from '../../src/validation/bundle-rules.ts'
import { datatypeRules } from '../../src/validation/datatype-rules.ts'
import { definitionRules } from '../../src/validation/definition-rules.ts'
import { resourceRules } from '../../src/validation/resource-rules.ts'
import type { Test } from '../../src/validation/rule.ts'
import { pathTest } from '../../src/validation/rules.ts'
import { createRun, createScope } from '../../src/validation/scope.ts'
import type { Json } from '../../src/validation/scope.ts'
import { entries, guide, r4Examples, synthea } from './corpus.ts'

const { structures } = loadDefinitions()
const inCode: Readonly<Record<string, Test>> = { ...datatypeRules, ...resourceRules, ...bundleRules, ...definitionRules }

/** These differ from their FHIRPath on purpose. */
const apart: ReadonlySet<string> = new Set([
  'Period per-1', // dates of different precision: FHIRPath gives nothing, we compare what can be
  'Range rng-2', // units that do not compare
  'Task inv-1', // as per-1
  'DomainResource dom-3', // reads what the walk gathered
  'ElementDefinition eld-16', 'ElementDefinition eld-19', // their regular expressions are none in JavaScript
  'RiskAssessment.prediction ras-2', 'RiskAssessment.prediction.probability[x] ras-1' // no probability: FHIRPath gives nothing
])

type Visit = (path: string, element: Json) => void
const visit = (path: string, element: Json, found: Visit): void => {
  for (let type: string | undefined = path; type !== undefined; type = structures.type(type)?.base) found(type, element)
  for (const child of structures.children(path)?.values() ?? []) {
    for (const { code } of child.types.length === 0 ? [{ code: child.contentReference! }] : child.types) {
      const name = child.name.endsWith('[x]') ? child.name.slice(0, -3) + code[0]!.toUpperCase() + code.slice(1) : child.name
      for (const item of [element[name]].flat()) {
        if (typeof item !== 'object' || item === null) continue
        const inner = (item as Json)['resourceType'] as string | undefined ?? (structures.children(child.path) === undefined ? code : child.path)
        if (inner !== child.path) found(child.path, item as Json)
        visit(inner, item as Json, found)
      }
    }
  }
}

/** The element, and what is left of it when one property after another goes or stands alone. */
const variants = (element: Json): Json[] => [element, ...Object.keys(element).filter((key) => key !== 'resourceType').flatMap((key) => {
  const { [key]: value, ...rest } = element
  return [rest, { ...typeof element['resourceType'] === 'string' ? { resourceType: element['resourceType'] } : {}, [key]: value }]
})]

/** Properties of all of them in one, for rules of the kind "not both". */
const everything = (elements: Iterable<Json>): Json => Object.assign({}, ...elements)

t.test('rules in code say what their FHIRPath says, on real elements and on broken ones', async (t) => {
  const samples = new Map<string, Map<string, Json>>()
  const collect = (resource: Resource): void => visit(resource.resourceType, resource, (path, element) => {
    if (structures.invariants(path).length === 0) return
    const shapes = samples.get(path) ?? new Map<string, Json>()
    const shape = Object.keys(element).sort().join()
    // Twenty shapes of an element tell what thousands of it would.
    if (shapes.size < 20 && JSON.stringify(element).length < 20_000) shapes.set(shape, element)
    samples.set(path, shapes)
  })
  for (const resource of [...r4Examples.values(), ...guide.values(), ...synthea.slice(0, 3).flatMap(entries)]) collect(resource)
  const tried = new Map<string, Set<boolean>>()
  for (const [path, shapes] of samples) {
    for (const { key, expression } of structures.invariants(path)) {
      const name = `${path} ${key}`
      const test = inCode[name]
      if (test === undefined || apart.has(name)) continue
      const byPath = pathTest(expression, structures.type(path)?.kind === 'resource' ? undefined : path)
      const outcomes = tried.get(name) ?? new Set()
      for (const element of [...[...shapes.values()].flatMap(variants), { ...everything(shapes.values()) }]) {
        const scope = createScope(createRun(), element)
        const expected = byPath(element, scope)
        outcomes.add(expected)
        if (test(element, scope) !== expected) t.fail(`${name}: ${JSON.stringify(element).slice(0, 300)} is ${String(expected)} by "${expression}"`)
      }
      tried.set(name, outcomes)
    }
  }
  t.ok(tried.size > 60, `${tried.size} rules compared`)
  const both = [...tried.values()].filter((outcomes) => outcomes.size === 2).length
  t.ok(both > 20, `${both} of them both kept and broken`)
})

t.test('every rule in code is a rule of the tables', async (t) => {
  const known = new Set([...structures.typeNames()].flatMap((type) => paths(type)).flatMap((path) => structures.invariants(path).map(({ key }) => `${path} ${key}`)))
  for (const name of Object.keys(inCode)) t.ok(known.has(name), name)
})

t.test('every other rule of R4 compiles', async (t) => {
  for (const type of structures.typeNames()) {
    for (const path of paths(type)) {
      for (const { key, expression } of structures.invariants(path)) {
        if (inCode[`${path} ${key}`] !== undefined || ['ref-1', 'txt-1', 'txt-2'].includes(key)) continue
        const element = path === type ? { resourceType: type } : {}
        t.doesNotThrow(() => pathTest(expression, path === type ? undefined : path)(element, createScope(createRun(), element)), `${path} ${key}`)
      }
    }
  }
})

const paths = (type: string): string[] => [type, ...[...structures.children(type)?.values() ?? []].filter(({ path }) => path.startsWith(`${type}.`)).flatMap(({ path }) => paths(path))]
