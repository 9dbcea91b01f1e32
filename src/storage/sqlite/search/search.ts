/** One search: the page, and the total when asked for, on one snapshot. */
import type { Millis } from '../../../fhir/resource.ts'
import { totalCap } from '../../../search/query.ts'
import type { Keyset, SearchQuery, Sort } from '../../../search/query.ts'
import type { AclFilter, Page } from '../../store.ts'
import { createBinder } from '../file/binder.ts'
import type { Binder } from '../file/binder.ts'
import { estimateCap } from './candidates.ts'
import type { Estimate } from './candidates.ts'
import { createCompiler } from './compile.ts'
import type { Compiler } from './compile.ts'
import type { Connection } from '../file/connection.ts'
import { decodeText } from '../file/driver.ts'
import type { Row, Value } from '../file/driver.ts'
import { createEstimates } from './estimate.ts'
import { conjuncts, plan } from './plan.ts'
import type { Plan, Thresholds } from './plan.ts'
import { alongSort, fromFew, matchingRows } from './select.ts'
import type { Part } from './select.ts'
import { hasValueAlways, withoutValue } from './sorting.ts'
import type { Group } from './sorting.ts'
import { toReference, toStored, versionColumns } from '../read/stored-row.ts'
import { compileVisibility, everything } from '../read/visibility.ts'

export type Search = (query: SearchQuery, acl: AclFilter) => Page

interface Hit {
  readonly row: Row
  readonly keyset: Keyset
}

