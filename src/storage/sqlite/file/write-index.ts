/**
 * Brings the index rows of one resource to what its values ask for. Inside a write transaction.
 */
import type { IndexValues } from '../../../search/query.ts'
import type { Reindex } from '../../store.ts'
import type { Connection } from './connection.ts'
import type { Statement, Value } from './driver.ts'
import { tables, toIndexRows } from './index-rows.ts'
import type { IndexRow, IndexRows } from './index-rows.ts'

/** @param fresh no rows of this resource were written yet */
export type WriteIndex = (rid: number, index: IndexValues, fresh: boolean) => void

type Deps = Pick<Connection, 'names' | 'statement'>

export const createWriteIndex = ({ names, statement }: Deps): WriteIndex => {
  const indexed = statement('SELECT rows FROM indexed WHERE rid = ?')
  const saveIndexed = statement('INSERT OR REPLACE INTO indexed (rid, rows) VALUES (?, ?)')
  const writers = createRowWriters(statement)
  return (rid, index, fresh) => {
    const rows = toIndexRows(index, names.intern)
    const old = fresh ? undefined : indexed.get(rid)?.[0]
    const text = JSON.stringify(rows)
    if (old === text) return
    writeDifference(
      writers,
      rid,
      typeof old === 'string' ? (JSON.parse(old) as IndexRows) : noRows,
      rows
    )
    saveIndexed.run(rid, text)
  }
}

export const createReindex = (deps: Deps): ((one: Reindex) => void) => {
  const current = deps.statement(
    'SELECT c.rid FROM cur c CROSS JOIN ver v ON v.ver = c.ver WHERE c.type = ? AND c.id = ? AND v.version = ? AND c.deleted = 0'
  )
  const writeIndex = createWriteIndex(deps)
  return ({ ref, version, index }) => {
    const rid = current.get(deps.names.find(ref.type), ref.id, version)?.[0]
    if (typeof rid === 'number') writeIndex(rid, index, false)
  }
}

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
const writeDifference = (
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
