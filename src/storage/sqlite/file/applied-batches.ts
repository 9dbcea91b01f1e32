/**
 * Which batches were applied lately: the same one sent twice is applied once, by whatever process.
 * Inside a write transaction.
 */
import type { Millis } from '../../../fhir/resource.ts'
import type { OpenFile } from './connection.ts'

export interface AppliedBatches {
  /** Reads on what others applied. */
  readonly start: () => void
  readonly has: (id: string) => boolean
  readonly add: (id: string) => void
  /** Writes down the transaction, before it commits: the ids of its batches and its audit lines. */
  readonly save: (at: Millis, lines: string | undefined) => void
  readonly settle: (committed: boolean) => void
}

/** Longer than any retry of an operation whose outcome its sender did not learn. */
export const keptFor = 120_000
const kept = 200_000

/** Position of the last group commit, 0 before the first. */
export const newestCommit = '(SELECT coalesce(max(seq), 0) FROM commits)'
/**
 * From, to (both inclusive), before which time. The newest stays: from it the next one counts on.
 */
export const pruneCommits = `DELETE FROM commits WHERE seq BETWEEN ? AND ? AND at < ? AND seq < ${newestCommit}`

export const createAppliedBatches = ({
  statement
}: Pick<OpenFile, 'statement'>): AppliedBatches => {
  const readOn = statement('SELECT seq, at, ids FROM commits WHERE seq > ? ORDER BY seq')
  const insert = statement('INSERT INTO commits (seq, at, ids, lines) VALUES (?, ?, ?, ?)')
  const applied = new Map<string, Millis>() // in order of time
  let fresh = new Set<string>()
  let [seen, saved, time] = [0, 0, 0]

  const forget = (before: Millis): void => {
    for (const [id, at] of applied) {
      if (at >= before && applied.size <= kept) return
      applied.delete(id)
    }
  }

  return {
    start: () => {
      for (const [seq, at, ids] of readOn.all(seen)) {
        for (const id of JSON.parse(String(ids)) as string[]) applied.set(id, Number(at))
        seen = Number(seq)
      }
    },
    has: (id) => applied.has(id) || fresh.has(id),
    add: (id) => {
      fresh.add(id)
    },
    save: (at, lines) => {
      if (fresh.size === 0 && lines === undefined) return
      time = at
      saved = insert.run(seen + 1, at, JSON.stringify([...fresh]), lines ?? null)
    },
    settle: (committed) => {
      if (committed && saved > seen) {
        for (const id of fresh) applied.set(id, time)
        seen = saved
        forget(time - keptFor)
      }
      saved = 0
      fresh = new Set()
    }
  }
}
