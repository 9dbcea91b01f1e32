/**
 * Commits into the two files of a store: writes with their audit lines into the data, audit lines
 * alone into the journal.
 */
import type { Millis } from '../../../fhir/resource.ts'
import type { GroupCommit } from '../../group-commit.ts'
import { StoreUnavailable } from '../../store.ts'
import type { Batch, StoredRecord } from '../../store.ts'
import { pathsIn } from '../file/files.ts'
import type { FileKind, Files } from '../file/files.ts'
import { createLane } from './lane.ts'
import { createThreadedWriter } from './threaded-writer.ts'
import { movingJournal } from './work.ts'
import type { Work } from './work.ts'
import { createFileWriter } from './writer.ts'

export interface Commits {
  readonly commit: (batch: Batch) => Promise<void>
  /** Rejects with StoreConflict `exists` when an unexpired record stands there at `now`. */
  readonly insertRecord: (record: StoredRecord, now: Millis) => Promise<void>
  /** Audit lines of every commit so far stand where queries find them. */
  readonly moveJournal: () => Promise<void>
  /** Everything asked for is done, and nothing else goes on. */
  readonly drain: () => Promise<void>
  /** Why nothing can be written or read any more. */
  readonly failed: () => StoreUnavailable | undefined
}

export interface CommitDeps {
  readonly directory: string
  readonly files: Files
  readonly now: () => Millis
  /** lane.ts */
  readonly threadAfter: number
}

/** Lines that may wait; then they are moved, which queries of the journal else would have to do. */
const waitingAtMost = 1000

export const createCommits = (deps: CommitDeps): Commits => {
  const lanes = createLanes(deps)
  const { data, journal } = lanes
  let waiting = 0
  const moveJournal = async (): Promise<void> => {
    await journal.commit(movingJournal)
  }

  const noteLines = (count: number): void => {
    waiting += count
    if (waiting < waitingAtMost) return
    waiting = 0
    // they still wait; the next time, or a query, moves them
    void moveJournal().catch(() => undefined)
  }

  return {
    commit: async (batch) => {
      await (isJournalAlone(batch) ? journal : data).commit(batch)
      noteLines(batch.audit.length)
    },
    insertRecord: async (record, at) => {
      await data.commit({
        id: `record ${record.kind} ${record.id}`,
        expectations: [],
        puts: [],
        restamps: [],
        records: [record],
        audit: [],
        absentAt: at
      })
    },
    moveJournal,
    drain: async () => {
      await data.drain()
      await journal.drain()
    },
    failed: lanes.failed
  }
}

type Lanes = Readonly<Record<FileKind, GroupCommit<Work>>> & Pick<Commits, 'failed'>

const createLanes = ({ directory, files, now, threadAfter }: CommitDeps): Lanes => {
  let failure: StoreUnavailable | undefined
  let last = 0
  const stamp = (): Millis => {
    last = Math.max(last + 0.001, now())
    return last
  }
  const laneOf = (kind: FileKind): GroupCommit<Work> =>
    createLane({
      path: pathsIn(directory)[kind],
      writer: createFileWriter(files, kind),
      startThread: () => createThreadedWriter(directory, kind),
      threadAfter,
      stamp,
      check: () => {
        if (failure) throw failure
      },
      refused: (refusal) => {
        if (refusal.kind === 'unavailable' && refusal.fsync) {
          failure = new StoreUnavailable(
            'The disk refused to keep a commit (fsync failed). Check it, then start the server again.'
          )
        }
      }
    })
  return { data: laneOf('data'), journal: laneOf('journal'), failed: () => failure }
}

const isJournalAlone = ({
  expectations,
  puts,
  restamps,
  reindexes = [],
  records,
  audit
}: Batch): boolean =>
  audit.length > 0 &&
  expectations.length === 0 &&
  reindexes.length === 0 &&
  puts.length === 0 &&
  restamps.length === 0 &&
  records.length === 0
