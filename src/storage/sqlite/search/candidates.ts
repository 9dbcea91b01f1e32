/**
 * For a node that few rows can match: a select of their rids, none left out. The rows are still
 * judged by the node's condition.
 */
import type { ResourceType } from '../../../fhir/resource.ts'
import type { Node } from '../../../search/query.ts'
import { isOwnTime, ownTime, range } from './compile.ts'
import { spanRids, mergedSpans, mergedRids } from './span-candidates.ts'
import type { Compiler, Leaf } from './compile.ts'

export interface Candidates {
  /** How many rows, at most `estimateCap`; a hint. */
  readonly estimate: number
  readonly rids: (compiler: Compiler) => string
  /** True when `rids` gives no row that the node does not match. */
  readonly complete: boolean
}

/** Counts the rows of a select, no further than the cap; may be some seconds old. */
export type Estimate = (node: Node, type: ResourceType, rids: Candidates['rids']) => number

export const estimateCap = 10_000
/** SQLite joins at most 500 selects; ors nest. */
const compoundLimit = 100
/**
 * A scan over all texts of a parameter: dearer than it looks, so that anything selective goes
 * first.
 */
const containsEstimate = estimateCap / 2

/** @returns undefined for a node that names no rows (not, missing …) */
export const candidatesOf = (
  node: Node,
  type: ResourceType,
  estimate: Estimate
): Candidates | undefined => {
  const counted = (rids: Candidates['rids'], complete: boolean): Candidates => ({
    estimate: estimate(node, type, rids),
    rids,
    complete
  })
  switch (node.kind) {
    case 'and':
      return least([
        ...node.nodes.map((part) => candidatesOf(part, type, estimate)),
        ...betweenSpans(node.nodes, type, estimate)
      ])
    case 'or':
      return union(node.nodes.map((part) => candidatesOf(part, type, estimate)))
    case 'ids':
      return {
        estimate: node.ids.length,
        complete: true,
        rids: ({ names, binder }) =>
          `SELECT rid FROM cur WHERE type = ${binder.bind(names.find(type))} AND id IN ${binder.list(node.ids)}`
      }
    case 'word':
    case 'link':
    case 'span':
      return counted((compiler) => leafRids(compiler, node, type), true)
    case 'text':
      return node.match === 'contains'
        ? {
            estimate: containsEstimate,
            complete: true,
            rids: (compiler) => leafRids(compiler, node, type)
          }
        : counted((compiler) => leafRids(compiler, node, type), true)
    case 'chain':
      return hop(candidatesOf(node.node, node.targetType, estimate), (inner) =>
        counted((compiler) => chainRids(compiler, node, inner), false)
      )
    case 'has':
      return hop(candidatesOf(node.node, node.sourceType, estimate), (inner) =>
        counted((compiler) => hasRids(compiler, node, type, inner), false)
      )
    case 'not':
    case 'missing':
      return undefined
  }
}

/** Several span nodes of one parameter, each broad, may leave little between them. */
export const betweenSpans = (
  nodes: readonly Node[],
  type: ResourceType,
  estimate: Estimate
): readonly Candidates[] =>
  mergedSpans(nodes).map((node) => {
    const rids: Candidates['rids'] = (compiler) => mergedRids(compiler, node)
    return { estimate: estimate({ kind: 'and', nodes: [node] }, type, rids), rids, complete: false }
  })

const least = (parts: readonly (Candidates | undefined)[]): Candidates | undefined => {
  const best = parts.reduce(
    (a, b) => (b === undefined || (a !== undefined && a.estimate <= b.estimate) ? a : b),
    undefined
  )
  return best && { ...best, complete: best.complete && parts.length === 1 }
}

const union = (parts: readonly (Candidates | undefined)[]): Candidates | undefined => {
  const all = parts.filter((part) => part !== undefined)
  if (all.length < parts.length || all.length > compoundLimit) return undefined
  return {
    estimate: Math.min(
      estimateCap,
      all.reduce((sum, part) => sum + part.estimate, 0)
    ),
    complete: all.every(({ complete }) => complete),
    rids: (compiler) =>
      all.length === 0
        ? 'SELECT 0 WHERE 0'
        : all.map((part) => part.rids(compiler)).join(' UNION ALL ')
  }
}

/** A hop from many rows to more is no way to find few. */
const hop = (
  inner: Candidates | undefined,
  make: (inner: Candidates) => Candidates
): Candidates | undefined =>
  inner === undefined || inner.estimate >= estimateCap ? undefined : make(inner)

const leafRids = (compiler: Compiler, node: Leaf, type: ResourceType): string => {
  if (node.kind === 'span' && !isOwnTime(node)) return spanRids(compiler, node)
  if (node.kind === 'span') {
    return `SELECT c.rid FROM cur c INDEXED BY cur_at WHERE c.type = ${compiler.binder.bind(compiler.names.find(type))} AND c.deleted = 0 AND ${ownTime(compiler, node, 'c')}`
  }
  const alias = compiler.alias()
  if (node.kind === 'link') {
    return `SELECT ${alias}.rid FROM ref ${alias} WHERE ${alias}.v IN ${compiler.binder.list(node.targets)} AND ${alias}.p = ${compiler.binder.bind(compiler.names.find(node.parameter))}`
  }
  const { table, where } = range(compiler, node, alias)
  return `SELECT ${alias}.rid FROM ${table} ${alias} WHERE ${where}`
}

const chainRids = (
  compiler: Compiler,
  node: Node & { kind: 'chain' },
  inner: Candidates
): string => {
  const [t, r] = [compiler.alias(), compiler.alias()]
  const { bind } = compiler.binder
  return `SELECT ${r}.rid FROM cur ${t} CROSS JOIN ref ${r} WHERE ${t}.rid IN (${inner.rids(compiler)})
    AND +${t}.type = ${bind(compiler.names.find(node.targetType))} AND ${r}.p = ${bind(compiler.names.find(node.parameter))} AND ${r}.v = ${bind(`${node.targetType}/`)} || ${t}.id`
}

const hasRids = (
  compiler: Compiler,
  node: Node & { kind: 'has' },
  type: ResourceType,
  inner: Candidates
): string => {
  const [r, t] = [compiler.alias(), compiler.alias()]
  const { bind } = compiler.binder
  return `SELECT ${t}.rid FROM ref ${r} CROSS JOIN cur ${t} ON ${t}.type = ${bind(compiler.names.find(type))} AND ${t}.id = substr(${r}.v, ${type.length + 2})
    WHERE ${r}.rid IN (${inner.rids(compiler)}) AND ${r}.p = ${bind(compiler.names.find(node.parameter))} AND ${r}.p > 0 AND ${r}.v >= ${bind(`${type}/`)} AND ${r}.v < ${bind(`${type}0`)}`
}
