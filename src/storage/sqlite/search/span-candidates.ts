/**
 * Ways into the spans of a parameter. Most are short: where one starts then tells nearly where it
 * ends.
 */
import { lastUpdatedKey } from '../../../search/query.ts'
import type { SpanNode, Node } from '../../../search/query.ts'
import type { Compiler } from './compile.ts'
import { longInterval } from '../file/schema.ts'

/** Rids of the spans that a node means. */
export const spanRids = (compiler: Compiler, node: SpanNode): string => intervals(compiler, node, 1)

/** Span nodes of one parameter as one: what meets them all with one span meets this. */
export const mergedSpans = (nodes: readonly Node[]): readonly SpanNode[] => {
  const spans = nodes.filter(
    (node): node is SpanNode => node.kind === 'span' && node.parameter !== lastUpdatedKey
  )
  const parameters = [...new Set(spans.map(({ parameter }) => parameter))]
  return parameters
    .map((parameter) => spans.filter((node) => node.parameter === parameter))
    .filter((own) => own.length > 1)
    .map((own) =>
      own.reduce((a, b) => ({
        kind: 'span',
        parameter: a.parameter,
        ...both('loMin', Math.max, a, b),
        ...both('loMax', Math.min, a, b),
        ...both('hiMin', Math.max, a, b),
        ...both('hiMax', Math.min, a, b)
      }))
    )
}

type Bound = 'loMin' | 'loMax' | 'hiMin' | 'hiMax'
const both = (
  bound: Bound,
  pick: (a: number, b: number) => number,
  a: SpanNode,
  b: SpanNode
): Partial<Record<Bound, number>> => {
  const [left, right] = [a[bound] ?? b[bound], b[bound] ?? a[bound]]
  return left === undefined || right === undefined ? {} : { [bound]: pick(left, right) }
}

/** With the hulls of resources that have several spans, any of which may meet a bound. */
export const mergedRids = (compiler: Compiler, node: SpanNode): string => {
  const end = least(node.loMax, node.hiMax)
  const start = most(node.hiMin, node.loMin)
  const hull: SpanNode = {
    kind: 'span',
    parameter: node.parameter,
    ...(end !== undefined && { loMax: end }),
    ...(start !== undefined && { hiMin: start })
  }
  return `${intervals(compiler, node, 1)} UNION ALL ${intervals(compiler, hull, -1)}`
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)
const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** @param sign −1 reads hulls */
const intervals = (
  { names, binder: { bind }, alias }: Compiler,
  node: SpanNode,
  sign: 1 | -1
): string => {
  const p = bind(sign * names.find(node.parameter))
  const t = alias()
  const { loMin, loMax, hiMin, hiMax } = node
  const at = [
    ...(loMax === undefined ? [] : [`${t}.v < ${bind(loMax)}`]),
    ...(hiMin === undefined ? [] : [`${t}.x > ${bind(hiMin)}`]),
    // an interval does not end before it starts
    ...(hiMax === undefined ? [] : [`${t}.x <= ${bind(hiMax)}`, `${t}.v <= ${bind(hiMax)}`])
  ]
  const select = (index: string, conditions: readonly string[]): string =>
    `SELECT ${t}.rid FROM dt ${t}${index} WHERE ${[`${t}.p = ${p}`, ...conditions].join(' AND ')}`
  if (loMin !== undefined) return select('', [`${t}.v >= ${bind(loMin)}`, ...at.map(besideStart)])
  if (hiMin === undefined) return select('', at.map(besideStart))
  const isLong = `${t}.x - ${t}.v > ${longInterval}`
  return `${select('', [`${t}.v > ${bind(hiMin - longInterval)} - 1`, `NOT (${isLong})`, ...at.map(besideStart)])} UNION ALL ${select(' INDEXED BY dt_long', [isLong, ...at])}`
}

/** Keeps SQLite on the order of starts. */
const besideStart = (condition: string): string =>
  /^t\d+\.x/.test(condition) ? `+${condition}` : condition
