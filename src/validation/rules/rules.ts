/**
 * The invariants of a type or element: in code where there is code, else as closures, else by the
 * FHIRPath engine.
 */
import type { Invariant, Structures } from '../../definitions/definitions.ts'
import type { CompiledPath } from '../../fhirpath/engine.ts'
import { compilePath } from '../../fhirpath/engine.ts'
import { beyond } from '../../fhirpath/beyond.ts'
import type { Evaluate } from '../../fhirpath/closure.ts'
import { compileExpression } from '../../fhirpath/closure.ts'
import { parseExpression } from '../../fhirpath/parser.ts'
import type { Rule, Test } from './rule.ts'
import { has } from './rule.ts'
import { rulesInCode } from './rules-in-code.ts'
import { isObject } from '../../fhir/json-object.ts'

/** Judged elsewhere in this folder, with better messages: references.ts, narrative.ts. */
const elsewhere: ReadonlySet<string> = new Set([
  'Reference ref-1',
  'Narrative.div txt-1',
  'Narrative.div txt-2'
])

/**
 * A rule holds only when it yields true: "nothing" is a failure, as is false. A lone value that is
 * no boolean counts as true.
 */
const holds = (result: readonly unknown[]): boolean => result.length === 1 && result[0] !== false

/** By the engine alone; compiled at the first use. */
export const engineTest = (expression: string, base: string | undefined): Test => {
  let path: CompiledPath | undefined
  return (element, scope) => {
    path ??= compilePath(expression, base)
    return holds(path(element, { resource: scope.resource, rootResource: scope.root }))
  }
}

/** Undefined: for the engine. */
const closureOf = (structures: Structures, expression: string): Evaluate | undefined => {
  try {
    return compileExpression(parseExpression(expression), structures.choices())
  } catch {
    return undefined
  }
}

/** By closures where they can decide, else by the engine. */
export const pathTest = (
  structures: Structures,
  expression: string,
  base: string | undefined
): Test => {
  let closure: Evaluate | undefined | null = null
  const engine = engineTest(expression, base)
  return (element, scope) => {
    if (closure === null) closure = closureOf(structures, expression)
    if (closure === undefined) return engine(element, scope)
    try {
      return holds(closure(element, scope))
    } catch (error) {
      if (error !== beyond) throw error
      return engine(element, scope)
    }
  }
}

const toRule = (
  structures: Structures,
  path: string,
  base: string | undefined,
  { key, severity, human, expression }: Invariant
): Rule => ({
  key,
  severity,
  human,
  test: rulesInCode[`${path} ${key}`] ?? pathTest(structures, expression, base)
})

/** Rules on a path itself, without those of its type's base. */
export const rulesOf = (structures: Structures, path: string): readonly Rule[] =>
  structures
    .invariants(path)
    .filter(({ key }) => !elsewhere.has(`${path} ${key}`))
    .map((invariant) =>
      toRule(
        structures,
        path,
        structures.type(path)?.kind === 'resource' ? undefined : path,
        invariant
      )
    )

/**
 * SimpleQuantity is a profile of Quantity, and the type of some elements.
 * https://hl7.org/fhir/R4/datatypes.html#simplequantity
 */
export const simpleQuantityRules: readonly Rule[] = [
  {
    key: 'sqty-1',
    severity: 'error',
    human: 'The comparator is not used on a SimpleQuantity',
    test: (quantity) => !isObject(quantity) || !has(quantity, 'comparator')
  }
]
