/** Group commit on SQLite: every batch of a group in one transaction, one fsync, then the answers. */
import type { Millis } from '../../fhir/resource.ts'
import { createGroupCommit } from '../group-commit.ts'
import { StoreUnavailable } from '../store.ts'
import type { Batch, StoredRecord } from '../store.ts'
import { createCheckpoints } from './checkpoint.ts'
import type { ThreadedWriter } from './threaded-writer.ts'
import { toError } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { movingJournal } from './work.ts'
import type { Work } from './work.ts'
import type { Writer } from './writer.ts'

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
  /** Writes on the connection that reads. */
  readonly writer: Writer
  readonly startThread: () => ThreadedWriter
  /** Groups after which a thread is started: many a process writes little. */
  readonly threadAfter: number
  readonly path: string
  readonly now: () => Millis
}

const maxBatches = 32

export const createCommits = ({ writer, startThread, threadAfter, path, now }: CommitDeps): Commits => {
  let failure: StoreUnavailable | undefined
  let thread: ThreadedWriter | undefined
  let groups = 0

  const writing = (): ThreadedWriter | Writer => thread?.ready() === true ? thread : writer
  const checkpoints = createCheckpoints(path, () => { writing().checkpoint() })

  /** A thread that died may or may not have committed: writing again what was applied changes nothing. */
  const write = async (batches: readonly Work[]): Promise<readonly Verdict[]> => {
    const at = now()
    if (groups++ === threadAfter) thread = startThread()
    return await writing().write(batches, at) ?? await writer.write(batches, at)
  }

  const flush = async (batches: readonly Work[]): Promise<readonly (undefined | Error)[]> => {
    if (failure) throw failure
    const verdicts = await write(batches)
    if (verdicts.some((verdict) => verdict?.kind === 'unavailable' && verdict.fsync)) {
      failure = new StoreUnavailable('The disk refused to keep a commit (fsync failed). Check it, then start the server again.')
    }
    checkpoints.committed()
    return verdicts.map((verdict) => verdict && toError(verdict))
  }

  const group = createGroupCommit<Work>({ flush, maxBatches })
  return {
    commit: group.commit,
    insertRecord: async (record, at) => {
      await group.commit({ id: `record ${record.kind} ${record.id}`, guards: [], puts: [], restamps: [], records: [record], audit: [], absentAt: at })
    },
    moveJournal: async () => { await group.commit(movingJournal) },
    drain: async () => {
      await group.drain()
      await checkpoints.stop()
      await thread?.stop()
    },
    failed: () => failure
  }
}
