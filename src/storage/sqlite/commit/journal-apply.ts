/**
 * The journal's side of a group commit: audit lines alone, and now and then moving all that wait to
 * where queries find them.
 */
import type { Millis } from '../../../fhir/resource.ts'
import {
  createAppliedBatches,
  keptFor,
  newestCommit,
  pruneCommits
} from '../file/applied-batches.ts'
import type { Apply } from './apply.ts'
import type { FileKind, Files } from '../file/files.ts'
import { createJournalLines } from './journal-lines.ts'
import type { Line } from './journal-lines.ts'

/** Rows whose time is over, at once: more than come between two moves. */
const prunedAtOnce = 5000

export const createJournalApply = (files: Files): Apply => {
  const applied = createAppliedBatches(files.journal)
  const lines = createJournalLines()
  const move = createMove(files)
  let time = 0
  return {
    start: (at) => {
      time = at
      applied.start()
      lines.start()
    },
    batch: ({ id, audit, movesJournal }) => {
      if (movesJournal) move(time)
      else if (!applied.has(id)) {
        applied.add(id)
        audit.forEach(lines.add)
      }
      return undefined
    },
    finish: () => {
      applied.save(time, lines.take())
    },
    settle: applied.settle
  }
}

/** Order of commit, whichever file a line was in. */
interface Waiting {
  readonly at: Millis
  readonly lines: readonly Line[]
}

const createMove = ({ data, journal }: Files): ((at: Millis) => void) => {
  const { statement } = journal
  const movedUntil = statement('SELECT seq, again FROM moved WHERE source = ?')
  const setMoved = statement('UPDATE moved SET seq = ?, again = 0 WHERE source = ?')
  const waitingIn =
    'SELECT seq, at, lines FROM commits WHERE seq > ? AND seq <= ? AND lines IS NOT NULL ORDER BY seq'
  const insert = statement(
    'INSERT INTO audit (id, at, organization, request, patients, json) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const insertPatient = statement(
    'INSERT OR IGNORE INTO audit_patient (patient, seq) VALUES (?, ?)'
  )
  const isKnown = statement('SELECT 1 FROM audit WHERE id = ?')
  const oldest = statement('SELECT seq FROM commits ORDER BY seq LIMIT 1')
  const prune = statement(pruneCommits)

  const save = ([id, at, organization, request, patients, json]: Line): void => {
    const seq = insert.run(id, at, organization, request, JSON.stringify(patients), json)
    for (const patient of patients) insertPatient.run(patient, seq)
  }

  const take = (source: FileKind): readonly Waiting[] => {
    const file = source === 'data' ? data : journal
    const [moved, again] = movedUntil.get(source) ?? []
    const until = Number(file.statement(`SELECT ${newestCommit}`).get()?.[0])
    const rows = file.statement(waitingIn).all(moved ?? 0, until)
    if (until !== moved || again === 1) setMoved.run(until, source)
    return rows.map(([, at, text]) => {
      const lines = JSON.parse(String(text)) as readonly Line[]
      return {
        at: Number(at),
        lines: again === 1 ? lines.filter(([id]) => !isKnown.get(id)) : lines
      }
    })
  }

  return (at) => {
    const waiting = [...take('data'), ...take('journal')].sort((a, b) => a.at - b.at)
    for (const { lines } of waiting) lines.forEach(save)
    const first = Number(oldest.get()?.[0] ?? 0)
    prune.run(
      first,
      Math.min(first + prunedAtOnce, Number(movedUntil.get('journal')?.[0] ?? 0)),
      at - keptFor
    )
  }
}
