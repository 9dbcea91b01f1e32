/** The `fhirpath` package is the oracle of both of our compilers, on generated expressions. */
import fc from 'fast-check'
import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { beyond } from '../../src/fhirpath/beyond.ts'
import { compileExpression } from '../../src/fhirpath/closure.ts'
import { compilePath } from '../../src/fhirpath/engine.ts'
import { parseExpression } from '../../src/fhirpath/parser.ts'
import { compileExpressions } from '../../src/fhirpath/path-closure.ts'
import type { Json } from '../../src/fhir/json-object.ts'
import { resourcesOf, sampleTypes } from '../search/sample.ts'
import type { Names, Pick } from './expressions.ts'
import { invariant, searchExpression } from './expressions.ts'

const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
t.comment(`PSI_TEST_SEED=${seed}`)

const { structures } = loadDefinitions()
const choices = structures.choices()
const elementsOf = (path: string): string[] =>
  [...(structures.children(path)?.values() ?? [])].flatMap((element) => [
    element.name,
    ...(element.path.startsWith(`${path}.`) ? elementsOf(element.path) : [])
  ])
const names: Names = { choices, plain: new Set([...structures.typeNames()].flatMap(elementsOf)) }
const resources = sampleTypes().flatMap((type) => resourcesOf(type).slice(0, 8)) as readonly Json[]

/** Undefined: no verdict. */
type Evaluate = (expression: string, resource: Json) => readonly unknown[] | undefined

const engine: Evaluate = (expression, resource) => {
  // The package knows no hasExtension: the same question in its words.
  const words = expression.replace(
    /hasExtension\(('[^']*')\)/g,
    'extension.where(url = $1).exists()'
  )
  try {
    return compilePath(words)(resource)
  } catch {
    return undefined
  }
}

const extracted: Evaluate = (expression, resource) => {
  const into: unknown[] = []
  compileExpressions<unknown[]>([
    {
      expression: parseExpression(expression),
      sink: (value, found) => {
        found.push(value)
      }
    }
  ])(resource, into)
  return into
}

const judged: Evaluate = (expression, resource) => {
  const evaluate = compileExpression(parseExpression(expression), choices)
  try {
    return evaluate(resource, { resource, root: resource })
  } catch (error) {
    if (error !== beyond) throw error
    return undefined
  }
}

/** FHIRPath's collections of search values are sets here: each value is indexed once. */
const asSet = (values: readonly unknown[]): string =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort().join()
const asList = (values: readonly unknown[]): string => JSON.stringify(values)

interface Comparison {
  readonly draw: (pick: Pick, resource: Json, names: Names) => string
  readonly ours: Evaluate
  readonly shown: (values: readonly unknown[]) => string
}

const compare = ({ draw, ours, shown }: Comparison, seedOfRun = seed) => {
  const tally = { compared: 0, found: new Set<string>() }
  const result = fc.check(
    fc.property(fc.constantFrom(...resources), fc.gen(), (resource, g) => {
      const text = draw((list) => list[g(fc.nat, { max: list.length - 1 })]!, resource, names)
      const [expected, found] = [engine(text, resource), ours(text, resource)]
      if (expected === undefined || found === undefined) return
      tally.compared++
      tally.found.add(shown(expected))
      if (shown(found) !== shown(expected)) {
        throw new Error(
          `${text} on ${String(resource['resourceType'])}/${String(resource['id'])}: ` +
            `${shown(found).slice(0, 200)} instead of ${shown(expected).slice(0, 200)}`
        )
      }
    }),
    { numRuns: 1000, seed: seedOfRun, endOnFailure: true }
  )
  return {
    ...tally,
    failed: result.failed,
    report: result.errorInstance instanceof Error ? result.errorInstance.message : ''
  }
}

const extraction: Comparison = { draw: searchExpression, ours: extracted, shown: asSet }
const invariants: Comparison = { draw: invariant, ours: judged, shown: asList }

t.test('search extraction finds what the package finds', async (t) => {
  const { failed, report, compared, found } = compare(extraction)
  t.notOk(failed, report)
  t.ok(compared > 900, `${compared} compared`)
  t.ok(found.size > 250, `${found.size} different answers`)
})

t.test('invariants are judged as the package judges them', async (t) => {
  const { failed, report, compared, found } = compare(invariants)
  t.notOk(failed, report)
  t.ok(compared > 450, `${compared} compared, the others left to the package`)
  t.ok(
    ['[true]', '[false]', '[]'].every((answer) => found.has(answer)),
    [...found].join()
  )
})

t.test('a wrong operator, condition or step would be noticed', async (t) => {
  // Always the same expressions: this tests the comparison.
  const wrong = (comparison: Comparison, from: RegExp, to: string): Comparison => ({
    ...comparison,
    ours: (text, resource) => comparison.ours(text.replace(from, to), resource)
  })
  for (const [from, to] of [
    [/ and /g, ' or '],
    [/ implies /g, ' and '],
    [/ xor /g, ' or '],
    [/ != /g, ' = '],
    [/ >= /g, ' > '],
    [/\.empty\(\)/g, '.exists()'],
    [/\.where\(.*?\)\.exists/g, '.exists']
  ] as const) {
    t.ok(compare(wrong(invariants, from, to), 1).failed, `${String(from)} as ${to}`)
  }
  for (const [from, to] of [
    [/ != /g, ' = '],
    [/\.where\(resolve\(\) is Group\)/g, ''],
    [/\.where\(\w+ = 'something else'\)/g, ''],
    [/ofType\(dateTime\)/g, 'ofType(Period)']
  ] as const) {
    t.ok(compare(wrong(extraction, from, to), 1).failed, `${String(from)} as ${to}`)
  }
})
