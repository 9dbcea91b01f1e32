/** Which batches were applied lately: the same one sent twice is applied once, by whatever process. Inside a write transaction. */
import type { Millis } from '../../fhir/resource.ts'
import type { Connection } from './connection.ts'

export interface AppliedBatches {
  /** Reads on what other processes applied. */
  readonly start: () => void
  readonly has: (id: string) => boolean
  readonly add: (id: string) => void
  /** Writes down the ids of this transaction, before it commits. */
  readonly save: () => void
  readonly settle: (committed: boolean) => void
}

/** Longer than any retry of an operation whose outcome its sender did not learn. */
const keptFor = 120_000
const kept = 200_000
const removedAtOnce = 500

export const createAppliedBatches = ({ statement }: Pick<Connection, 'statement'>, now: () => Millis): AppliedBatches => {
  const readOn = statement('SELECT seq, at, ids FROM batch WHERE seq > ? ORDER BY seq')
  const insert = statement('INSERT INTO batch (seq, at, ids) VALUES (?, ?, ?)')
  const prune = statement('DELETE FROM batch WHERE seq IN (SELECT seq FROM batch WHERE at < ? ORDER BY seq LIMIT ?)')
  const applied = new Map<string, Millis>() // in order of time
  let fresh: string[] = []
  let seen = 0

  const forget = (time: Millis): void => {
    for (const [id, at] of applied) {
      if (at >= time && applied.size <= kept) return
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
    has: (id) => applied.has(id) || fresh.includes(id),
    add: (id) => { fresh.push(id) },
    save: () => {
      if (fresh.length === 0) return
      const time = now()
      insert.run(seen + 1, time, JSON.stringify(fresh))
      prune.run(time - keptFor, removedAtOnce)
      forget(time - keptFor)
    },
    settle: (committed) => {
      if (committed && fresh.length > 0) {
        for (const id of fresh) applied.set(id, now())
        seen++
      }
      fresh = []
    }
  }
}
