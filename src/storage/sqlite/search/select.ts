/**
 * The rows of one part of a search, as SQL: from few rids in hand, along one exact index value, or
 * along a sort key.
 */
import type { ResourceType } from '../../../fhir/resource.ts'
import type { Keyset, Node, Sort } from '../../../search/query.ts'
import { condition, range } from './compile.ts'
import type { At, Compiler, Leaf } from './compile.ts'
import type { Plan } from './plan.ts'
import { afterCondition, lastOf, orderBy, sortsBy, sortValue, walk } from './sorting.ts'
import type { Group } from './sorting.ts'

/** A part of the search that one statement answers. */
export interface Part {
  readonly type: ResourceType
  readonly where: readonly Node[]
  readonly sort: readonly Sort[]
  readonly after: Keyset | undefined
  readonly limit: number
  /** Rows that sort by one value of a key before. */
  readonly groups?: readonly Group[]
}

/**
 * Everything that matches, by creation number or unsorted. `columns`: of `c`, and of `rid`, the
 * place where its number is known first.
 */
export const matchingRows = (
  compiler: Compiler,
  part: Part,
  { start, where, visible }: Plan,
  columns: (rid: string) => string,
  acl: 'row' | 'rows',
  beyond = ''
): string => {
  const { bind } = compiler.binder
  const judge = (at: At): string =>
    [
      ...where.map((node) => condition(compiler, node, at)),
      ...(part.groups ?? []).map((group) => sortsBy(compiler, group, at.rid)),
      compiler.visibility[visible ? 'undenied' : acl]('c')
    ]
      .map((text) => ` AND ${text}`)
      .join('')
  const type = bind(compiler.names.find(part.type))
  if (start.kind === 'few') {
    const rids = start.rids(compiler)
    return `SELECT ${columns('c.rid')} FROM cur c WHERE c.rid IN (${rids}) AND +c.type = ${type} AND c.deleted = 0${beyond && ` AND c.rid > ${beyond}`}${judge({ type: part.type, row: 'c', rid: 'c.rid' })}`
  }
  if (start.along !== undefined) {
    const { table, where: scope, repeats } = range(compiler, start.along as Leaf, 'd')
    return `SELECT ${repeats === true ? 'DISTINCT ' : ''}${columns('d.rid')} FROM ${table} d CROSS JOIN cur c ON c.rid = d.rid WHERE ${scope}${beyond && ` AND d.rid > ${beyond}`} AND c.type = ${type} AND c.deleted = 0${judge({ type: part.type, row: 'c', rid: 'd.rid' })}`
  }
  return `SELECT ${columns('c.rid')} FROM cur c INDEXED BY cur_type WHERE c.type = ${type} AND c.deleted = 0${beyond && ` AND c.rid > ${beyond}`}${judge({ type: part.type, row: 'c', rid: 'c.rid' })}`
}

const rowColumns = (rid: string): string => `${rid} AS rid, c.ver AS ver, c.id AS id`

export const fromFew = (compiler: Compiler, part: Part, chosen: Plan): string => {
  if (part.sort.length === 0) {
    const beyond = part.after === undefined ? '' : compiler.binder.bind(lastOf(part.after))
    return `${matchingRows(compiler, part, chosen, rowColumns, 'row', beyond)} ORDER BY 1`
  }
  const values = part.sort
    .map((sort, index) => `, ${sortValue(compiler, sort)} AS s${index}`)
    .join('')
  const rows = matchingRows(compiler, part, chosen, (rid) => rowColumns(rid) + values, 'row')
  return `SELECT * FROM (${rows}) ${part.after === undefined ? '' : `WHERE ${afterCondition(compiler, part.sort, part.after)}`} ${orderBy(part.sort)}`
}

export const alongSort = (compiler: Compiler, part: Part, { where }: Plan, sort: Sort): string => {
  const path = walk(compiler, part, sort, part.after)
  const values = part.sort
    .map((key, index) => `, ${index === 0 ? path.value : sortValue(compiler, key)} AS s${index}`)
    .join('')
  const judge = [
    ...where.map((node) => condition(compiler, node, { type: part.type, row: 'c', rid: path.rid })),
    ...(part.groups ?? []).map((group) => sortsBy(compiler, group, path.rid)),
    compiler.visibility.row('c')
  ]
    .map((text) => ` AND ${text}`)
    .join('')
  const rows = `SELECT ${rowColumns('c.rid')}${values} FROM ${path.from}${judge}`
  return part.sort.length === 1 || part.after === undefined
    ? `${rows} ${path.order}`
    : `SELECT * FROM (${rows}) WHERE ${afterCondition(compiler, part.sort, part.after)} ${orderBy(part.sort)}`
}
