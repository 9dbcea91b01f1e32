/**
 * One face for two drivers of equal API: Node's own `node:sqlite` where it is no experiment any
 * more, `@photostructure/sqlite` before. https://nodejs.org/api/sqlite.html
 */

export type Value = string | number | null | Uint8Array
export type Row = readonly Value[]

interface DriverStatement {
  readonly run: (...values: Value[]) => { readonly lastInsertRowid: number | bigint }
  readonly get: (...values: Value[]) => unknown
  readonly all: (...values: Value[]) => unknown[]
  readonly setReturnArrays?: (on: boolean) => void
}
interface DriverDatabase {
  readonly exec: (sql: string) => void
  readonly prepare: (sql: string) => DriverStatement
  readonly close: () => void
}
type Driver = new (path: string) => DriverDatabase

/** Rows are arrays: objects cost half as much again. */
export interface Statement {
  /** @returns the rowid of the last insert */
  readonly run: (...values: Value[]) => number
  readonly get: (...values: Value[]) => Row | undefined
  readonly all: (...values: Value[]) => readonly Row[]
}
export interface Database {
  readonly exec: (sql: string) => void
  readonly prepare: (sql: string) => Statement
  readonly close: () => void
}

export const openDatabase = async (path: string): Promise<Database> => {
  const Driver = await loadDriver()
  const db = new Driver(path)
  return {
    exec: (sql) => {
      db.exec(sql)
    },
    prepare: (sql) => wrap(db.prepare(sql)),
    close: () => {
      db.close()
    }
  }
}

/** Node 22 has it too, and warns on every start. */
const builtInSince = 24

const loadDriver = async (): Promise<Driver> => {
  const builtIn = 'node:sqlite' // a variable, because the types of Node 20 do not know it
  const isSettled = Number(process.versions.node.split('.')[0]) >= builtInSince
  const found = isSettled
    ? ((await import(builtIn).catch(() => undefined)) as { DatabaseSync: Driver } | undefined)
    : undefined
  if (found) return found.DatabaseSync
  const { DatabaseSync } = await import('@photostructure/sqlite')
  return DatabaseSync
}

const wrap = (statement: DriverStatement): Statement => {
  statement.setReturnArrays?.(true)
  const toRow = (row: unknown): Row =>
    Array.isArray(row) ? (row as Row) : Object.values(row as Record<string, Value>)
  return {
    run: (...values) => Number(statement.run(...values.map(encode)).lastInsertRowid),
    get: (...values) => {
      const row = statement.get(...values.map(encode))
      return row === undefined ? undefined : toRow(row)
    },
    all: (...values) => statement.all(...values.map(encode)).map(toRow)
  }
}

/**
 * The drivers cut text at U+0000 when they bind it, so it travels escaped; U+001E marks the escape.
 */
export const encodeText = (text: string): string =>
  text.includes('\u0000') || text.includes('\u001e')
    ? text.replaceAll('\u001e', '\u001e1').replaceAll('\u0000', '\u001e0')
    : text

/** For columns that hold text of any origin; ids of the FHIR alphabet need no way back. */
export const decodeText = (text: string): string =>
  text.includes('\u001e')
    ? text.replaceAll('\u001e0', '\u0000').replaceAll('\u001e1', '\u001e')
    : text

const encode = (value: Value): Value => (typeof value === 'string' ? encodeText(value) : value)
