/**
 * Turns parsed expressions into one closure that visits each element once and hands values to
 * sinks: extraction runs on every write.
 */
import { refersTo } from './refers-to.ts'
import type { Expression, Path, Step } from './expression.ts'

/** What happens with a value; `into` is whatever the caller collects in. */
export type Sink<T> = (value: unknown, into: T) => void
export interface Rule<T> {
  readonly expression: Expression
  readonly sink: Sink<T>
}

/** Expressions that begin alike share the way: a node of the tree is a place in the resource. */
interface Place<T> {
  readonly sinks: Sink<T>[]
  readonly next: Map<string, { readonly move: Move; readonly place: Place<T> }>
}
type Move = Exclude<Step, { kind: 'ofType' | 'exists' }>

export const compileExpressions = <T>(rules: readonly Rule<T>[]): Sink<T> => {
  const root: Place<T> = { sinks: [], next: new Map() }
  for (const { expression, sink } of rules) {
    for (const part of expression.kind === 'union' ? expression.of : [expression]) {
      plant(root, part, sink)
    }
  }
  return visit(root)
}

const plant = <T>(root: Place<T>, part: Expression, sink: Sink<T>): void => {
  if (part.kind !== 'path' || part.from || part.steps.at(-1)?.kind === 'exists') {
    const judge = compileCondition(part)
    root.sinks.push((value, into) => {
      const verdict = judge(value)
      if (verdict !== undefined) sink(verdict, into)
    })
    return
  }
  let place = root
  for (const move of moves(part)) {
    const key = JSON.stringify(move)
    const known = place.next.get(key) ?? { move, place: { sinks: [], next: new Map() } }
    place.next.set(key, known)
    place = known.place
  }
  place.sinks.push(sink)
}

/** value.ofType(Period) is the property valuePeriod in JSON. */
const moves = (path: Path): Move[] =>
  path.steps.reduce<Move[]>((done, step) => {
    const last = done.at(-1)
    if (step.kind === 'exists') throw new Error('exists() is understood only at the end')
    if (step.kind !== 'ofType') return [...done, step]
    if (last?.kind !== 'element') throw new Error('ofType() is understood only after an element')
    return [
      ...done.slice(0, -1),
      { kind: 'element', name: last.name + step.type.charAt(0).toUpperCase() + step.type.slice(1) }
    ]
  }, [])

const visit = <T>(place: Place<T>): Sink<T> => {
  const branches = [...place.next.values()]
  const parts = [...place.sinks]
  const elements = branches.flatMap(({ move, place: at }) =>
    move.kind === 'element' ? [{ name: move.name, next: visit(at) }] : []
  )
  if (elements.length > 0) parts.push(visitElements(elements))
  for (const { move, place: at } of branches) {
    if (move.kind !== 'element') parts.push(where(move, visit(at)))
  }
  const [only] = parts
  if (parts.length === 1 && only) return only
  return (value, into) => {
    for (const part of parts) part(value, into)
  }
}

/**
 * Elements hold values or lists of them; null stands in a list for a value that has extensions
 * only.
 */
const visitElements =
  <T>(elements: readonly { readonly name: string; readonly next: Sink<T> }[]): Sink<T> =>
  (value, into) => {
    for (const { name, next } of elements) {
      const found = (value as Record<string, unknown>)[name]
      if (found === undefined || found === null) continue
      if (!Array.isArray(found)) next(found, into)
      else for (const item of found) if (item !== null && item !== undefined) next(item, into)
    }
  }

const where = <T>(move: Exclude<Move, { kind: 'element' }>, next: Sink<T>): Sink<T> => {
  switch (move.kind) {
    case 'equals':
      return (value, into) => {
        if ((value as Record<string, unknown>)[move.element] === move.value) next(value, into)
      }
    case 'refersTo':
      return (value, into) => {
        if (refersTo(value, move.type)) next(value, into)
      }
    case 'hasExtension':
      return (value, into) => {
        const extensions = (value as Record<string, unknown>)['extension']
        if (
          Array.isArray(extensions) &&
          extensions.some((extension) => (extension as { url?: unknown } | null)?.url === move.url)
        ) {
          next(value, into)
        }
      }
  }
}

/** Three-valued: undefined is FHIRPath's empty collection. */
const compileCondition = (expression: Expression): ((value: unknown) => boolean | undefined) => {
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
      return found === undefined
        ? undefined
        : (found === expression.right) === (expression.operator === '=')
    }
  }
  if (expression.kind !== 'path' || expression.steps.at(-1)?.kind !== 'exists') {
    throw new Error('a condition ends in exists() or compares')
  }
  const rest: Path = { ...expression, steps: expression.steps.slice(0, -1) }
  const first = firstValue(rest.from && rest.steps.length === 0 ? rest.from : rest)
  return (value) => first(value) !== undefined
}

const firstValue = (expression: Expression): ((value: unknown) => unknown) => {
  const collect = compileExpressions<unknown[]>([
    {
      expression,
      sink: (value, into) => {
        into.push(value)
      }
    }
  ])
  return (value) => {
    const into: unknown[] = []
    collect(value, into)
    return into[0]
  }
}
