/**
 * The expressions of search parameters, as roads through a resource: alternatives of paths, or a
 * condition on paths. https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.expression
 */
import type { Call, Expression } from './expression.ts'
import { isTypeName, looksTemporal } from './expression.ts'

export type PathExpression =
  | Path
  | { readonly kind: 'union'; readonly of: readonly PathExpression[] }
  | { readonly kind: 'and'; readonly of: readonly PathExpression[] }
  | {
      readonly kind: 'compare'
      readonly operator: '=' | '!='
      readonly left: PathExpression
      readonly right: string | boolean
    }

/**
 * `root`: the type name that it begins with; `from`: a bracketed expression instead. Neither:
 * relative to the context.
 */
export interface Path {
  readonly kind: 'path'
  readonly root?: string
  readonly from?: PathExpression
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'ofType'; readonly type: string } // also `as`
  | { readonly kind: 'exists' }
  // where(system = 'phone')
  | { readonly kind: 'equals'; readonly element: string; readonly value: string | boolean }
  // where(resolve() is Patient): judged by the reference's own type
  | { readonly kind: 'refersTo'; readonly type: string }
  | { readonly kind: 'hasExtension'; readonly url: string } // where(hasExtension('…'))

/** @throws Error on anything else, so that no parameter is read wrongly in silence */
export const pathExpression = (expression: Expression): PathExpression => {
  switch (expression.kind) {
    case 'member':
      if (expression.of !== undefined) {
        return extended(expression.of, { kind: 'element', name: expression.name })
      }
      return isTypeName(expression.name)
        ? { kind: 'path', root: expression.name, steps: [] }
        : { kind: 'path', steps: [{ kind: 'element', name: expression.name }] }
    case 'call':
      return extended(expression.of, stepOf(expression))
    case 'typed':
      if (expression.operator === 'is') throw outside('is')
      return extended(expression.of, { kind: 'ofType', type: expression.type })
    case 'binary':
      return combined(expression.operator, expression.left, expression.right)
    case 'literal':
    case 'quantity':
    case 'empty':
    case 'variable':
      throw outside(`a ${expression.kind}`)
  }
}

const outside = (found: string): Error =>
  new Error(`FHIRPath outside the subset of search parameters: ${found}`)

const extended = (of: Expression | undefined, step: Step): PathExpression => {
  const before: PathExpression = of === undefined ? { kind: 'path', steps: [] } : pathExpression(of)
  return before.kind === 'path'
    ? { ...before, steps: [...before.steps, step] }
    : { kind: 'path', from: before, steps: [step] }
}

const combined = (operator: string, left: Expression, right: Expression): PathExpression => {
  switch (operator) {
    case '|':
    case 'and': {
      const kind = operator === '|' ? 'union' : 'and'
      const both = [pathExpression(left), pathExpression(right)]
      return { kind, of: both.flatMap((one) => (one.kind === kind ? one.of : [one])) }
    }
    case '=':
    case '!=':
      return { kind: 'compare', operator, left: pathExpression(left), right: literalOf(right) }
    default:
      throw outside(operator)
  }
}

const literalOf = (expression: Expression | undefined): string | boolean => {
  if (expression?.kind !== 'literal' || typeof expression.value === 'number') {
    throw outside('a comparison with something other than text or a boolean')
  }
  if (typeof expression.value === 'string' && looksTemporal(expression.value)) {
    throw outside('a comparison with a date or time')
  }
  return expression.value
}

const stepOf = ({ name, arguments: [argument] }: Call): Step => {
  if (name === 'exists' && argument === undefined) return { kind: 'exists' }
  if (name === 'where' && argument !== undefined) return conditionOf(argument)
  if (
    (name === 'ofType' || name === 'as') &&
    argument?.kind === 'member' &&
    argument.of === undefined
  ) {
    return { kind: 'ofType', type: argument.name }
  }
  throw outside(`${name}()`)
}

const conditionOf = (condition: Expression): Step => {
  if (condition.kind === 'typed' && condition.operator === 'is' && isOwn(condition.of, 'resolve')) {
    return { kind: 'refersTo', type: condition.type }
  }
  if (condition.kind === 'call' && isOwn(condition, 'hasExtension')) {
    return { kind: 'hasExtension', url: String(literalOf(condition.arguments[0])) }
  }
  if (
    condition.kind === 'binary' &&
    condition.operator === '=' &&
    condition.left.kind === 'member' &&
    condition.left.of === undefined
  ) {
    return { kind: 'equals', element: condition.left.name, value: literalOf(condition.right) }
  }
  throw outside(`where() with another condition than x = '…', resolve() is T, hasExtension('…')`)
}

/** A function called on the focus itself. */
const isOwn = (expression: Expression, name: string): boolean =>
  expression.kind === 'call' && expression.of === undefined && expression.name === name

/** Back to FHIRPath: what stands in the tables and in the CapabilityStatement. */
export const printPaths = (expression: PathExpression): string => {
  if (expression.kind === 'union') return expression.of.map(printPaths).join(' | ')
  if (expression.kind === 'and') return expression.of.map(printPaths).join(' and ')
  if (expression.kind === 'compare') {
    return `${printPaths(expression.left)} ${expression.operator} ${printLiteral(expression.right)}`
  }
  const head = expression.root ?? (expression.from && `(${printPaths(expression.from)})`)
  return [...(head === undefined ? [] : [head]), ...expression.steps.map(printStep)].join('.')
}

const printLiteral = (value: string | boolean) =>
  typeof value === 'boolean' ? String(value) : `'${value.replace(/['\\]/g, '\\$&')}'`

const printStep = (step: Step): string => {
  switch (step.kind) {
    case 'element':
      return step.name
    case 'ofType':
      return `ofType(${step.type})`
    case 'exists':
      return 'exists()'
    case 'equals':
      return `where(${step.element} = ${printLiteral(step.value)})`
    case 'refersTo':
      return `where(resolve() is ${step.type})`
    case 'hasExtension':
      return `where(hasExtension(${printLiteral(step.url)}))`
  }
}
