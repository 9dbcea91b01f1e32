/**
 * Audit lines on their way: they stand in the row of their group commit, one page for all of them,
 * and are moved to `audit` with its
 * indexes many at a time (journal-apply.ts). One by one, each would touch pages of its own, and
 * every answer would wait for the disk.
 */
import type { Millis } from '../../../fhir/resource.ts'
import type { AuditEntry } from '../../store.ts'
import type { Files } from '../file/files.ts'

/** id, at, organization, request, patients, json */
export type Line = readonly [string, Millis, string | null, string, readonly string[], string]

/** Inside a write transaction. */
export interface JournalLines {
  /** Forgets lines of a transaction that was rolled back. */
  readonly start: () => void
  readonly add: (entry: AuditEntry) => void
  /** What was added since the start, for the row of this transaction. */
  readonly take: () => string | undefined
}

export const createJournalLines = (): JournalLines => {
  let lines: Line[] = []
  return {
    start: () => {
      lines = []
    },
    add: ({ id, at, organization, request, patients, json }) => {
      lines.push([id, at, organization ?? null, request, patients, json])
    },
    take: () => {
      const text = lines.length === 0 ? undefined : JSON.stringify(lines)
      lines = []
      return text
    }
  }
}

/** Whether lines wait to be moved. */
export const hasLines = (files: Files): boolean =>
  (['data', 'journal'] as const).some((source) => {
    const moved =
      files.journal.statement('SELECT seq FROM moved WHERE source = ?').get(source)?.[0] ?? 0
    return (
      files[source]
        .statement('SELECT 1 FROM commits WHERE seq > ? AND lines IS NOT NULL LIMIT 1')
        .get(moved) !== undefined
    )
  })
