/** A node as a condition on one row of `cur`. Values are bound, never written into the text. */
import { isOwnKey, lastUpdatedKey } from '../../../search/query.ts'
import type { SpanNode, Form, Node, LinkNode, TextNode, WordNode } from '../../../search/query.ts'
import type { ResourceType } from '../../../fhir/resource.ts'
import type { Binder } from '../file/binder.ts'
import { systemValue, tableOf } from '../file/index-rows.ts'
import type { Table } from '../file/index-rows.ts'
import type { Names } from '../file/names.ts'
import type { Visibility } from '../read/visibility.ts'

export interface Compiler {
  readonly names: Names
  readonly binder: Binder
  readonly visibility: Visibility
  /** A table alias not used before in this statement. */
  readonly alias: () => string
}

export const createCompiler = (names: Names, binder: Binder, visibility: Visibility): Compiler => {
  let used = 0
  return { names, binder, visibility, alias: () => `t${++used}` }
}

/**
 * Where a row stands: `row` its alias, `rid` its number, which may be known from an outer table
 * before the row itself is read.
 */
export interface At {
  readonly type: ResourceType
  readonly row: string
  readonly rid: string
}

export const condition = (compiler: Compiler, node: Node, at: At): string => {
  const { binder } = compiler
  switch (node.kind) {
    case 'and':
      return joined(
        node.nodes.map((part) => condition(compiler, part, at)),
        'AND',
        () => constant(binder, true)
      )
    case 'or':
      return joined(
        node.nodes.map((part) => condition(compiler, part, at)),
        'OR',
        () => constant(binder, false)
      )
    case 'not':
      return `NOT (${condition(compiler, node.node, at)})`
    case 'ids':
      return `${at.row}.id IN ${binder.list(node.ids)}`
    case 'word':
    case 'link':
    case 'text':
    case 'span':
      return leafCondition(compiler, node, at)
    case 'missing':
      return missingCondition(compiler, node.parameter, node.form, at)
    case 'chain':
      return chainCondition(compiler, node, at)
    case 'has':
      return hasCondition(compiler, node, at)
  }
}

/**
 * Bound, because a constant falsehood makes SQLite drop the table, and then complain that a named
 * index is not used.
 */
const constant = ({ bind }: Binder, truth: boolean): string => bind(truth ? 1 : 0)

/** As a balanced tree: SQLite parses at most 1,000 levels. */
const joined = (parts: readonly string[], word: 'AND' | 'OR', empty: () => string): string => {
  if (parts.length < 2) return parts[0] ?? empty()
  const middle = Math.ceil(parts.length / 2)
  return `(${joined(parts.slice(0, middle), word, empty)} ${word} ${joined(parts.slice(middle), word, empty)})`
}

export type Leaf = WordNode | LinkNode | TextNode | SpanNode
/**
 * Rows of an index table that a leaf means. `ordered`: in order of rid. `repeats`: a resource may
 * stand there more than once.
 */
export interface Range {
  readonly table: Table
  readonly where: string
  readonly ordered: boolean
  readonly repeats?: boolean
}

export const isOwnTime = ({ parameter }: SpanNode): boolean => parameter === lastUpdatedKey

const leafCondition = (compiler: Compiler, node: Leaf, at: At): string => {
  if (node.kind === 'span' && isOwnTime(node)) return ownTime(compiler, node, at.row)
  const alias = compiler.alias()
  const { table, where, ordered } = range(compiler, node, alias)
  return `EXISTS (SELECT 1 FROM ${table} ${alias}${ordered ? '' : byResource(table)} WHERE ${where} AND ${alias}.rid = ${at.rid})`
}

/**
 * The index that leads from a resource to its values: named wherever a probe must not scan all
 * values of a parameter. Wants `p > 0`.
 */
export const byResource = (table: Table): string => ` INDEXED BY ${table}_rid`

export const range = (compiler: Compiler, node: Leaf, alias: string): Range => {
  switch (node.kind) {
    case 'word':
      return wordRange(compiler, node, alias)
    case 'link':
      return linkRange(compiler, node, alias)
    case 'text':
      return textRange(compiler, node, alias)
    case 'span':
      return {
        table: 'dt',
        where: `${parameterIs(compiler, node.parameter, alias)}${bounds(node, `${alias}.v`, `${alias}.x`, compiler.binder.bind)}`,
        ordered: false
      }
  }
}

const parameterIs = (
  { names, binder: { bind } }: Compiler,
  parameter: string,
  alias: string
): string => `${alias}.p = ${bind(names.find(parameter))} AND ${alias}.p > 0`

/** One p and one v. */
const exact = ({ binder: { bind } }: Compiler, alias: string, p: number, v: string): string =>
  `${alias}.p = ${bind(p)} AND ${alias}.v = ${bind(v)}`

const wordRange = (
  compiler: Compiler,
  { parameter, code, system }: WordNode,
  alias: string
): Range => {
  const p = compiler.names.find(parameter)
  if (system === undefined) {
    if (code === undefined) {
      return { table: 'tok', where: parameterIs(compiler, parameter, alias), ordered: false }
    }
    // the code in several systems
    return { table: 'tok', where: exact(compiler, alias, p, code), ordered: true, repeats: true }
  }
  const s = system === '' ? 0 : compiler.names.find(system) || -1
  return {
    table: 'tok',
    where:
      code === undefined
        ? exact(compiler, alias, -p, systemValue(s))
        : `${exact(compiler, alias, p, code)} AND ${alias}.x = ${compiler.binder.bind(s)}`,
    ordered: true
  }
}

