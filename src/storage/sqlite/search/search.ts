/** One search: the page, and the total when asked for, on one snapshot. */
import type { Millis } from '../../../fhir/resource.ts'
import { totalCap } from '../../../search/query.ts'
import type { SearchQuery } from '../../../search/query.ts'
import type { AclFilter, Page } from '../../store.ts'
import { createBinder } from '../file/binder.ts'
import type { Connection } from '../file/connection.ts'
import { toReference, toStored } from '../read/stored-row.ts'
import { estimateCap } from './candidates.ts'
import { choose, compilerFor } from './choose.ts'
import type { Searching } from './choose.ts'
import { createEstimates } from './estimate.ts'
import { hits } from './hits.ts'
import { conjuncts } from './plan.ts'
import type { Thresholds } from './plan.ts'
import { matchingRows } from './select.ts'
import type { Part } from './select.ts'

export type Search = (query: SearchQuery, acl: AclFilter) => Page

export const createSearch = (
  connection: Connection,
  now: () => Millis,
  thresholds: Thresholds
): Search => {
  const searching = { connection, estimates: createEstimates(connection, now), thresholds }
  return (query, acl) => connection.snapshot(() => pageOf(searching, query, acl))
}

const pageOf = (searching: Searching, query: SearchQuery, acl: AclFilter): Page => {
  const part: Part = {
    type: query.type,
    where: conjuncts(query.where),
    sort: query.sort,
    after: query.after,
    limit: query.limit === 0 ? 0 : query.limit + 1
  }
  const found = hits(searching, part, acl)
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  const whole = query.limit > 0 && query.after === undefined && found.length <= query.limit
  const count =
    query.total === 'none' ? undefined : whole ? page.length : totalOf(searching, query, acl)
  return {
    rows: page.map(({ row }) => toStored(toReference(query.type, row[0]), row, 1)),
    ...(last !== undefined && found.length > page.length && { next: last.keyset }),
    ...(count !== undefined && { total: count })
  }
}

const totalOf = (searching: Searching, query: SearchQuery, acl: AclFilter): number | undefined => {
  const binder = createBinder()
  const compiler = compilerFor(searching, binder, acl)
  if (!compiler) return 0
  const part: Part = {
    type: query.type,
    where: conjuncts(query.where),
    sort: [],
    after: undefined,
    limit: 1
  }
  const plan = choose(searching, part, acl, counting(searching.thresholds))
  const matching = matchingRows(compiler, part, plan, (rid) => rid, 'rows')
  const counted =
    query.total === 'exact' ? matching : `SELECT 1 FROM (${matching} LIMIT ${totalCap + 1})`
  const count = Number(
    searching.connection.statement(`SELECT count(*) FROM (${counted})`).get(...binder.values)?.[0]
  )
  return query.total === 'capped' && count > totalCap ? undefined : count
}

/** A count has no order to walk in. */
const counting = (thresholds: Thresholds): Thresholds =>
  thresholds.few < 0 ? thresholds : { ...thresholds, few: estimateCap - 1 }
