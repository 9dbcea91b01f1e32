/**
 * One batch inside the group's transaction: every condition first, so that a conflict leaves
 * nothing behind.
 */
import type { Millis } from '../../../fhir/resource.ts'
import { StoreConflict } from '../../store.ts'
import type { Batch, Put } from '../../store.ts'
import { createAclSets } from './acl-sets.ts'
import { createAppliedBatches, keptFor, pruneCommits } from '../file/applied-batches.ts'
import type { Connection } from '../file/connection.ts'
import type { Files } from '../file/files.ts'
import { createReindex } from '../file/write-index.ts'
import { createJournalLines } from './journal-lines.ts'
import { createPut } from './put.ts'
import type { Before } from './put.ts'
import { createRestamp } from './restamp.ts'
import type { Work } from './work.ts'

/** One transaction: start, batches, finish, COMMIT or ROLLBACK, settle. */
export interface Apply {
  /** @param at the time that the transaction gets */
  readonly start: (at: Millis) => void
  readonly batch: (batch: Work) => StoreConflict | undefined
  readonly finish: () => void
  readonly settle: (committed: boolean) => void
}

const tidyEvery = 15_000
const tidiedAtOnce = 20_000

export const createApply = (files: Files): Apply => {
  const connection = files.data
  const { names } = connection
  const change = createChange(connection)
  const check = createCheck(connection)
  const applied = createAppliedBatches(connection)
  const tidy = createTidy(files)
  const lines = createJournalLines()
  let time = 0

  const apply = (batch: Work): void => {
    if (batch.absentAt === undefined && applied.has(batch.id)) return
    const befores = check(batch)
    if (batch.absentAt === undefined) applied.add(batch.id)
    change(batch, befores)
    batch.audit.forEach(lines.add)
  }

  return {
    start: (at) => {
      time = at
      tidy(at)
      applied.start()
      lines.start()
    },
    batch: (batch) => {
      try {
        apply(batch)
        return undefined
      } catch (error) {
        if (error instanceof StoreConflict) return error
        throw error
      }
    },
    finish: () => {
      applied.save(time, lines.take())
    },
    settle: (committed) => {
      names.settle(committed)
      applied.settle(committed)
    }
  }
}

type Befores = readonly (Before | undefined)[]
type Values = Pick<Connection, 'names' | 'statement'>

const createCounters = ({ statement }: Values) => {
  const value = statement('SELECT value FROM guard WHERE name = ?')
  const set = statement('INSERT OR REPLACE INTO guard (name, value) VALUES (?, ?)')
  const valueOf = (name: string): number => Number(value.get(name)?.[0] ?? 0)
  return {
    valueOf,
    raise: (name: string): void => {
      set.run(name, valueOf(name) + 1)
    }
  }
}

/** Throws the StoreConflict of the first condition that does not hold. */
const createCheck = (connection: Values): ((batch: Work) => Befores) => {
  const { names, statement } = connection
  const { valueOf } = createCounters(connection)
  const current = statement(
    'SELECT c.rid, c.ver, v.n, v.version FROM cur c CROSS JOIN ver v ON v.ver = c.ver WHERE c.type = ? AND c.id = ?'
  )
  const hasVersion = statement(
    'SELECT 1 FROM cur c CROSS JOIN ver v ON v.rid = c.rid WHERE c.type = ? AND c.id = ? AND v.version = ?'
  )
  const recordAlive = statement(
    'SELECT 1 FROM record WHERE kind = ? AND id = ? AND (expires IS NULL OR expires > ?)'
  )

  const before = ({ stored: { ref }, replaces }: Put): Before | undefined => {
    const [rid, ver, n, version] = current.get(names.find(ref.type), ref.id) ?? []
    if (version !== replaces) {
      throw new StoreConflict(replaces === undefined ? 'exists' : 'version', ref)
    }
    return version === undefined ? undefined : { rid: Number(rid), ver: Number(ver), n: Number(n) }
  }

  return (batch) => {
    const { absentAt, expectations, puts, restamps, records } = batch
    for (const { kind, id } of absentAt === undefined ? [] : records) {
      if (recordAlive.get(kind, id, absentAt ?? 0)) throw new StoreConflict('exists')
    }
    for (const { name, expect } of expectations) {
      if (expect !== undefined && valueOf(name) !== expect) throw new StoreConflict('counter')
    }
    const befores = puts.map(before)
    for (const { ref, version } of restamps) {
      const made = puts.some(
        ({ stored }) =>
          stored.version === version && stored.ref.id === ref.id && stored.ref.type === ref.type
      )
      if (!made && !hasVersion.get(names.find(ref.type), ref.id, version)) {
        throw new StoreConflict('version', ref)
      }
    }
    return befores
  }
}

const createChange = (connection: Values): ((batch: Batch, befores: Befores) => void) => {
  const sets = createAclSets(connection)
  const write = createPut(connection, sets)
  const restamp = createRestamp(connection, sets)
  const reindex = createReindex(connection)
  const { raise } = createCounters(connection)
  const setRecord = connection.statement(
    'INSERT OR REPLACE INTO record (kind, id, json, expires) VALUES (?, ?, ?, ?)'
  )
  return ({ expectations, puts, restamps, reindexes, records }, befores) => {
    for (const { name, bump } of expectations) if (bump) raise(name)
    puts.forEach((put, index) => {
      write(put, befores[index])
    })
    restamp(restamps)
    reindexes?.forEach(reindex)
    for (const { kind, id, json, expires } of records) {
      setRecord.run(kind, id, json, expires ?? null)
    }
  }
}

/**
 * Now and then removes what is over, a bounded number at once: records, and group commits whose
 * lines were moved.
 */
const createTidy = ({ data, journal }: Files): ((time: Millis) => void) => {
  const records = data.statement(
    'DELETE FROM record WHERE (kind, id) IN (SELECT kind, id FROM record WHERE expires IS NOT NULL AND expires <= ? LIMIT ?)'
  )
  const oldest = data.statement('SELECT seq FROM commits ORDER BY seq LIMIT 1')
  const commits = data.statement(pruneCommits)
  let last = 0
  return (time) => {
    if (time - last < tidyEvery) return
    last = time
    records.run(time, tidiedAtOnce)
    const moved = journal.statement("SELECT seq FROM moved WHERE source = 'data'").get()?.[0]
    const first = Number(oldest.get()?.[0] ?? 0)
    commits.run(first, Math.min(first + tidiedAtOnce, Number(moved ?? 0)), time - keptFor)
  }
}