const linkRange = (compiler: Compiler, { parameter, targets }: LinkNode, alias: string): Range => {
  const [target] = targets
  if (target !== undefined && targets.length === 1) {
    return {
      table: 'ref',
      where: exact(compiler, alias, compiler.names.find(parameter), target),
      ordered: true
    }
  }
  return {
    table: 'ref',
    where: `${parameterIs(compiler, parameter, alias)} AND +${alias}.v IN ${compiler.binder.list(targets)}`,
    ordered: false
  }
}

const textRange = (
  compiler: Compiler,
  { parameter, match, value }: TextNode,
  alias: string
): Range => {
  const { bind } = compiler.binder
  if (match === 'exact') {
    return {
      table: 'str',
      where: exact(compiler, alias, -compiler.names.find(parameter), value),
      ordered: true
    }
  }
  const own = parameterIs(compiler, parameter, alias)
  if (match === 'contains') {
    return {
      table: 'str',
      where: `${own} AND instr(${alias}.v, ${bind(value)}) > 0`,
      ordered: false
    }
  }
  const end = afterPrefix(value)
  return {
    table: 'str',
    where: `${own} AND ${alias}.v >= ${bind(value)}${end === undefined ? '' : ` AND ${alias}.v < ${bind(end)}`}`,
    ordered: false
  }
}

const bounds = (node: SpanNode, lo: string, hi: string, bind: Binder['bind']): string =>
  [
    node.loMin === undefined ? '' : ` AND ${lo} >= ${bind(node.loMin)}`,
    node.loMax === undefined ? '' : ` AND ${lo} < ${bind(node.loMax)}`,
    node.hiMin === undefined ? '' : ` AND ${hi} > ${bind(node.hiMin)}`,
    node.hiMax === undefined ? '' : ` AND ${hi} <= ${bind(node.hiMax)}`
  ].join('')

/** The version's own time is the interval [at, at + 1). */
export const ownTime = ({ binder: { bind } }: Compiler, node: SpanNode, row: string): string => {
  const least = Math.max(node.loMin ?? -Infinity, node.hiMin ?? -Infinity)
  const most = Math.min(node.loMax ?? Infinity, node.hiMax ?? Infinity) - 1
  return `(1${least === -Infinity ? '' : ` AND ${row}.at >= ${bind(least)}`}${most === Infinity ? '' : ` AND ${row}.at <= ${bind(most)}`})`
}

/**
 * The first text after all that begin with `prefix`, in code point order; undefined when there is
 * none.
 */
const afterPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix)
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0
    if (last < 0x10ffff) {
      return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
    }
  }
  return undefined
}

export const missingCondition = (
  { names, binder, alias }: Compiler,
  parameter: string,
  form: Form,
  { rid }: At
): string => {
  if (isOwnKey(parameter)) return constant(binder, false)
  const t = alias()
  return `NOT EXISTS (SELECT 1 FROM ${tableOf[form]} ${t}${byResource(tableOf[form])} WHERE ${t}.rid = ${rid} AND ${t}.p = ${binder.bind(names.find(parameter))} AND ${t}.p > 0)`
}

/** A current resource of this type that the caller may see. */
export const reachable = (
  { names, binder, visibility }: Compiler,
  type: ResourceType,
  alias: string
): string =>
  `${alias}.type = ${binder.bind(names.find(type))} AND ${alias}.deleted = 0 AND ${visibility.row(alias)}`

const chainCondition = (
  compiler: Compiler,
  node: Node & { kind: 'chain' },
  { rid }: At
): string => {
  const [r, t] = [compiler.alias(), compiler.alias()]
  const { bind } = compiler.binder
  const prefix = `${node.targetType}/`
  return `EXISTS (SELECT 1 FROM ref ${r}${byResource('ref')} CROSS JOIN cur ${t} ON ${t}.id = substr(${r}.v, ${prefix.length + 1})
    WHERE ${r}.rid = ${rid} AND ${r}.p = ${bind(compiler.names.find(node.parameter))} AND ${r}.p > 0 AND ${r}.v >= ${bind(prefix)} AND ${r}.v < ${bind(`${node.targetType}0`)}
    AND ${reachable(compiler, node.targetType, t)} AND ${condition(compiler, node.node, { type: node.targetType, row: t, rid: `${t}.rid` })})`
}

const hasCondition = (
  compiler: Compiler,
  node: Node & { kind: 'has' },
  { type, row }: At
): string => {
  const [r, s] = [compiler.alias(), compiler.alias()]
  const { bind } = compiler.binder
  return `EXISTS (SELECT 1 FROM ref ${r} CROSS JOIN cur ${s} ON ${s}.rid = ${r}.rid
    WHERE ${r}.p = ${bind(compiler.names.find(node.parameter))} AND ${r}.v = ${bind(`${type}/`)} || ${row}.id
    AND ${reachable(compiler, node.sourceType, s)} AND ${condition(compiler, node.node, { type: node.sourceType, row: s, rid: `${s}.rid` })})`
}
