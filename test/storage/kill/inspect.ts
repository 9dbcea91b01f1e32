/** What the files of the store hold by themselves after a kill. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { openDatabase } from '../../../src/storage/sqlite/file/driver.ts'
import { fileName, journalName } from '../../../src/storage/sqlite/file/files.ts'

type Rows = (sql: string) => readonly (readonly unknown[])[]

const indexRows = (t: Test, rows: Rows): void => {
  for (const [table, columns] of [
    ['tok', 't.p, t.v, t.x'],
    ['ref', 't.p, t.v'],
    ['str', 't.p, t.v'],
    ['dt', 't.p, t.v, t.x']
  ] as const) {
    const stored = `SELECT t.rid, ${columns} FROM ${table} t`
    const meant = `SELECT i.rid, value ->> 0, value ->> 1${columns.endsWith('x') ? ', value ->> 2' : ''} FROM indexed i, json_each(i.rows, '$.${table}')`
    t.same(
      rows(`SELECT * FROM (${stored}) EXCEPT SELECT * FROM (${meant})`),
      [],
      `${table} has no stray rows`
    )
    t.same(
      rows(`SELECT * FROM (${meant}) EXCEPT SELECT * FROM (${stored})`),
      [],
      `${table} lacks no rows`
    )
  }
}

/**
 * Pages in order, and every index row belongs to a current version that has it,
 * and the other way round.
 */
export const inspect = async (t: Test, directory: string): Promise<void> => {
  const journal = await openDatabase(join(directory, journalName))
  t.same(journal.prepare('PRAGMA integrity_check').all(), [['ok']])
  t.same(
    journal.prepare('SELECT id FROM audit GROUP BY id HAVING count(*) > 1').all(),
    [],
    'no line was moved twice'
  )
  journal.close()
  const db = await openDatabase(join(directory, fileName))
  const rows: Rows = (sql) => db.prepare(sql).all()
  t.same(rows('PRAGMA integrity_check'), [['ok']])
  indexRows(t, rows)
  t.same(
    rows(
      'SELECT rid FROM cur WHERE ver <> (SELECT max(ver) FROM ver WHERE ver.rid = cur.rid) OR acl <> (SELECT acl FROM ver WHERE ver.ver = cur.ver)'
    ),
    [],
    'the current row is that of the last version'
  )
  t.same(
    rows(
      'SELECT ver FROM ver EXCEPT SELECT ver FROM body UNION ALL SELECT ver FROM body EXCEPT SELECT ver FROM ver'
    ),
    [],
    'every version has its bytes'
  )
  t.same(rows('SELECT rid FROM cur EXCEPT SELECT rid FROM indexed'), [])
  t.same(
    rows('SELECT DISTINCT acl FROM ver EXCEPT SELECT id FROM acl_set'),
    [],
    'every acl is there'
  )
  db.close()
}
