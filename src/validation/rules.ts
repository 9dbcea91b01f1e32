/** The invariants of a type or element: in code where there is code, else as compiled FHIRPath. */
import type { Invariant, Structures } from '../definitions/definitions.ts'
import type { CompiledPath } from '../fhir/path.ts'
import { compilePath } from '../fhir/path.ts'
import { bundleRules } from './bundle-rules.ts'
import { datatypeRules } from './datatype-rules.ts'
import { definitionRules } from './definition-rules.ts'
import { resourceRules } from './resource-rules.ts'
import type { Rule, Test } from './rule.ts'
import { has } from './rule.ts'
import { isObject } from './scope.ts'

/** Judged elsewhere in this folder, with better messages: references.ts, narrative.ts. */
const elsewhere: ReadonlySet<string> = new Set(['Reference ref-1', 'Narrative.div txt-1', 'Narrative.div txt-2'])

const inCode: Readonly<Partial<Record<string, Test>>> = { ...datatypeRules, ...resourceRules, ...bundleRules, ...definitionRules }

/** A rule holds only when it yields true: "nothing" is a failure, as is false. A lone value that is no boolean counts as true. */
const holds = (result: readonly unknown[]): boolean => result.length === 1 && result[0] !== false

/** Compiled at the first use: most types are never met. */
export const pathTest = (expression: string, base: string | undefined): Test => {
  let path: CompiledPath | undefined
  return (element, scope) => {
    path ??= compilePath(expression, base)
    return holds(path(element, { resource: scope.resource, rootResource: scope.root }))
  }
}

const toRule = (path: string, base: string | undefined, { key, severity, human, expression }: Invariant): Rule =>
  ({ key, severity, human, test: inCode[`${path} ${key}`] ?? pathTest(expression, base) })

/** Rules on a path itself, without those of its type's base. */
export const rulesOf = (structures: Structures, path: string): readonly Rule[] => structures.invariants(path)
  .filter(({ key }) => !elsewhere.has(`${path} ${key}`))
  .map((invariant) => toRule(path, structures.type(path)?.kind === 'resource' ? undefined : path, invariant))

/** SimpleQuantity is a profile of Quantity, and the type of some elements. https://hl7.org/fhir/R4/datatypes.html#simplequantity */
export const simpleQuantityRules: readonly Rule[] = [
  { key: 'sqty-1', severity: 'error', human: 'The comparator is not used on a SimpleQuantity', test: (quantity) => !isObject(quantity) || !has(quantity, 'comparator') }
]
