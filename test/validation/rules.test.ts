import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource } from '../../src/fhir/resource.ts'
import { engineTest, pathTest } from '../../src/validation/rules/rules.ts'
import { rulesInCode } from '../../src/validation/rules/rules-in-code.ts'
import { createRun, createScope } from '../../src/validation/scope.ts'
import type { Json } from '../../src/fhir/json-object.ts'
import { entries, guide, r4Examples, refused, synthea } from './corpus.ts'

const { structures, profile } = loadDefinitions()

/** These differ from their FHIRPath on purpose. */
const apart: ReadonlySet<string> = new Set([
  'Period per-1', // dates of different precision: FHIRPath gives nothing, we compare what can be
  'Range rng-2', // units that do not compare
  'Task inv-1', // as per-1
  'DomainResource dom-3', // reads what the walk gathered
  'ElementDefinition eld-16',
  'ElementDefinition eld-19', // their regular expressions are none in JavaScript
  // no probability: FHIRPath gives nothing
  'RiskAssessment.prediction ras-2',
  'RiskAssessment.prediction.probability[x] ras-1'
])

type Visit = (path: string, element: Json) => void
const visit = (path: string, element: Json, found: Visit): void => {
  for (
    let type: string | undefined = path;
    type !== undefined;
    type = structures.type(type)?.base
  ) {
    found(type, element)
  }
  for (const child of structures.children(path)?.values() ?? []) {
    for (const { code } of child.types.length === 0
      ? [{ code: child.contentReference! }]
      : child.types) {
      const name = child.name.endsWith('[x]')
        ? child.name.slice(0, -3) + code[0]!.toUpperCase() + code.slice(1)
        : child.name
      for (const item of [element[name]].flat()) {
        if (typeof item !== 'object' || item === null) continue
        const inner =
          ((item as Json)['resourceType'] as string | undefined) ??
          (structures.children(child.path) === undefined ? code : child.path)
        if (inner !== child.path) found(child.path, item as Json)
        visit(inner, item as Json, found)
      }
    }
  }
}

/** The element, and what is left of it when one property after another goes or stands alone. */
const variants = (element: Json): Json[] => [
  element,
  ...Object.keys(element)
    .filter((key) => key !== 'resourceType')
    .flatMap((key) => {
      const { [key]: value, ...rest } = element
      return [
        rest,
        {
          ...(typeof element['resourceType'] === 'string'
            ? { resourceType: element['resourceType'] }
            : {}),
          [key]: value
        }
      ]
    })
]

/** Properties of all of them in one, for rules of the kind "not both". */
const everything = (elements: Iterable<Json>): Json => Object.assign({}, ...elements)

/** Some of each shape of each element, by path. */
const sampled = (resources: readonly Resource[]): ReadonlyMap<string, readonly Json[]> => {
  const samples = new Map<string, Map<string, Json>>()
  for (const resource of resources) {
    visit(resource.resourceType, resource, (path, element) => {
      if (structures.invariants(path).length === 0) return
      const shapes = samples.get(path) ?? new Map<string, Json>()
      // A dozen shapes of an element tell what thousands of it would.
      if (shapes.size < 12 && JSON.stringify(element).length < 20_000) {
        shapes.set(Object.keys(element).sort().join(), element)
      }
      samples.set(path, shapes)
    })
  }
  return new Map(
    [...samples].map(([path, shapes]) => [
      path,
      [...[...shapes.values()].flatMap(variants), everything(shapes.values())]
    ])
  )
}

t.test(
  'rules in code and in closures say what the FHIRPath engine says, on real elements and on broken ones',
  async (t) => {
    const tried = new Map<string, Set<boolean>>()
    for (const [path, elements] of sampled([
      ...r4Examples.values(),
      ...guide.values(),
      ...synthea.slice(0, 3).flatMap(entries)
    ])) {
      for (const { key, expression } of structures.invariants(path)) {
        const name = `${path} ${key}`
        if (apart.has(name) || ['ref-1', 'txt-1', 'txt-2'].includes(key)) continue
        const base = structures.type(path)?.kind === 'resource' ? undefined : path
        const test = rulesInCode[name] ?? pathTest(structures, expression, base)
        const engine = engineTest(expression, base)
        const outcomes = new Set<boolean>()
        for (const element of elements) {
          const scope = createScope(createRun(), element)
          const expected = engine(element, scope)
          outcomes.add(expected)
          if (test(element, scope) !== expected) {
            t.fail(
              `${name}: ${JSON.stringify(element).slice(0, 300)} is ${String(expected)} by "${expression}"`
            )
          }
        }
        tried.set(name, outcomes)
      }
    }
    t.ok(tried.size > 100, `${tried.size} rules compared`)
    const both = [...tried.values()].filter((outcomes) => outcomes.size === 2).length
    t.ok(both > 25, `${both} of them both kept and broken`)
  }
)

