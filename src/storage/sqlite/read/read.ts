/** Resources and versions by their names. */
import type { Reference, ResourceType } from '../../../fhir/resource.ts'
import { targetOf } from '../../../search/query.ts'
import type { AclFilter, Envelope, Store, Stored } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { encodeText } from '../file/driver.ts'
import type { Row } from '../file/driver.ts'
import { newest } from '../file/names.ts'
import type { FindNames } from '../file/names.ts'
import { toReference, toStored, versionColumns } from './stored-row.ts'
import { compileVisibility } from './visibility.ts'

const currentBody = 'CROSS JOIN ver v ON v.ver = c.ver CROSS JOIN body b ON b.ver = c.ver'

export const read = (
  connection: Connection,
  refs: readonly Reference[],
  acl: AclFilter
): readonly (Stored | undefined)[] => {
  const { names } = connection
  if (refs.length === 1) return refs.map((ref) => readOne(connection, ref, acl))
  const rows = connection.query((binder) => {
    const visible = compileVisibility(names, acl, binder)
    const wanted = binder.bind(
      JSON.stringify(refs.map(({ type, id }) => [names.find(type), encodeText(id)]))
    )
    return `SELECT n.text, c.id, ${versionColumns} FROM json_each(${wanted}) w CROSS JOIN cur c ON c.type = w.value ->> 0 AND c.id = w.value ->> 1
      CROSS JOIN name n ON n.id = c.type ${currentBody} WHERE ${visible?.row('c') ?? binder.bind(0)}`
  })
  const found = new Map(
    rows.map((row) => [
      `${String(row[0])}/${String(row[1])}`,
      toStored(toReference(row[0] as ResourceType, row[1]), row, 2)
    ])
  )
  return refs.map((ref) => found.get(targetOf(ref)))
}

/**
 * With the names that are remembered, as most of the time no new one has come; else with those that
 * the file has now.
 */
const readOne = (connection: Connection, ref: Reference, acl: AclFilter): Stored | undefined => {
  const { names } = connection
  const recalled = readWith(names.recalled, connection, ref, acl)
  const row =
    recalled && names.isNewest(recalled[0]) ? recalled : readWith(names, connection, ref, acl)
  return row && toStored(ref, row, 1)
}

const readWith = (
  names: FindNames,
  { query }: Connection,
  ref: Reference,
  acl: AclFilter
): Row | undefined =>
  query((binder) => {
    const visible = compileVisibility(names, acl, binder)
    return `SELECT ${newest}, ${versionColumns} FROM cur c ${currentBody} WHERE c.type = ${binder.bind(names.find(ref.type))} AND c.id = ${binder.bind(ref.id)} AND ${visible?.row('c') ?? binder.bind(0)}`
  })[0]

/** `c`: the current row, `v`: the version; both must admit the caller. */
const versions = 'cur c CROSS JOIN ver v ON v.rid = c.rid'

export const readVersion = (
  connection: Connection,
  ref: Reference,
  version: string,
  acl: AclFilter
): Stored | undefined => {
  const [row] = connection.query((binder) => {
    const visible = compileVisibility(connection.names, acl, binder)
    return `SELECT ${versionColumns} FROM ${versions} CROSS JOIN body b ON b.ver = v.ver
      WHERE c.type = ${binder.bind(connection.names.find(ref.type))} AND c.id = ${binder.bind(ref.id)} AND v.version = ${binder.bind(version)}
      AND ${visible ? `${visible.row('c')} AND ${visible.row('v')}` : binder.bind(0)}`
  })
  return row && toStored(ref, row)
}

export const history: (
  connection: Connection,
  ...page: Parameters<Store['history']>
) => Awaited<ReturnType<Store['history']>> = (connection, ref, acl, { limit, before, since }) =>
  connection.snapshot(() => {
    const run = (
      select: string,
      join: string,
      tail: (bind: (value: number) => string) => string
    ): ReturnType<Connection['query']> =>
      connection.query((binder) => {
        const visible = compileVisibility(connection.names, acl, binder)
        return `SELECT ${select} FROM ${versions} ${join} WHERE c.type = ${binder.bind(connection.names.find(ref.type))} AND c.id = ${binder.bind(ref.id)}
        AND ${visible ? `${visible.row('c')} AND ${visible.row('v')}` : binder.bind(0)}${since === undefined ? '' : ` AND v.at >= ${binder.bind(since)}`} ${tail(binder.bind)}`
      })
    const rows = run(
      `v.n, ${versionColumns}`,
      'CROSS JOIN body b ON b.ver = v.ver',
      (bind) =>
        `${before === undefined ? '' : `AND v.n < ${bind(before)}`} ORDER BY v.n DESC LIMIT ${bind(limit + 1)}`
    )
    const total =
      before === undefined && rows.length <= limit
        ? rows.length
        : Number(run('count(*)', '', () => '')[0]?.[0])
    const next = rows.length > limit ? rows[limit - 1]?.[0] : undefined
    return {
      rows: rows.slice(0, limit).map((row) => toStored(ref, row, 1)),
      ...(typeof next === 'number' && { next }),
      total
    }
  })

export const versionsOf = (
  connection: Connection,
  person: string
): Awaited<ReturnType<Store['versionsOf']>> =>
  connection
    .query(
      (binder) => `SELECT n.text, c.id, v.version, v.ver = c.ver, v.deleted, v.envelope
    FROM person o CROSS JOIN ver v ON v.ver = o.ver CROSS JOIN cur c ON c.rid = v.rid CROSS JOIN name n ON n.id = c.type
    WHERE o.person = ${binder.bind(person)} ORDER BY v.rid, v.n`
    )
    .map((row) => ({
      ref: toReference(row[0] as ResourceType, row[1]),
      version: row[2] as Stored['version'],
      current: row[3] === 1,
      deleted: row[4] === 1,
      envelope: JSON.parse(row[5] as string) as Envelope
    }))
