/** One search: the page, and the total when asked for, on one snapshot. */
import type { Millis, ResourceType } from '../../fhir/resource.ts'
import { totalCap } from '../../search/query.ts'
import type { Keyset, Node, SearchQuery } from '../../search/query.ts'
import type { AclFilter, Page } from '../store.ts'
import { createBinder } from './binder.ts'
import type { Binder } from './binder.ts'
import type { Estimate } from './candidates.ts'
import { condition, createCompiler, range } from './compile.ts'
import type { At, Compiler, Leaf } from './compile.ts'
import type { Connection } from './connection.ts'
import { decodeText } from './driver.ts'
import type { Row, Value } from './driver.ts'
import { createEstimates } from './estimate.ts'
import { conjuncts, plan } from './plan.ts'
import type { Plan, Thresholds } from './plan.ts'
import { afterCondition, hasValueAlways, lastOf, orderBy, sortValue, walk, withoutValue } from './sorting.ts'
import { toReference, toStored, versionColumns } from './stored-row.ts'
import { compileVisibility, everything } from './visibility.ts'

export type Search = (query: SearchQuery, acl: AclFilter) => Page

interface Hit { readonly row: Row, readonly keyset: Keyset }
/** A part of the search that one statement answers. */
interface Part { readonly type: ResourceType, readonly where: readonly Node[], readonly sort: SearchQuery['sort'], readonly after: Keyset | undefined, readonly limit: number }

export const createSearch = (connection: Connection, now: () => Millis, thresholds: Thresholds): Search => {
  const { names } = connection
  const estimates = createEstimates(connection, now)

  const compilerFor = (binder: Binder, acl: AclFilter): Compiler | undefined => {
    const visibility = compileVisibility(names, acl, binder)
    return visibility && createCompiler(names, binder, visibility)
  }

  const choose = (part: Part, acl: AclFilter): Plan => {
    const estimate: Estimate = (node, type, rids) =>
      estimates(`${type} ${JSON.stringify(node)}`, (binder) => rids(createCompiler(names, binder, everything)))
    const rids = (compiler: Compiler): string =>
      `SELECT c.rid FROM cur c INDEXED BY cur_acl WHERE c.acl IN (${compiler.visibility.sets ?? ''}) AND c.type = ${compiler.binder.bind(names.find(part.type))} AND c.deleted = 0`
    const reach = acl.kind === 'system'
      ? undefined
      : () => ({
          rids,
          count: estimates(`reach ${part.type} ${acl.keys.join(' ')}`, (binder) => {
            const compiler = compilerFor(binder, acl)
            return compiler ? rids(compiler) : 'SELECT 0 WHERE 0'
          })
        })
    return plan(part, part.where, estimate, reach, thresholds)
  }

  const hits = (part: Part, acl: AclFilter): readonly Hit[] => {
    if (part.limit <= 0) return []
    const chosen = choose(part, acl)
    const [sort] = part.sort
    if (chosen.start.kind === 'few' || sort === undefined) return run(part, acl, (compiler) => fromFew(compiler, part, chosen))
    const valued = part.after?.[0] === null ? [] : run(part, acl, (compiler) => alongSort(compiler, part, chosen, sort))
    const missing = part.limit - valued.length
    if (missing <= 0 || hasValueAlways(sort)) return valued
    const rest = hits({
      ...part,
      where: [...part.where, withoutValue(sort)],
      sort: part.sort.slice(1),
      after: part.after?.[0] === null ? part.after.slice(1) : undefined,
      limit: missing
    }, acl)
    return [...valued, ...rest.map(({ row, keyset }) => ({ row, keyset: [null, ...keyset] }))]
  }

  const run = (part: Part, acl: AclFilter, select: (compiler: Compiler) => string): readonly Hit[] => {
    const binder = createBinder()
    const compiler = compilerFor(binder, acl)
    if (!compiler) return []
    const keys = part.sort.map((_, index) => `h.s${index}, `).join('')
    const sql = `SELECT ${keys}h.rid, h.id, ${versionColumns} FROM (${select(compiler)} LIMIT ${binder.bind(part.limit)}) h
      CROSS JOIN ver v ON v.ver = h.ver CROSS JOIN body b ON b.ver = h.ver`
    const width = part.sort.length + 1
    return connection.statement(sql).all(...binder.values).map((row) => ({ row: row.slice(width), keyset: row.slice(0, width).map(toKey) }))
  }

  const total = (query: SearchQuery, acl: AclFilter): number | undefined => {
    const binder = createBinder()
    const compiler = compilerFor(binder, acl)
    if (!compiler) return 0
    const part: Part = { type: query.type, where: conjuncts(query.where), sort: [], after: undefined, limit: 1 }
    const matching = matchingRows(compiler, part, choose(part, acl), '1', 'rows')
    const counted = query.total === 'exact' ? matching : `SELECT 1 FROM (${matching} LIMIT ${totalCap + 1})`
    const count = Number(connection.statement(`SELECT count(*) FROM (${counted})`).get(...binder.values)?.[0])
    return query.total === 'capped' && count > totalCap ? undefined : count
  }

  return (query, acl) => connection.snapshot(() => {
    const found = hits({ type: query.type, where: conjuncts(query.where), sort: query.sort, after: query.after, limit: query.limit === 0 ? 0 : query.limit + 1 }, acl)
    const page = found.slice(0, query.limit)
    const last = page.at(-1)
    const whole = query.limit > 0 && query.after === undefined && found.length <= query.limit
    const count = query.total === 'none' ? undefined : whole ? page.length : total(query, acl)
    return {
      rows: page.map(({ row }) => toStored(toReference(query.type, row[0]), row, 1)),
      ...(last !== undefined && found.length > page.length && { next: last.keyset }),
      ...(count !== undefined && { total: count })
    }
  })
}

