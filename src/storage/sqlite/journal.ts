/**
 * The audit lines of a commit stand in its row of `commits`, one page for all of them, and are moved to `audit` with its indexes
 * many at a time: one by one, each would touch pages of its own, and every answer would wait for the disk. Queries move them first (open.ts).
 */
import type { Millis } from '../../fhir/resource.ts'
import type { AuditEntry } from '../store.ts'
import { keptFor } from './applied-batches.ts'
import type { Connection } from './connection.ts'

/** Inside a write transaction. */
export interface Journal {
  /** Forgets lines of a transaction that was rolled back. */
  readonly start: () => void
  readonly add: (entry: AuditEntry) => void
  /** What was added since the start, for the row of this transaction. */
  readonly take: () => string | undefined
  /** After the row was written: moves lines when they have become many. */
  readonly written: (seq: number, at: Millis) => void
  /** Moves all lines; for queries. */
  readonly move: (at: Millis) => void
}

/** id, at, organization, request, patients, json */
type Line = readonly [string, Millis, string | null, string, readonly string[], string]

/** Rows, and lines of this process, that may wait. */
const waitingAtMost = 1000
/** The moved rows whose time is over, at once: more than come between two moves. */
const prunedAtOnce = 5000

/** Whether `move` has something to do. */
export const hasLines = ({ statement }: Pick<Connection, 'statement'>): boolean =>
  statement('SELECT 1 FROM commits WHERE seq > (SELECT seq FROM audit_moved) AND lines IS NOT NULL LIMIT 1').get() !== undefined

export const createJournal = ({ statement }: Pick<Connection, 'statement'>): Journal => {
  const movedUntil = statement('SELECT seq FROM audit_moved')
  const setMoved = statement('UPDATE audit_moved SET seq = ?')
  const waiting = statement('SELECT seq, lines FROM commits WHERE seq > ? ORDER BY seq')
  const insert = statement('INSERT INTO audit (id, at, organization, request, patients, json) VALUES (?, ?, ?, ?, ?, ?)')
  const insertPatient = statement('INSERT OR IGNORE INTO audit_patient (patient, seq) VALUES (?, ?)')
  const oldest = statement('SELECT seq, at FROM commits ORDER BY seq LIMIT 1')
  const prune = statement('DELETE FROM commits WHERE seq BETWEEN ? AND ? AND at < ?')
  let lines: Line[] = []
  let [moved, since] = [0, 0]

  const save = ([id, at, organization, request, patients, json]: Line): void => {
    const seq = insert.run(id, at, organization, request, JSON.stringify(patients), json)
    for (const patient of patients) insertPatient.run(patient, seq)
  }

  const forget = (before: Millis): void => {
    const [seq, at] = oldest.get() ?? []
    if (typeof seq === 'number' && Number(at) < before) prune.run(seq, Math.min(seq + prunedAtOnce, moved), before)
  }

  const move = (at: Millis): void => {
    moved = Number(movedUntil.get()?.[0] ?? 0)
    for (const [seq, text] of waiting.all(moved)) {
      if (typeof text === 'string') for (const line of JSON.parse(text) as Line[]) save(line)
      moved = Number(seq)
    }
    setMoved.run(moved)
    since = 0
    forget(at - keptFor)
  }

  return {
    start: () => { lines = [] },
    add: ({ id, at, organization, request, patients, json }) => { lines.push([id, at, organization ?? null, request, patients, json]) },
    take: () => {
      if (lines.length === 0) return undefined
      since += lines.length
      const text = JSON.stringify(lines)
      lines = []
      return text
    },
    written: (seq, at) => {
      if (since >= waitingAtMost || seq - moved >= waitingAtMost) move(at)
    },
    move
  }
}
