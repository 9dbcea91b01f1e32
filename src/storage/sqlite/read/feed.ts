/**
 * Commits in order. Versions are numbered inside the writing transaction and never removed, so the
 * numbers have no gaps.
 */
import type { ResourceType, VersionId } from '../../../fhir/resource.ts'
import type { FeedEntry } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { methods, toReference } from './stored-row.ts'

export const feed = (
  { statement }: Connection,
  after: number,
  limit: number
): readonly FeedEntry[] =>
  statement(`SELECT v.ver, n.text, c.id, v.version, v.at, v.method FROM ver v CROSS JOIN cur c ON c.rid = v.rid CROSS JOIN name n ON n.id = c.type
    WHERE v.ver > ? ORDER BY v.ver LIMIT ?`)
    .all(after, limit)
    .map(([sequence, type, id, version, at, method]) => ({
      sequence: Number(sequence),
      ref: toReference(type as ResourceType, id),
      version: version as VersionId,
      at: Number(at),
      method: methods[Number(method)] ?? 'PUT'
    }))

export const count = ({ statement }: Connection): ReadonlyMap<ResourceType, number> =>
  new Map(
    statement(`SELECT n.text, c.number FROM (SELECT type, count(*) AS number FROM cur INDEXED BY cur_type WHERE deleted = 0 GROUP BY type) c
    CROSS JOIN name n ON n.id = c.type`)
      .all()
      .map(([type, number]) => [type as ResourceType, Number(number)])
  )
