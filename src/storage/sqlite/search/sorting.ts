/** Sort keys, keysets, and walks along an index that already has the order. */
import { idKey, isOwnKey, lastUpdatedKey } from '../../../search/query.ts'
import type { Keyset, Node, SearchQuery, Sort } from '../../../search/query.ts'
import type { Value } from '../file/driver.ts'
import { byResource } from './compile.ts'
import { tableOf } from '../file/index-rows.ts'
import type { Compiler } from './compile.ts'

/** The value that a row sorts by; NULL when it has none. */
export const sortValue = ({ names, binder, alias }: Compiler, sort: Sort): string => {
  if (sort.parameter === lastUpdatedKey) return 'c.at'
  if (sort.parameter === idKey) return 'c.id'
  const t = alias()
  return `(SELECT ${sort.direction === 'asc' ? 'min' : 'max'}(${t}.v) FROM ${tableOf[sort.form]} ${t}${byResource(tableOf[sort.form])} WHERE ${t}.rid = c.rid AND ${t}.p = ${binder.bind(names.find(sort.parameter))} AND ${t}.p > 0)`
}

/** Rows after the last one of the page before, by the columns s0, s1 … and rid. */
export const afterCondition = (
  { binder: { bind } }: Compiler,
  sorts: readonly Sort[],
  after: Keyset
): string => {
  const values = sorts.map((_, index) => after[index] ?? null)
  const equal = (index: number): string => `s${index} IS ${bind(values[index] ?? null)}`
  const beyond = sorts.flatMap((sort, index) => {
    const value: Value = values[index] ?? null
    if (value === null) return [] // nothing comes after "no value"
    const step = `(s${index} ${sort.direction === 'asc' ? '>' : '<'} ${bind(value)} OR s${index} IS NULL)`
    return [[...sorts.slice(0, index).map((_, earlier) => equal(earlier)), step].join(' AND ')]
  })
  const tie = [...sorts.map((_, index) => equal(index)), `rid > ${bind(lastOf(after))}`].join(
    ' AND '
  )
  return `(${[...beyond, tie].map((part) => `(${part})`).join(' OR ')})`
}

const sortTerms = (sorts: readonly Sort[]): readonly string[] =>
  sorts.map(({ direction }, index) => `s${index} ${direction.toUpperCase()} NULLS LAST`)

export const orderBy = (sorts: readonly Sort[]): string =>
  `ORDER BY ${[...sortTerms(sorts), 'rid'].join(', ')}`

export const lastOf = (after: Keyset): number => Number(after.at(-1))

/**
 * The rows with a value of the first sort key, in its order. The rest (no value) is another search,
 * over `missing`.
 */
export interface Walk {
  /** `FROM`, up to and with `cur c`; conditions come after. */
  readonly from: string
  /** The number of the row before `cur` is read. */
  readonly rid: string
  readonly value: string
  /** `ORDER BY` where the loops alone do not give it. */
  readonly order: string
}

type Walked = Pick<SearchQuery, 'type' | 'sort'>

export const walk = (
  compiler: Compiler,
  query: Walked,
  sort: Sort,
  after: Keyset | undefined
): Walk => {
  const { bind } = compiler.binder
  const type = bind(compiler.names.find(query.type))
  const alone = query.sort.length === 1
  const start = after?.[0]
  const last = after === undefined || !alone ? undefined : bind(lastOf(after))
  const from = start === undefined || start === null ? undefined : bind(start)
  if (sort.parameter === idKey) return walkIds(query, sort, type, from)
  const index = indexOf(compiler, sort, type)
  return sort.direction === 'asc' || !alone
    ? walkInOrder(query, sort, index, from, last)
    : walkRuns(index, from, last)
}

/** The value is never NULL here, and saying NULLS LAST would keep SQLite from using the index. */
const inOrder = (query: Walked, { direction }: Sort, value: string, rid: string): string =>
  `ORDER BY ${[`${value} ${direction.toUpperCase()}`, ...sortTerms(query.sort).slice(1), rid].join(', ')}`

const walkIds = (query: Walked, sort: Sort, type: string, from: string | undefined): Walk => {
  const step = `${sort.direction === 'asc' ? '>' : '<'}${query.sort.length === 1 ? '' : '='}`
  return {
    from: `cur c INDEXED BY cur_id WHERE c.type = ${type} AND c.deleted = 0${from === undefined ? '' : ` AND c.id ${step} ${from}`}`,
    rid: 'c.rid',
    value: 'c.id',
    order: inOrder(query, sort, 'c.id', 'c.rid')
  }
}

