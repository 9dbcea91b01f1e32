/**
 * The audit lines of a commit. Which patient a line is about is indexed a thousand lines at a time: one by one, each would
 * touch a page of its own, and reads would wait for the disk. Queries look into the lines that are not indexed yet (audit.ts).
 */
import type { AuditEntry } from '../store.ts'
import type { Connection } from './connection.ts'

export interface Journal {
  readonly save: (entry: AuditEntry) => void
  /** At the end of a transaction that may have written lines. */
  readonly finish: () => void
}

/** Lines that a query has to look into at most, but for those of one group commit. */
const unindexed = 1000

export const createJournal = ({ statement }: Pick<Connection, 'statement'>): Journal => {
  const insert = statement('INSERT INTO audit (id, at, organization, request, patients, json) VALUES (?, ?, ?, ?, ?, ?)')
  const indexedUntil = statement('SELECT seq FROM audit_indexed')
  const setIndexedUntil = statement('UPDATE audit_indexed SET seq = ?')
  const tail = statement('SELECT p.value, a.seq FROM audit a CROSS JOIN json_each(a.patients) p WHERE a.seq > ? ORDER BY p.value, a.seq')
  const insertPatient = statement('INSERT OR IGNORE INTO audit_patient (patient, seq) VALUES (?, ?)')
  let last: number | undefined

  const index = (until: number): void => {
    for (const [patient, seq] of tail.all(Number(indexedUntil.get()?.[0] ?? 0))) insertPatient.run(patient ?? null, seq ?? null)
    setIndexedUntil.run(until)
  }

  return {
    save: ({ id, at, organization, request, patients, json }) => { last = insert.run(id, at, organization ?? null, request, JSON.stringify(patients), json) },
    finish: () => {
      if (last !== undefined && last - Number(indexedUntil.get()?.[0] ?? 0) >= unindexed) index(last)
      last = undefined
    }
  }
}
