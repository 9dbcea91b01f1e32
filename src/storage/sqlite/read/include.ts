/** One step of _include or _revinclude. */
import type { Reference, ResourceType } from '../../../fhir/resource.ts'
import { parseReference } from '../../../fhir/reference.ts'
import { targetOf } from '../../../search/query.ts'
import type { Include } from '../../../search/query.ts'
import type { AclFilter, Stored } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { decodeText, encodeText } from '../file/driver.ts'
import { toReference, toStored, versionColumns } from './stored-row.ts'
import { compileVisibility } from './visibility.ts'

export const include = (
  connection: Connection,
  step: Include,
  sources: readonly Reference[],
  limit: number,
  acl: AclFilter
): readonly Stored[] =>
  connection.snapshot(() =>
    step.direction === 'forward'
      ? forward(connection, step, sources, limit, acl)
      : reverse(connection, step, sources, limit, acl)
  )

const bodies =
  'CROSS JOIN name n ON n.id = c.type CROSS JOIN ver v ON v.ver = c.ver CROSS JOIN body b ON b.ver = c.ver'
const columns = `n.text, c.id, ${versionColumns}`

const forward = (
  connection: Connection,
  step: Include,
  sources: readonly Reference[],
  limit: number,
  acl: AclFilter
): readonly Stored[] => {
  const { names } = connection
  const ids = sources.filter(({ type }) => type === step.sourceType).map(({ id }) => id)
  const targets = connection
    .query((binder) => {
      const visible = compileVisibility(names, acl, binder)
      return `SELECT DISTINCT r.v FROM cur c CROSS JOIN ref r INDEXED BY ref_rid ON r.rid = c.rid
      WHERE c.type = ${binder.bind(names.find(step.sourceType))} AND c.id IN ${binder.list(ids)} AND c.deleted = 0 AND ${visible?.row('c') ?? binder.bind(0)}
      AND r.p = ${binder.bind(names.find(step.parameter))} AND r.p > 0`
    })
    .map(([target]) => parseReference(decodeText(String(target))))
    .filter(
      (target) =>
        target !== undefined &&
        target.version === undefined &&
        (step.targetType === undefined || target.type === step.targetType)
    )
  if (targets.length === 0) return []
  return select(
    connection,
    acl,
    limit,
    (binder) =>
      `SELECT t.rid FROM json_each(${binder.bind(JSON.stringify(targets.map((target) => [names.find(target?.type ?? ''), encodeText(target?.id ?? '')])))}) w
      CROSS JOIN cur t ON t.type = w.value ->> 0 AND t.id = w.value ->> 1`
  )
}

const reverse = (
  connection: Connection,
  step: Include,
  sources: readonly Reference[],
  limit: number,
  acl: AclFilter
): readonly Stored[] => {
  const targets = sources
    .filter(({ type }) => step.targetType === undefined || type === step.targetType)
    .map(targetOf)
  return select(
    connection,
    acl,
    limit,
    ({ bind, list }) =>
      `SELECT r.rid FROM ref r WHERE r.p = ${bind(connection.names.find(step.parameter))} AND r.v IN ${list(targets)}`,
    step.sourceType
  )
}

const select = (
  connection: Connection,
  acl: AclFilter,
  limit: number,
  rids: Parameters<Connection['query']>[0],
  type?: ResourceType
): readonly Stored[] =>
  connection
    .query((binder) => {
      const visible = compileVisibility(connection.names, acl, binder)
      const inner = rids(binder)
      const ofType =
        type === undefined ? '' : `AND +c.type = ${binder.bind(connection.names.find(type))}`
      return `SELECT ${columns} FROM (SELECT c.rid AS rid FROM cur c WHERE c.rid IN (${inner}) ${ofType} AND c.deleted = 0 AND ${visible?.row('c') ?? binder.bind(0)} ORDER BY c.rid LIMIT ${binder.bind(limit)}) h
      CROSS JOIN cur c ON c.rid = h.rid ${bodies}`
    })
    .map((row) => toStored(toReference(row[0] as ResourceType, row[1]), row, 2))