/** The index that has the order: of a form's table, or of the rows' own times. */
interface OrderedIndex {
  readonly table: string
  readonly column: string
  /** Alias of its row in the walk. */
  readonly row: string
  /** `FROM`, up to `cur c`. */
  readonly source: string
  readonly scope: (alias: string) => string
  /** What else a row must be, to stand for its resource. */
  readonly current: string
}

const indexOf = ({ names, binder: { bind } }: Compiler, sort: Sort, type: string): OrderedIndex => {
  if (sort.parameter === lastUpdatedKey) {
    return {
      table: 'cur',
      column: 'at',
      row: 'c',
      source: 'cur c INDEXED BY cur_at',
      scope: (alias) => `${alias}.type = ${type} AND ${alias}.deleted = 0`,
      current: ''
    }
  }
  const table = tableOf[sort.form]
  const p = bind(names.find(sort.parameter))
  return {
    table,
    column: 'v',
    row: 'd',
    source: `${table} d CROSS JOIN cur c ON c.rid = d.rid`,
    scope: (alias) => `${alias}.p = ${p} AND ${alias}.p > 0`,
    current: ` AND ${firstOfResource(sort, 'd')} AND c.type = ${type} AND c.deleted = 0`
  }
}

const walkInOrder = (
  query: Walked,
  sort: Sort,
  { row, column, source, scope, current }: OrderedIndex,
  from: string | undefined,
  last: string | undefined
): Walk => {
  const [value, rid] = [`${row}.${column}`, `${row}.rid`]
  const beyond =
    from === undefined
      ? ''
      : last === undefined
        ? ` AND ${value} ${sort.direction === 'asc' ? '>=' : '<='} ${from}`
        : ` AND (${value}, ${rid}) > (${from}, ${last})`
  return {
    from: `${source} WHERE ${scope(row)}${beyond}${current}`,
    rid,
    value,
    order: inOrder(query, sort, value, rid)
  }
}

/**
 * Downwards the index gives ties in the wrong order, so each distinct value is one ascending run.
 */
const walkRuns = (
  { table, row, column, source, scope, current }: OrderedIndex,
  from: string | undefined,
  last: string | undefined
): Walk => {
  const largest = (below: string): string =>
    `SELECT max(m.${column}) FROM ${table} m WHERE ${scope('m')}${below}`
  const runs = `(WITH RECURSIVE g (v) AS (${from === undefined ? largest('') : `SELECT ${from}`} UNION ALL SELECT (${largest(` AND m.${column} < g.v`)}) FROM g WHERE g.v IS NOT NULL) SELECT v FROM g) g`
  const tie =
    from === undefined || last === undefined ? '' : ` AND (g.v < ${from} OR ${row}.rid > ${last})`
  return {
    from: `${runs} CROSS JOIN ${source} WHERE ${scope(row)} AND ${row}.${column} = g.v${tie}${current}`,
    rid: `${row}.rid`,
    value: 'g.v',
    order: ''
  }
}

/** Of several values of one resource only the one it sorts by counts. */
const firstOfResource = (sort: Sort, row: string): string => {
  const table = tableOf[sort.form]
  const side = sort.direction === 'asc' ? '<' : '>'
  const smaller =
    table === 'dt' || table === 'tok'
      ? `(e.v, e.x) ${side} (${row}.v, ${row}.x)`
      : `e.v ${side} ${row}.v`
  return `NOT EXISTS (SELECT 1 FROM ${table} e${byResource(table)} WHERE e.rid = ${row}.rid AND e.p = ${row}.p AND e.p > 0 AND ${smaller})`
}

/** The rows that sort by this code. */
export interface Group {
  readonly sort: Sort
  readonly value: string
}

/** For a row that has the code: no other of its codes comes before it. */
export const sortsBy = (
  { names, binder: { bind }, alias }: Compiler,
  { sort, value }: Group,
  rid: string
): string => {
  const t = alias()
  return `NOT EXISTS (SELECT 1 FROM tok ${t}${byResource('tok')} WHERE ${t}.rid = ${rid} AND ${t}.p = ${bind(names.find(sort.parameter))} AND ${t}.p > 0 AND ${t}.v ${sort.direction === 'asc' ? '<' : '>'} ${bind(value)})`
}

export const hasValueAlways = ({ parameter }: Sort): boolean => isOwnKey(parameter)

export const withoutValue = ({ parameter, form }: Sort): Node => ({
  kind: 'missing',
  parameter,
  form
})