t.test("closures of the profiles' rules say what the engine says", async (t) => {
  const outcomes = new Map<string, Set<boolean>>()
  for (const resource of [...guide.values(), ...refused.values()]) {
    for (const { key, expression } of rulesFor(resource.resourceType)) {
      const [fast, engine] = [
        pathTest(structures, expression, undefined),
        engineTest(expression, undefined)
      ]
      for (const element of broken(resource)) {
        const scope = createScope(createRun(), element)
        const expected = attempt(() => engine(element, scope))
        if (expected === undefined) continue
        outcomes.set(key, (outcomes.get(key) ?? new Set()).add(expected))
        if (fast(element, scope) !== expected) {
          t.fail(`${key}: ${JSON.stringify(element)} is ${String(expected)} by "${expression}"`)
        }
      }
    }
  }
  t.ok(outcomes.size > 20, `${outcomes.size} rules compared`)
  for (const [key, found] of outcomes) t.equal(found.size, 2, `${key} both kept and broken`)
})

/** The engine throws on some content, such as a sum of what are no dates; that is no verdict. */
const attempt = (judge: () => boolean): boolean | undefined => {
  try {
    return judge()
  } catch {
    return undefined
  }
}

const profileIds: Readonly<Record<string, readonly string[]>> = {
  CarePlan: ['psi-care-plan'],
  CareTeam: ['psi-careteam'],
  Goal: ['psi-goal'],
  Consent: ['psi-consent'],
  Appointment: ['psi-appointment'],
  Patient: ['psi-patient'],
  Organization: ['psi-network-organization']
}
const rulesFor = (type: string) =>
  (profileIds[type] ?? []).flatMap(
    (id) => profile(`https://psy107.example/fhir/psi/StructureDefinition/${id}`)?.root.rules ?? []
  )

/**
 * The resource, and with one property after another gone or its text changed, down to the third
 * level.
 */
const broken = (resource: Json): Json[] => {
  const places: (readonly (string | number)[])[] = []
  const collect = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value !== 'object' || value === null || path.length > 6) return
    for (const key of Object.keys(value)) {
      if (key === 'resourceType' || key === 'text' || key === 'meta') continue
      places.push([...path, key])
      collect((value as Json)[key], [...path, key])
    }
  }
  collect(resource, [])
  // Every so many: the engine takes a tenth of a millisecond for each.
  const stride = Math.ceil(places.length / 25)
  return [
    resource,
    ...places
      .filter((_, index) => index % stride === 0)
      .flatMap((path) =>
        [undefined, 'Practitioner/x', '1999-02-03'].map((put) => {
          const changed = structuredClone(resource)
          const last = path.at(-1)!
          const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Json)[key], changed)
          if (put === undefined && Array.isArray(parent)) parent.splice(Number(last), 1)
          else if (put === undefined) Reflect.deleteProperty(parent as Json, last)
          else if (typeof (parent as Json)[last] === 'string') (parent as Json)[last] = put
          return changed
        })
      )
  ]
}

t.test('every rule in code is a rule of the tables', async (t) => {
  const known = new Set(
    [...structures.typeNames()]
      .flatMap((type) => paths(type))
      .flatMap((path) => structures.invariants(path).map(({ key }) => `${path} ${key}`))
  )
  for (const name of Object.keys(rulesInCode)) t.ok(known.has(name), name)
})

t.test('every other rule of R4 compiles', async (t) => {
  for (const type of structures.typeNames()) {
    for (const path of paths(type)) {
      for (const { key, expression } of structures.invariants(path)) {
        if (
          rulesInCode[`${path} ${key}`] !== undefined ||
          ['ref-1', 'txt-1', 'txt-2'].includes(key)
        ) {
          continue
        }
        const element = path === type ? { resourceType: type } : {}
        t.doesNotThrow(
          () =>
            engineTest(expression, path === type ? undefined : path)(
              element,
              createScope(createRun(), element)
            ),
          `${path} ${key}`
        )
      }
    }
  }
})

const paths = (type: string): string[] => [
  type,
  ...[...(structures.children(type)?.values() ?? [])]
    .filter(({ path }) => path.startsWith(`${type}.`))
    .flatMap(({ path }) => paths(path))
]
