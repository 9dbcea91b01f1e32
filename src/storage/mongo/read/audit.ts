/** The audit trail: one document per line, newest first by number. */
import type { Filter } from 'mongodb'
import type { ResourceId } from '../../../fhir/resource.ts'
import type { AuditEntry, AuditQuery, Store } from '../../store.ts'
import type { AuditDocument, Collections } from '../database/collections.ts'

export const auditDocument = (
  { id, at, patients, organization, request, json }: AuditEntry,
  n: number
): AuditDocument => ({
  _id: id,
  n,
  at,
  p: patients,
  ...(organization !== undefined && { o: organization }),
  r: request,
  json
})

const entryOf = ({ _id, at, p, o, r, json }: AuditDocument): AuditEntry => ({
  id: _id as ResourceId,
  at,
  patients: p as readonly ResourceId[],
  ...(o !== undefined && { organization: o as ResourceId }),
  request: r,
  json
})

export const createAudit =
  ({ audit }: Collections): Store['audit'] =>
  async (query) => {
    const filter = asked(query)
    const [rows, total] = await Promise.all([
      audit
        .find(
          query.before === undefined ? filter : { $and: [filter, { n: { $lt: query.before } }] },
          { sort: { n: -1 }, limit: query.limit + 1 }
        )
        .toArray(),
      // Every line has a number: without a condition the count walks that index, not the documents.
      audit.countDocuments(Object.keys(filter).length === 0 ? { n: { $gte: 0 } } : filter)
    ])
    const given = rows.slice(0, query.limit)
    const last = given.at(-1)
    return {
      entries: given.map(entryOf),
      total,
      ...(rows.length > query.limit && last !== undefined && { next: last.n })
    }
  }

const asked = ({
  id,
  patients,
  organization,
  request,
  from,
  to
}: AuditQuery): Filter<AuditDocument> => ({
  ...(id !== undefined && { _id: id }),
  ...(patients !== undefined && { p: { $in: [...patients] } }),
  ...(organization !== undefined && { o: organization }),
  ...(request !== undefined && { r: request }),
  ...((from !== undefined || to !== undefined) && {
    at: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) }
  })
})
