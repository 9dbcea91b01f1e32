/** The audit trail, newest first. Lines that wait are moved before (open.ts). */
import type { ResourceId } from '../../../fhir/resource.ts'
import type { AuditEntry, AuditPage, AuditQuery } from '../../store.ts'
import type { Binder } from '../file/binder.ts'
import type { OpenFile } from '../file/connection.ts'
import { decodeText } from '../file/driver.ts'
import type { Row } from '../file/driver.ts'

export const audit = (connection: OpenFile, query: AuditQuery): AuditPage =>
  connection.snapshot(() => {
    const rows = connection.query((binder) => {
      const where = conditions(query, binder)
      const before = query.before === undefined ? '' : `AND a.seq < ${binder.bind(query.before)}`
      return `SELECT a.seq, a.id, a.at, a.organization, a.request, a.patients, a.json FROM audit a WHERE ${where} ${before} ORDER BY a.seq DESC LIMIT ${binder.bind(query.limit + 1)}`
    })
    const whole = query.before === undefined && rows.length <= query.limit
    const total = whole
      ? rows.length
      : Number(
          connection.query(
            (binder) => `SELECT count(*) FROM audit a WHERE ${conditions(query, binder)}`
          )[0]?.[0]
        )
    const next = rows.length > query.limit ? rows[query.limit - 1]?.[0] : undefined
    return {
      entries: rows.slice(0, query.limit).map(toEntry),
      ...(typeof next === 'number' && { next }),
      total
    }
  })

const conditions = (
  { id, patients, organization, request, from, to }: AuditQuery,
  { bind, list }: Binder
): string =>
  [
    '1',
    ...(id === undefined ? [] : [`a.id = ${bind(id)}`]),
    ...(patients === undefined
      ? []
      : [`a.seq IN (SELECT p.seq FROM audit_patient p WHERE p.patient IN ${list(patients)})`]),
    ...(organization === undefined ? [] : [`a.organization = ${bind(organization)}`]),
    ...(request === undefined ? [] : [`a.request = ${bind(request)}`]),
    ...(from === undefined ? [] : [`a.at >= ${bind(from)}`]),
    ...(to === undefined ? [] : [`a.at < ${bind(to)}`])
  ].join(' AND ')

const toEntry = ([, id, at, organization, request, patients, json]: Row): AuditEntry => ({
  id: id as ResourceId,
  at: Number(at),
  patients: JSON.parse(String(patients)) as ResourceId[],
  ...(typeof organization === 'string' && { organization: organization as ResourceId }),
  request: decodeText(String(request)),
  json: decodeText(String(json))
})
