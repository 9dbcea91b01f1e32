import { createRequire } from 'node:module'
import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { SearchParameter } from '../../src/definitions/definitions.ts'
import { parseExpression } from '../../src/fhirpath/parser.ts'
import type { PathExpression, Step } from '../../src/fhirpath/path.ts'
import { pathExpression, printPaths } from '../../src/fhirpath/path.ts'
import { compileExpressions } from '../../src/fhirpath/path-closure.ts'
import { resourcesOf, sampleTypes } from '../search/sample.ts'

interface FhirPath {
  compile: (expression: string, model: unknown) => (resource: unknown) => unknown[]
}
const require = createRequire(import.meta.url)
const fhirpath = require('fhirpath') as FhirPath
const model: unknown = require('fhirpath/fhir-context/r4')
const definitions = loadDefinitions()

/**
 * fhirpath.js resolves nothing synchronously and knows no hasExtension: the same questions in its
 * words.
 */
const judged = (expression: string) =>
  fhirpath.compile(
    expression
      .replace(
        /resolve\(\) is (\w+)/g,
        "reference.startsWith('$1/') or reference.contains('/$1/') or type = '$1'"
      )
      .replace(/hasExtension\(('[^']*')\)/g, 'extension.where(url = $1).exists()'),
    model
  )
const paths = (text: string) => pathExpression(parseExpression(text))
const ours = (expression: string) => {
  const visit = compileExpressions<unknown[]>([
    {
      expression: parseExpression(expression),
      sink: (value, into) => {
        into.push(value)
      }
    }
  ])
  return (resource: unknown): unknown[] => {
    const into: unknown[] = []
    visit(resource, into)
    return into
  }
}
const asSet = (values: readonly unknown[]) =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort()

const samples: Readonly<Record<string, unknown>> = {
  CodeableConcept: { coding: [{ system: 'http://loinc.org', code: '1' }] },
  Coding: { system: 'http://loinc.org', code: '2' },
  Identifier: { system: 'urn:x', value: '3' },
  ContactPoint: { system: 'phone', value: '4' },
  boolean: true,
  Reference: { reference: 'Patient/5' },
  date: '2024-01-06',
  dateTime: '2024-01-07T00:00:00Z',
  instant: '2024-01-08T00:00:00.000Z',
  Period: { start: '2024-01-09' },
  Timing: { event: ['2024-01-10'] },
  HumanName: { family: 'Eleven' },
  Address: { city: 'Twelve' }
}

/**
 * A resource with a value where the steps lead; every element is a list, so that lists are followed
 * too.
 */
const resourceAt = (type: string, steps: readonly Step[], value: unknown): unknown => {
  const build = (index: number): unknown => {
    const step = steps[index]
    const next = steps[index + 1]
    if (!step) return value
    const inner = build(index + (next?.kind === 'ofType' ? 2 : 1))
    switch (step.kind) {
      case 'element':
        return {
          [next?.kind === 'ofType'
            ? step.name + next.type.charAt(0).toUpperCase() + next.type.slice(1)
            : step.name]: typeof inner === 'object' ? [inner] : inner
        }
      case 'equals':
        return { ...(inner as object), [step.element]: step.value }
      case 'refersTo':
        return { reference: `${step.type}/5` }
      case 'hasExtension':
        return { ...(inner as object), extension: [{ url: step.url, valueBoolean: true }] }
      default:
        throw new Error(step.kind)
    }
  }
  return { resourceType: type, ...(build(0) as object) }
}

const alternatives = (expression: PathExpression): readonly PathExpression[] =>
  expression.kind === 'union' ? expression.of : [expression]
const leafOf = (steps: readonly Step[], { datatypes }: SearchParameter) => {
  const last = steps.findLast((step) => step.kind === 'ofType' || step.kind === 'element')
  return last?.kind === 'ofType' ? last.type : (datatypes[0] ?? '')
}

t.test(
  'every expression of every type finds what fhirpath.js finds, and finds something',
  async (t) => {
    let compared = 0
    const wrong: string[] = []
    for (const type of definitions.types) {
      for (const parameter of definitions.searchParameters(type).values()) {
        for (const part of alternatives(paths(parameter.expression))) {
          if (part.kind !== 'path') continue // Patient.deceased: below
          const text = printPaths(part)
          const resource = resourceAt(
            type,
            part.steps,
            samples[leafOf(part.steps, parameter)] ?? 'text'
          )
          const expected = asSet(judged(text)(resource))
          const found = asSet(ours(text)(resource))
          compared++
          if (expected.length === 0 || JSON.stringify(found) !== JSON.stringify(expected)) {
            wrong.push(`${text}: ${found.join()} instead of ${expected.join()}`)
          }
        }
      }
    }
    t.same(wrong, [])
    t.ok(compared > 1700, `${compared} expressions`)
  }
)

t.test('on real resources too', async (t) => {
  const wrong: string[] = []
  const seen = new Set<string>()
  for (const type of sampleTypes()) {
    const resources = resourcesOf(type)
    for (const { key, expression } of definitions.searchParameters(type).values()) {
      const [theirs, mine] = [judged(expression), ours(expression)]
      for (const resource of resources) {
        const expected = asSet(theirs(resource))
        if (expected.length > 0) seen.add(key)
        if (JSON.stringify(asSet(mine(resource))) !== JSON.stringify(expected)) {
          wrong.push(`${key} of ${resource.id ?? ''}`)
        }
      }
    }
  }
  t.same(wrong, [])
  t.ok(seen.size > 600, `${seen.size} parameters with values`)
})

t.test('deceased is a condition, not an element', async (t) => {
  const expression = definitions.searchParameters('Patient').get('deceased')?.expression ?? ''
  for (const patient of [
    { deceasedBoolean: true },
    { deceasedBoolean: false },
    { deceasedDateTime: '2024-01-01' },
    {}
  ]) {
    const resource = { resourceType: 'Patient', ...patient }
    t.same(ours(expression)(resource), judged(expression)(resource), JSON.stringify(patient))
  }
})

t.test('what lies outside the subset is refused, not misread', async (t) => {
  for (const text of [
    'Patient.name.first()',
    'Patient.name[0]',
    'Patient.name + 1',
    'Patient.name.where(use)',
    "Patient.name.where(period = '2024')",
    'Patient..name',
    'Patient.name |',
    "Patient.name.where(family = 'x'",
    ''
  ]) {
    t.throws(() => ours(text), /outside the subset/, text)
  }
  for (const text of [
    'A.b',
    "A.b.where(system = 'it\\'s') | A.c.ofType(Period)",
    '(A.b | A.c).exists() and A.b != false',
    'A.b.where(resolve() is Patient)',
    "A.b.where(hasExtension('http://x')).c"
  ]) {
    t.equal(printPaths(paths(text)), text)
  }
})