const toKey = (value: Value): string | number | null => typeof value === 'string' ? decodeText(value) : value instanceof Uint8Array ? null : value

/** Everything that matches, by creation number or unsorted; columns of `c`. */
const matchingRows = (compiler: Compiler, part: Part, { start, where, visible }: Plan, columns: string, acl: 'row' | 'rows', beyond = ''): string => {
  const { bind } = compiler.binder
  const judge = (at: At): string => [
    ...where.map((node) => condition(compiler, node, at)),
    compiler.visibility[visible ? 'undenied' : acl]('c')
  ].map((text) => ` AND ${text}`).join('')
  const type = bind(compiler.names.find(part.type))
  if (start.kind === 'few') {
    const rids = start.rids(compiler)
    return `SELECT ${columns} FROM cur c WHERE c.rid IN (${rids}) AND +c.type = ${type} AND c.deleted = 0${beyond && ` AND c.rid > ${beyond}`}${judge({ type: part.type, row: 'c', rid: 'c.rid' })}`
  }
  if (start.along !== undefined) {
    const { table, where: scope } = range(compiler, start.along as Leaf, 'd')
    return `SELECT ${columns} FROM ${table} d CROSS JOIN cur c ON c.rid = d.rid WHERE ${scope}${beyond && ` AND d.rid > ${beyond}`} AND c.type = ${type} AND c.deleted = 0${judge({ type: part.type, row: 'c', rid: 'd.rid' })}`
  }
  return `SELECT ${columns} FROM cur c INDEXED BY cur_type WHERE c.type = ${type} AND c.deleted = 0${beyond && ` AND c.rid > ${beyond}`}${judge({ type: part.type, row: 'c', rid: 'c.rid' })}`
}

const rowColumns = 'c.rid AS rid, c.ver AS ver, c.id AS id'

const fromFew = (compiler: Compiler, part: Part, chosen: Plan): string => {
  if (part.sort.length === 0) {
    const beyond = part.after === undefined ? '' : compiler.binder.bind(lastOf(part.after))
    return `${matchingRows(compiler, part, chosen, rowColumns, 'row', beyond)} ORDER BY ${chosen.start.kind === 'walk' && chosen.start.along ? 'd' : 'c'}.rid`
  }
  const values = part.sort.map((sort, index) => `, ${sortValue(compiler, sort)} AS s${index}`).join('')
  const rows = matchingRows(compiler, part, chosen, rowColumns + values, 'row')
  return `SELECT * FROM (${rows}) ${part.after === undefined ? '' : `WHERE ${afterCondition(compiler, part.sort, part.after)}`} ${orderBy(part.sort)}`
}

const alongSort = (compiler: Compiler, part: Part, { where }: Plan, sort: SearchQuery['sort'][number]): string => {
  const path = walk(compiler, part, sort, part.after)
  const values = part.sort.map((key, index) => `, ${index === 0 ? path.value : sortValue(compiler, key)} AS s${index}`).join('')
  const judge = [...where.map((node) => condition(compiler, node, { type: part.type, row: 'c', rid: path.rid })), compiler.visibility.row('c')].map((text) => ` AND ${text}`).join('')
  const rows = `SELECT ${rowColumns}${values} FROM ${path.from}${judge}`
  return part.sort.length === 1 || part.after === undefined
    ? `${rows} ${path.order}`
    : `SELECT * FROM (${rows}) WHERE ${afterCondition(compiler, part.sort, part.after)} ${orderBy(part.sort)}`
}
