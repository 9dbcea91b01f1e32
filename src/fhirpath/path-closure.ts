/**
 * Turns parsed expressions into one closure that visits each element once and hands values to
 * sinks: extraction runs on every write.
 */
import { choiceName } from './choice.ts'
import type { Expression } from './expression.ts'
import type { Path, PathExpression, Step } from './path.ts'
import { pathExpression } from './path.ts'
import { refersTo } from './refers-to.ts'

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

/**
 * Choices must be spelled out, `value.ofType(Quantity)`, as in the tables.
 * @throws Error on an expression that these closures do not cover
 */
export const compileExpressions = <T>(rules: readonly Rule<T>[]): Sink<T> =>
  compilePaths(rules.map(({ expression, sink }) => ({ paths: pathExpression(expression), sink })))

const compilePaths = <T>(
  rules: readonly { readonly paths: PathExpression; readonly sink: Sink<T> }[]
): Sink<T> => {
  const root: Place<T> = { sinks: [], next: new Map() }
  for (const { paths, sink } of rules) {
    for (const part of paths.kind === 'union' ? paths.of : [paths]) plant(root, part, sink)
  }
  return visit(root)
}

const plant = <T>(root: Place<T>, part: PathExpression, sink: Sink<T>): void => {
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
    return [...done.slice(0, -1), { kind: 'element', name: choiceName(last.name, step.type) }]
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
        if (isOnly((value as Record<string, unknown>)[move.element], move.value)) next(value, into)
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

/** Equality of collections: a list of one is as good as its item. */
const isOnly = (found: unknown, wanted: unknown): boolean =>
  found === wanted || (Array.isArray(found) && found.length === 1 && found[0] === wanted)

/** Three-valued: undefined is FHIRPath's empty collection. */
const compileCondition = (
  expression: PathExpression
): ((value: unknown) => boolean | undefined) => {
  if (expression.kind === 'and') {
    const parts = expression.of.map(compileCondition)
    return (value) => {
      const verdicts = parts.map((part) => part(value))
      return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true
    }
  }
  if (expression.kind === 'compare') {
    const find = valuesOf(expression.left)
    return (value) => {
      const found = find(value)
      return found.length === 0
        ? undefined
        : isOnly(found, expression.right) === (expression.operator === '=')
    }
  }
  if (expression.kind !== 'path' || expression.steps.at(-1)?.kind !== 'exists') {
    throw new Error('a condition ends in exists() or compares')
  }
  const rest: Path = { ...expression, steps: expression.steps.slice(0, -1) }
  const find = valuesOf(rest.from && rest.steps.length === 0 ? rest.from : rest)
  return (value) => find(value).length > 0
}

const valuesOf = (paths: PathExpression): ((value: unknown) => readonly unknown[]) => {
  const collect = compilePaths<unknown[]>([
    {
      paths,
      sink: (value, into) => {
        into.push(value)
      }
    }
  ])
  return (value) => {
    const into: unknown[] = []
    collect(value, into)
    return into
  }
}
