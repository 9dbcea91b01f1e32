/** The rows of a part of a search, in order, each with its place in that order. */
import type { Keyset, Sort } from '../../../search/query.ts'
import type { AclFilter } from '../../store.ts'
import { createBinder } from '../file/binder.ts'
import type { Connection } from '../file/connection.ts'
import { decodeText } from '../file/driver.ts'
import type { Row, Value } from '../file/driver.ts'
import { versionColumns } from '../read/stored-row.ts'
import { choose, compilerFor } from './choose.ts'
import type { Searching } from './choose.ts'
import type { Compiler } from './compile.ts'
import type { Plan } from './plan.ts'
import { alongSort, fromFew } from './select.ts'
import type { Part } from './select.ts'
import { hasValueAlways, withoutValue } from './sorting.ts'
import type { Group } from './sorting.ts'

export interface Hit {
  readonly row: Row
  readonly keyset: Keyset
}

export const hits = (searching: Searching, part: Part, acl: AclFilter): readonly Hit[] => {
  if (part.limit <= 0) return []
  const chosen = choose(searching, part, acl)
  const [sort] = part.sort
  if (chosen.start.kind === 'few' || sort === undefined) {
    return run(searching, part, acl, (compiler) => fromFew(compiler, part, chosen))
  }
  const valued = part.after?.[0] === null ? [] : alongValues(searching, part, acl, chosen, sort)
  const missing = part.limit - valued.length
  if (missing <= 0 || hasValueAlways(sort)) return valued
  const rest = hits(
    searching,
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
 * A sort by several keys: where the first has few values (a status), each value is walked along the
 * next key.
 */
const alongValues = (
  searching: Searching,
  part: Part,
  acl: AclFilter,
  chosen: Plan,
  sort: Sort
): readonly Hit[] => {
  const { connection, thresholds } = searching
  const whole = (): readonly Hit[] =>
    run(searching, part, acl, (compiler) => alongSort(compiler, part, chosen, sort))
  if (part.sort.length === 1 || sort.form !== 'word' || hasValueAlways(sort)) return whole()
  const start = part.after?.[0]
  const found: Hit[] = []
  for (
    let value = start ?? nextValue(connection, sort);
    typeof value === 'string' && found.length < part.limit;
    value = nextValue(connection, sort, value)
  ) {
    const group: Group = { sort, value }
    if (found.length === 0 && sizeOf(searching, group) < thresholds.group) return whole()
    const own: Part = {
      ...part,
      sort: part.sort.slice(1),
      after: value === start ? part.after?.slice(1) : undefined,
      limit: part.limit - found.length,
      groups: [...(part.groups ?? []), group],
      where: [...part.where, { kind: 'word', parameter: sort.parameter, code: value }]
    }
    for (const { row, keyset } of hits(searching, own, acl)) {
      found.push({ row, keyset: [group.value, ...keyset] })
    }
  }
  return found
}

const nextValue = (
  { names, query }: Connection,
  { parameter, direction }: Sort,
  after?: string
): string | undefined => {
  const [row] = query(
    ({ bind }) =>
      `SELECT ${direction === 'asc' ? 'min' : 'max'}(v) FROM tok WHERE p = ${bind(names.find(parameter))} AND p > 0${after === undefined ? '' : ` AND v ${direction === 'asc' ? '>' : '<'} ${bind(after)}`}`
  )
  return typeof row?.[0] === 'string' ? decodeText(row[0]) : undefined
}

const sizeOf = (
  { connection: { names }, estimates }: Searching,
  { sort: { parameter }, value }: Group
): number =>
  estimates(
    `group ${parameter} ${value}`,
    ({ bind }) =>
      `SELECT 1 FROM tok t WHERE t.p = ${bind(names.find(parameter))} AND t.v = ${bind(value)}`
  )

const run = (
  searching: Searching,
  part: Part,
  acl: AclFilter,
  select: (compiler: Compiler) => string
): readonly Hit[] => {
  const binder = createBinder()
  const compiler = compilerFor(searching, binder, acl)
  if (!compiler) return []
  const keys = part.sort.map((_, index) => `h.s${index}, `).join('')
  const sql = `SELECT ${keys}h.rid, h.id, ${versionColumns} FROM (${select(compiler)} LIMIT ${binder.bind(part.limit)}) h
      CROSS JOIN ver v ON v.ver = h.ver CROSS JOIN body b ON b.ver = h.ver`
  const width = part.sort.length + 1
  return searching.connection
    .statement(sql)
    .all(...binder.values)
    .map((row) => ({ row: row.slice(width), keyset: row.slice(0, width).map(toKey) }))
}

const toKey = (value: Value): string | number | null =>
  typeof value === 'string' ? decodeText(value) : value instanceof Uint8Array ? null : value
