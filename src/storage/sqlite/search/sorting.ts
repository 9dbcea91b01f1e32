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

export const walk = (
  compiler: Compiler,
  query: Pick<SearchQuery, 'type' | 'sort'>,
  sort: Sort,
  after: Keyset | undefined
): Walk => {
  const {
    names,
    binder: { bind }
  } = compiler
  const type = bind(names.find(query.type))
  const alone = query.sort.length === 1
  const start = after?.[0]
  const last = after === undefined || !alone ? undefined : bind(lastOf(after))
  const from = start === undefined || start === null ? undefined : bind(start)
  const up = sort.direction === 'asc'
  // The value is never NULL here, and saying NULLS LAST would keep SQLite from using the index.
  const inOrder = (value: string, rid: string): string =>
    `ORDER BY ${[`${value} ${up ? 'ASC' : 'DESC'}`, ...sortTerms(query.sort).slice(1), rid].join(', ')}`
  const beyond = (value: string, rid: string): string =>
    from === undefined
      ? ''
      : last === undefined
        ? ` AND ${value} ${up ? '>=' : '<='} ${from}`
        : ` AND (${value}, ${rid}) > (${from}, ${last})`
  if (sort.parameter === idKey) {
    return {
      from: `cur c INDEXED BY cur_id WHERE c.type = ${type} AND c.deleted = 0${from === undefined ? '' : ` AND c.id ${up ? '>' : '<'}${alone ? '' : '='} ${from}`}`,
      rid: 'c.rid',
      value: 'c.id',
      order: inOrder('c.id', 'c.rid')
    }
  }
  const own = sort.parameter === lastUpdatedKey
  const table = own ? 'cur' : tableOf[sort.form]
  const column = own ? 'at' : 'v'
  const p = own ? '' : bind(names.find(sort.parameter))
  const scope = (alias: string): string =>
    own
      ? `${alias}.type = ${type} AND ${alias}.deleted = 0`
      : `${alias}.p = ${p} AND ${alias}.p > 0`
  const first = own ? '' : ` AND ${firstOfResource(sort, 'd')}`
  const row = own ? 'c' : 'd'
  const source = `${table} ${row}${own ? ' INDEXED BY cur_at' : ''}`
  const read = own ? '' : ' CROSS JOIN cur c ON c.rid = d.rid'
  const current = own ? '' : ` AND c.type = ${type} AND c.deleted = 0`
  if (up || !alone) {
    return {
      from: `${source}${read} WHERE ${scope(row)}${beyond(`${row}.${column}`, `${row}.rid`)}${first}${current}`,
      rid: `${row}.rid`,
      value: `${row}.${column}`,
      order: inOrder(`${row}.${column}`, `${row}.rid`)
    }
  }
  // Downwards the index gives ties in the wrong order, so each distinct value is one ascending run.
  const largest = (below: string): string =>
    `SELECT max(m.${column}) FROM ${table} m WHERE ${scope('m')}${below}`
  const runs = `(WITH RECURSIVE g (v) AS (${from === undefined ? largest('') : `SELECT ${from}`} UNION ALL SELECT (${largest(` AND m.${column} < g.v`)}) FROM g WHERE g.v IS NOT NULL) SELECT v FROM g) g`
  const tie =
    from === undefined || last === undefined ? '' : ` AND (g.v < ${from} OR ${row}.rid > ${last})`
  return {
    from: `${runs} CROSS JOIN ${source}${read} WHERE ${scope(row)} AND ${row}.${column} = g.v${tie}${first}${current}`,
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
