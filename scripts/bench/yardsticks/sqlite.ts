/**
 * Bare durable SQLite: one table of id and JSON, WAL, synchronous=FULL, a commit for every 16 rows.
 * What the disk allows an embedded store.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { median } from '../median.ts'
import type { StoreYardstick } from './store-yardstick.ts'

const group = 16

const told: StoreYardstick['told'] = {
  load: 'bare durable SQLite inserts, 16 a commit',
  crud: 'bare durable SQLite inserts, 16 a commit',
  read: 'bare Fastify GET of the same bytes',
  'search-patient': 'bare Fastify GET of the same bytes',
  'search-sorted': 'bare Fastify GET of the same bytes',
  'consent-change': 'bare SQLite update of 300 rows, one commit'
}

export const openBareSqlite = (): StoreYardstick => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-bench-'))
  const db = new DatabaseSync(join(folder, 'bare.sqlite'))
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE resource (id INTEGER PRIMARY KEY, json TEXT NOT NULL, acl INTEGER)'
  )
  const statement = db.prepare('INSERT INTO resource (json) VALUES (?)')
  const insert = (
    documents: readonly string[],
    enough: (rows: number, elapsed: number) => boolean
  ): number => {
    const begin = performance.now()
    let rows = 0
    while (!enough(rows, performance.now() - begin)) {
      db.exec('BEGIN IMMEDIATE')
      for (let index = 0; index < group; index++) {
        statement.run(documents[rows++ % documents.length] ?? '{}')
      }
      db.exec('COMMIT')
    }
    return rows / ((performance.now() - begin) / 1000)
  }
  return {
    load: async (bundles) => {
      const documents = bundles.flatMap(({ entries }) =>
        entries.map(({ resource }) => JSON.stringify(resource))
      )
      return insert(documents, (rows) => rows >= documents.length)
    },
    crud: async (documents, milliseconds) =>
      insert(documents, (_, elapsed) => elapsed >= milliseconds),
    reading: async () => await Promise.resolve(undefined),
    restamp: async (count, times) => {
      const update = db.prepare('UPDATE resource SET acl = ? WHERE id <= ?')
      return median(
        Array.from({ length: times }, (_, index) => {
          const begin = performance.now()
          update.run(index, count)
          return performance.now() - begin
        })
      )
    },
    told,
    close: async () => {
      db.close()
      rmSync(folder, { recursive: true, force: true })
      await Promise.resolve()
    }
  }
}