export const createSearch = (
  connection: Connection,
  now: () => Millis,
  thresholds: Thresholds
): Search => {
  const { names } = connection
  const estimates = createEstimates(connection, now)
  // a count has no order to walk in
  const counting = thresholds.few < 0 ? thresholds : { ...thresholds, few: estimateCap - 1 }

  const compilerFor = (binder: Binder, acl: AclFilter): Compiler | undefined => {
    const visibility = compileVisibility(names, acl, binder)
    return visibility && createCompiler(names, binder, visibility)
  }

  const choose = (part: Part, acl: AclFilter, limits = thresholds): Plan => {
    const estimate: Estimate = (node, type, rids) =>
      estimates(`${type} ${JSON.stringify(node)}`, (binder) =>
        rids(createCompiler(names, binder, everything))
      )
    const rids = (compiler: Compiler): string =>
      `SELECT c.rid FROM cur c INDEXED BY cur_acl WHERE c.acl IN (${compiler.visibility.sets ?? ''}) AND c.type = ${compiler.binder.bind(names.find(part.type))} AND c.deleted = 0`
    const reach =
      acl.kind === 'system'
        ? undefined
        : () => ({
            rids,
            count: estimates(`reach ${part.type} ${acl.keys.join(' ')}`, (binder) => {
              const compiler = compilerFor(binder, acl)
              return compiler ? rids(compiler) : 'SELECT 0 WHERE 0'
            })
          })
    const total = (): number =>
      estimates(
        `type ${part.type}`,
        ({ bind }) =>
          `SELECT 1 FROM cur INDEXED BY cur_type WHERE type = ${bind(names.find(part.type))} AND deleted = 0`
      )
    return plan(part, part.where, estimate, reach, total, limits)
  }

  const hits = (part: Part, acl: AclFilter): readonly Hit[] => {
    if (part.limit <= 0) return []
    const chosen = choose(part, acl)
    const [sort] = part.sort
    if (chosen.start.kind === 'few' || sort === undefined) {
      return run(part, acl, (compiler) => fromFew(compiler, part, chosen))
    }
    const valued = part.after?.[0] === null ? [] : alongValues(part, acl, chosen, sort)
    const missing = part.limit - valued.length
    if (missing <= 0 || hasValueAlways(sort)) return valued
    const rest = hits(
      {
        ...part,
        where: [...part.where, withoutValue(sort)],
        sort: part.sort.slice(1),
        after: part.after?.[0] === null ? part.after.slice(1) : undefined,
        limit: missing
      },
      acl
    )
    return [...valued, ...rest.map(({ row, keyset }) => ({ row, keyset: [null, ...keyset] }))]
  }

  /**
   * A sort by several keys: where the first has few values (a status), each value is walked along
   * the next key.
   */
  const alongValues = (part: Part, acl: AclFilter, chosen: Plan, sort: Sort): readonly Hit[] => {
    const whole = (): readonly Hit[] =>
      run(part, acl, (compiler) => alongSort(compiler, part, chosen, sort))
    if (part.sort.length === 1 || sort.form !== 'word' || hasValueAlways(sort)) return whole()
    const start = part.after?.[0]
    const found: Hit[] = []
    for (
      let value = start ?? nextValue(sort);
      typeof value === 'string' && found.length < part.limit;
      value = nextValue(sort, value)
    ) {
      const group: Group = { sort, value }
      const size = estimates(
        `group ${sort.parameter} ${value}`,
        (binder) =>
          `SELECT 1 FROM tok t WHERE t.p = ${binder.bind(names.find(sort.parameter))} AND t.v = ${binder.bind(value)}`
      )
      if (found.length === 0 && size < thresholds.group) return whole()
      const after = value === start ? part.after?.slice(1) : undefined
      const rows = hits(
        {
          ...part,
          sort: part.sort.slice(1),
          after,
          limit: part.limit - found.length,
          groups: [...(part.groups ?? []), group],
          where: [...part.where, { kind: 'word', parameter: sort.parameter, code: value }]
        },
        acl
      )
      found.push(...rows.map(({ row, keyset }) => ({ row, keyset: [group.value, ...keyset] })))
    }
    return found
  }

  const nextValue = ({ parameter, direction }: Sort, after?: string): string | undefined => {
    const [row] = connection.query(
      ({ bind }) =>
        `SELECT ${direction === 'asc' ? 'min' : 'max'}(v) FROM tok WHERE p = ${bind(names.find(parameter))} AND p > 0${after === undefined ? '' : ` AND v ${direction === 'asc' ? '>' : '<'} ${bind(after)}`}`
    )
    return typeof row?.[0] === 'string' ? decodeText(row[0]) : undefined
  }

  const run = (
    part: Part,
    acl: AclFilter,
    select: (compiler: Compiler) => string
  ): readonly Hit[] => {
    const binder = createBinder()
    const compiler = compilerFor(binder, acl)
    if (!compiler) return []
    const keys = part.sort.map((_, index) => `h.s${index}, `).join('')
    const sql = `SELECT ${keys}h.rid, h.id, ${versionColumns} FROM (${select(compiler)} LIMIT ${binder.bind(part.limit)}) h
      CROSS JOIN ver v ON v.ver = h.ver CROSS JOIN body b ON b.ver = h.ver`
    const width = part.sort.length + 1
    return connection
      .statement(sql)
      .all(...binder.values)
      .map((row) => ({ row: row.slice(width), keyset: row.slice(0, width).map(toKey) }))
  }

  const total = (query: SearchQuery, acl: AclFilter): number | undefined => {
    const binder = createBinder()
    const compiler = compilerFor(binder, acl)
    if (!compiler) return 0
    const part: Part = {
      type: query.type,
      where: conjuncts(query.where),
      sort: [],
      after: undefined,
      limit: 1
    }
    const matching = matchingRows(compiler, part, choose(part, acl, counting), (rid) => rid, 'rows')
    const counted =
      query.total === 'exact' ? matching : `SELECT 1 FROM (${matching} LIMIT ${totalCap + 1})`
    const count = Number(
      connection.statement(`SELECT count(*) FROM (${counted})`).get(...binder.values)?.[0]
    )
    return query.total === 'capped' && count > totalCap ? undefined : count
  }

  return (query, acl) =>
    connection.snapshot(() => {
      const found = hits(
        {
          type: query.type,
          where: conjuncts(query.where),
          sort: query.sort,
          after: query.after,
          limit: query.limit === 0 ? 0 : query.limit + 1
        },
        acl
      )
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

const toKey = (value: Value): string | number | null =>
  typeof value === 'string' ? decodeText(value) : value instanceof Uint8Array ? null : value
