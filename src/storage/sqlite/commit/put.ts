/**
 * Writes one version: the version itself, the current row, its index rows. Inside a write
 * transaction, after the conditions were checked.
 */
import type { Envelope, Put } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import type { Statement, Value } from '../file/driver.ts'
import type { AclSets } from './acl-sets.ts'
import { tables, toIndexRows } from '../file/index-rows.ts'
import type { IndexRow, IndexRows } from '../file/index-rows.ts'
import { methods } from '../read/stored-row.ts'

/** The resource before this put; absent: it is new. */
export interface Before {
  readonly rid: number
  readonly ver: number
  readonly n: number
}
export type WritePut = (put: Put, before: Before | undefined) => void

export const createPut = (
  { names, statement }: Pick<Connection, 'names' | 'statement'>,
  sets: AclSets
): WritePut => {
  const insertCur = statement(
    'INSERT INTO cur (type, id, ver, acl, at, deleted) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const updateCur = statement('UPDATE cur SET ver = ?, acl = ?, at = ?, deleted = ? WHERE rid = ?')
  const retire = statement('UPDATE ver SET old = 1 WHERE ver = ?')
  const lastVersion = statement('SELECT max(ver) FROM ver')
  const insertVer = statement(
    'INSERT INTO ver (ver, rid, n, version, at, method, deleted, acl, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
  )
  const insertBody = statement('INSERT INTO body (ver, json) VALUES (?, ?)')
  const insertPerson = statement('INSERT OR IGNORE INTO person (person, ver) VALUES (?, ?)')
  const indexed = statement('SELECT rows FROM indexed WHERE rid = ?')
  const saveIndexed = statement('INSERT OR REPLACE INTO indexed (rid, rows) VALUES (?, ?)')
  const writers = createRowWriters(statement)

  return ({ stored, index, acl }, before) => {
    const set = sets.intern(acl)
    const ver = Number(lastVersion.get()?.[0] ?? 0) + 1
    const deleted = stored.deleted ? 1 : 0
    if (before) {
      retire.run(before.ver)
      updateCur.run(ver, set, stored.at, deleted, before.rid)
    }
    const rid =
      before?.rid ??
      insertCur.run(names.intern(stored.ref.type), stored.ref.id, ver, set, stored.at, deleted)
    insertVer.run(
      ver,
      rid,
      (before?.n ?? 0) + 1,
      stored.version,
      stored.at,
      methods.indexOf(stored.method),
      deleted,
      set,
      JSON.stringify(stored.envelope)
    )
    insertBody.run(ver, stored.json)
    for (const person of personsOf(stored.envelope)) insertPerson.run(person, ver)
    const rows = toIndexRows(index, names.intern)
    const old = before && indexed.get(rid)?.[0]
    writeIndex(
      writers,
      rid,
      typeof old === 'string' ? (JSON.parse(old) as IndexRows) : noRows,
      rows
    )
    saveIndexed.run(rid, JSON.stringify(rows))
  }
}

export const personsOf = ({ persons }: Envelope): ReadonlySet<string> => new Set(persons)

const noRows: IndexRows = { tok: [], ref: [], str: [], dt: [] }

type RowWriters = Readonly<
  Record<(typeof tables)[number], { readonly insert: Statement; readonly remove: Statement }>
>

const createRowWriters = (statement: Connection['statement']): RowWriters => {
  const plain = (table: string): RowWriters['tok'] => ({
    insert: statement(`INSERT INTO ${table} (rid, p, v) VALUES (?, ?, ?)`),
    remove: statement(`DELETE FROM ${table} WHERE rid = ? AND p = ? AND v = ?`)
  })
  const threefold = (table: string): RowWriters['tok'] => ({
    insert: statement(`INSERT INTO ${table} (rid, p, v, x) VALUES (?, ?, ?, ?)`),
    remove: statement(`DELETE FROM ${table} WHERE rid = ? AND p = ? AND v = ? AND x = ?`)
  })
  return { tok: threefold('tok'), ref: plain('ref'), str: plain('str'), dt: threefold('dt') }
}

/** Most updates change few values: only the difference is written. */
const writeIndex = (
  writers: RowWriters,
  rid: number,
  before: IndexRows,
  after: IndexRows
): void => {
  for (const table of tables) {
    const [old, fresh] = [before[table], after[table]]
    const { insert, remove } = writers[table]
    const [had, has] = old.length === 0 ? [noKeys, noKeys] : [keysOf(old), keysOf(fresh)]
    for (const row of old) if (!has.has(keyOf(row))) remove.run(rid, ...valuesOf(row))
    for (const row of fresh) if (!had.has(keyOf(row))) insert.run(rid, ...valuesOf(row))
  }
}

const noKeys: ReadonlySet<string> = new Set()
const keyOf = (row: IndexRow): string => row.join('\u001d')
const keysOf = (rows: readonly IndexRow[]): ReadonlySet<string> => new Set(rows.map(keyOf))
const valuesOf = ([p, v, x]: IndexRow): readonly Value[] => (x === undefined ? [p, v] : [p, v, x])
