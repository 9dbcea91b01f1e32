/** Group commit on SQLite: every batch of a group in one transaction, one fsync, then the answers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Millis } from '../../fhir/resource.ts'
import { createGroupCommit } from '../group-commit.ts'
import { StoreUnavailable } from '../store.ts'
import type { Batch, StoredRecord } from '../store.ts'
import { createApply } from './apply.ts'
import type { Checkpoints } from './checkpoint.ts'
import type { Connection } from './connection.ts'
import { isBusy, isFsyncFailure, toPortError } from './failure.ts'
import type { Work } from './work.ts'

export interface Commits {
  readonly commit: (batch: Batch) => Promise<void>
  /** Rejects with StoreConflict `exists` when an unexpired record stands there at `now`. */
  readonly insertRecord: (record: StoredRecord, now: Millis) => Promise<void>
  /** Everything asked for is done, and nothing else goes on. */
  readonly drain: () => Promise<void>
  /** Why nothing can be written or read any more. */
  readonly failed: () => StoreUnavailable | undefined
}

const maxBatches = 32
/** Another process may hold the write lock; waiting for it must not hold the event loop. */
const lockPatience = 10_000
const lockPause = 5

export const createCommits = (connection: Connection, checkpoints: Checkpoints, now: () => Millis): Commits => {
  const apply = createApply(connection, now)
  let failure: StoreUnavailable | undefined

  const begin = async (): Promise<void> => {
    const deadline = performance.now() + lockPatience
    for (;;) {
      try {
        connection.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error
      }
      await sleep(lockPause)
    }
  }

  /** Nothing is awaited between BEGIN and COMMIT: reads of this process never see an open transaction. */
  const transaction = async (batches: readonly Work[]): Promise<readonly (undefined | Error)[]> => {
    await begin()
    try {
      apply.start()
      const results = batches.map(apply.batch)
      apply.finish()
      connection.exec('COMMIT')
      apply.settle(true)
      checkpoints.committed()
      return results
    } catch (error) {
      rollBack(connection)
      apply.settle(false)
      throw error
    }
  }

  const flush = async (batches: readonly Work[]): Promise<readonly (undefined | Error)[]> => {
    if (failure) throw failure
    try {
      return await transaction(batches)
    } catch (error) {
      const reported = toPortError(error)
      if (isFsyncFailure(error)) failure = new StoreUnavailable('The disk refused to keep a commit (fsync failed). Check it, then start the server again.', { cause: error })
      if (reported instanceof StoreUnavailable || batches.length === 1) throw reported
      // One batch that the engine refuses must not cost its neighbours theirs.
      const results: (undefined | Error)[] = []
      for (const batch of batches) results.push(await flush([batch]).then(([result]) => result, toPortError))
      return results
    }
  }

  const group = createGroupCommit<Work>({ flush, maxBatches })
  return {
    commit: group.commit,
    insertRecord: async (record, at) => {
      await group.commit({ id: `record ${record.kind} ${record.id}`, guards: [], puts: [], restamps: [], records: [record], audit: [], absentAt: at })
    },
    drain: async () => {
      await group.drain()
      await checkpoints.stop()
    },
    failed: () => failure
  }
}

const rollBack = (connection: Connection): void => {
  try {
    connection.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does after most I/O errors.
  }
}
