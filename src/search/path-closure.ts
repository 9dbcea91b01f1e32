/** Turns a parsed expression into closures that hand each value to a sink, without arrays in between: extraction runs on every write. */
import { refersTo } from './refers-to.ts'
import type { Expression, Path, Step } from './expression.ts'

/** What happens with a value; `into` is whatever the caller collects in. */
export type Sink<T> = (value: unknown, into: T) => void

/** Elements hold values or lists of them; null stands in a list for a value with extensions only. */
const each = <T>(value: unknown, into: T, sink: Sink<T>): void => {
  if (value === undefined || value === null) return
  if (!Array.isArray(value)) return sink(value, into)
  for (const item of value) if (item !== null && item !== undefined) sink(item, into)
}

export const compileExpression = <T>(expression: Expression, sink: Sink<T>): Sink<T> => {
  if (expression.kind === 'path') return compilePath(expression, sink)
  if (expression.kind === 'union') {
    const parts = expression.of.map((part) => compileExpression(part, sink))
    return (value, into) => { for (const part of parts) part(value, into) }
  }
  const judge = compileCondition(expression)
  return (value, into) => {
    const verdict = judge(value)
    if (verdict !== undefined) sink(verdict, into)
  }
}

const compilePath = <T>(path: Path, sink: Sink<T>): Sink<T> => {
  const last = path.steps.at(-1)
  if (last?.kind === 'exists') {
    const judge = compileCondition(path)
    return (value, into) => sink(judge(value), into)
  }
  let next = sink
  for (let index = path.steps.length - 1; index >= 0; index--) {
    const step = path.steps[index] as Step
    const before = path.steps[index - 1]
    if (step.kind === 'ofType' && before?.kind === 'element') { // value.ofType(Period) is the property valuePeriod in JSON
      next = compileStep({ kind: 'element', name: before.name + step.type.charAt(0).toUpperCase() + step.type.slice(1) }, next)
      index--
    } else {
      next = compileStep(step, next)
    }
  }
  return path.from ? compileExpression(path.from, next) : next
}

const compileStep = <T>(step: Step, next: Sink<T>): Sink<T> => {
  switch (step.kind) {
    case 'element': {
      const name = step.name
      return (value, into) => each((value as Record<string, unknown>)[name], into, next)
    }
    case 'equals': return (value, into) => { if ((value as Record<string, unknown>)[step.element] === step.value) next(value, into) }
    case 'refersTo': return (value, into) => { if (refersTo(value, step.type)) next(value, into) }
    case 'hasExtension': return (value, into) => {
      const extensions = (value as Record<string, unknown>)['extension']
      if (Array.isArray(extensions) && extensions.some((extension) => (extension as { url?: unknown } | null)?.url === step.url)) next(value, into)
    }
    case 'ofType':
    case 'exists': throw new Error(`${step.kind} is understood only after an element or at the end`)
  }
}

/** Three-valued: undefined is FHIRPath's empty collection. */
const compileCondition = (expression: Expression): (value: unknown) => boolean | undefined => {
  if (expression.kind === 'and') {
    const parts = expression.of.map(compileCondition)
    return (value) => {
      const verdicts = parts.map((part) => part(value))
      return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true
    }
  }
  if (expression.kind === 'compare') {
    const first = firstValue(expression.left)
    return (value) => {
      const found = first(value)
      return found === undefined ? undefined : (found === expression.right) === (expression.operator === '=')
    }
  }
  const exists = expression.kind === 'path' && expression.steps.at(-1)?.kind === 'exists'
  const first = firstValue(exists ? { ...expression, steps: expression.steps.slice(0, -1) } : expression)
  return (value) => exists ? first(value) !== undefined : Boolean(first(value))
}

const firstValue = (expression: Expression): (value: unknown) => unknown => {
  const collect = compileExpression<unknown[]>(expression, (value, into) => { into.push(value) })
  return (value) => {
    const into: unknown[] = []
    collect(value, into)
    return into[0]
  }
}
