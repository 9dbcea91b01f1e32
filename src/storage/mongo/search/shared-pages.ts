/**
 * Pages of searches: those that wait at the same time under the same access keys share one command,
 * each with its own condition, order and limit.
 */
import type { Collection } from 'mongodb'
import type { AclFilter } from '../../store.ts'
import { createAclLanes } from '../shared/acl-lanes.ts'
import type { ResourceDocument } from '../database/collections.ts'
import type { ResourceFilter } from './compile.ts'
import { sortOf } from './keyset.ts'
import type { Part } from './keyset.ts'
import { createSharedQuery } from '../shared/shared-query.ts'

export interface PageQuery {
  /** The acl stands in it. */
  readonly filter: ResourceFilter
  readonly part: Part
  readonly limit: number
  readonly projection: Readonly<Record<string, 1>>
}

/** Pages in one command: more gain little, and a slow one keeps more of the others waiting. */
const most = 8
/** While the server finds the pages of one command, those of the other are made into answers. */
const atOnce = 2

/** The stages of one page. */
export const stagesOf = (
  { filter, part, limit, projection }: PageQuery,
  marks: Readonly<Record<string, unknown>> = {}
) => {
  const flags = Object.entries(part.flags).map(
    ([flag, path]) =>
      [flag, { $cond: [{ $eq: [{ $type: `$${path}` }, 'missing'] }, 1, 0] }] as const
  )
  return [
    { $match: filter },
    ...(flags.length === 0 ? [] : [{ $addFields: Object.fromEntries(flags) }]),
    { $sort: part.sort },
    { $limit: limit },
    { $project: { ...projection, ...marks } }
  ]
}

type Marked = ResourceDocument & { readonly page: number }

export const createSharedPages = (resources: Collection<ResourceDocument>) => {
  const alone = async (query: PageQuery): Promise<readonly ResourceDocument[]> => {
    const { filter, part, limit, projection } = query
    if (Object.keys(part.flags).length > 0) {
      return await resources.aggregate<ResourceDocument>(stagesOf(query)).toArray()
    }
    return await resources
      .find(filter, { projection, sort: sortOf(part), limit, batchSize: limit + 1 })
      .toArray()
  }
  const load = async (
    queries: readonly PageQuery[]
  ): Promise<readonly (readonly ResourceDocument[])[]> => {
    const [first, ...more] = queries
    if (first === undefined) return []
    if (more.length === 0) return [await alone(first)]
    const rows = await resources
      .aggregate<Marked>(
        [
          ...stagesOf(first, { page: { $literal: 0 } }),
          ...more.map((query, index) => ({
            $unionWith: {
              coll: resources.collectionName,
              pipeline: stagesOf(query, { page: { $literal: index + 1 } })
            }
          }))
        ],
        { batchSize: 10_000 }
      )
      .toArray()
    const pages = queries.map((): ResourceDocument[] => [])
    for (const row of rows) pages[row.page]?.push(row)
    return pages
  }
  const laneOf = createAclLanes(() => createSharedQuery(load, { most, atOnce }))
  return async (query: PageQuery, acl: AclFilter): Promise<readonly ResourceDocument[]> =>
    (await laneOf(acl)([query]))[0] ?? []
}
