/**
 * One open file with its statements. Everything here is synchronous: nothing of another request
 * comes between.
 */
import { createBinder } from './binder.ts'
import type { Binder } from './binder.ts'
import { openDatabase } from './driver.ts'
import type { Database, Row, Statement } from './driver.ts'
import { toPortError } from './failure.ts'
import { migrate } from './migrate.ts'
import type { Names } from './names.ts'

export interface OpenFile {
  /** Prepared once per text. */
  readonly statement: (sql: string) => Statement
  /** Builds and runs one query. */
  readonly query: (build: (binder: Binder) => string) => readonly Row[]
  /** Several statements on one snapshot. */
  readonly snapshot: <T>(work: () => T) => T
  readonly exec: (sql: string) => void
  readonly close: () => void
}

/** The file with the data, as everything that knows its tables takes it. */
export interface Connection extends OpenFile {
  readonly names: Names
}

/** Shapes of queries kept ready; the least recently used goes first. */
const statementsKept = 512
/**
 * While opening, other processes may migrate or recover; afterwards nothing may hold the event
 * loop, and commits wait without it (commit.ts).
 */
const openingTimeout = 10_000
const servingTimeout = 40
/** In pages: should the checkpoint thread fail, commits do its work themselves. */
export const longestLog = 16_000

/** @param steps schema.ts */
export const openFile = async (path: string, steps: readonly string[]): Promise<OpenFile> => {
  const db = await openDatabase(path)
  try {
    configure(db)
    migrate(db, path, steps)
    db.exec(`PRAGMA busy_timeout = ${servingTimeout}`)
  } catch (error) {
    db.close()
    throw toPortError(error)
  }
  return toOpenFile(db)
}

const configure = (db: Database): void => {
  // before the journal mode: two processes may start together
  db.exec(`PRAGMA busy_timeout = ${openingTimeout}`)
  db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  db.exec(
    'PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF'
  )
  db.exec(`PRAGMA wal_autocheckpoint = ${longestLog}; PRAGMA journal_size_limit = 67108864`)
  expect(db, 'journal_mode', 'wal')
  expect(db, 'synchronous', 2)
}

const expect = (db: Database, pragma: string, wanted: string | number): void => {
  const found = db.prepare(`PRAGMA ${pragma}`).get()?.[0]
  if (found !== wanted) {
    throw new Error(
      `SQLite answers ${pragma} = ${String(found)}, not ${wanted}: an acknowledged write could be lost. Put the data directory on a local file system.`
    )
  }
}

const toOpenFile = (db: Database): OpenFile => {
  const statements = new Map<string, Statement>()
  const statement = (sql: string): Statement => {
    const kept = statements.get(sql)
    if (kept) return kept
    const made = db.prepare(sql)
    if (statements.size >= statementsKept) statements.delete(statements.keys().next().value ?? '')
    statements.set(sql, made)
    return made
  }
  let nested = false
  return {
    statement,
    query: (build) => {
      const binder = createBinder()
      const sql = build(binder)
      return statement(sql).all(...binder.values)
    },
    snapshot: (work) => {
      if (nested) return work()
      statement('BEGIN').run()
      nested = true
      try {
        return work()
      } finally {
        nested = false
        statement('COMMIT').run()
      }
    },
    exec: (sql) => {
      db.exec(sql)
    },
    close: () => {
      db.close()
    }
  }
}
