/** Makes a group of batches durable in one file: all in one transaction, one fsync. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Millis } from '../../../fhir/resource.ts'
import { createApply } from './apply.ts'
import { isBusy } from '../file/failure.ts'
import type { FileKind, Files } from '../file/files.ts'
import { createJournalApply } from './journal-apply.ts'
import { toRefusal } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import type { Work } from './work.ts'

export interface Writer {
  /** A verdict for each batch, in order; never rejects. */
  readonly write: (batches: readonly Work[], at: Millis) => Promise<readonly Verdict[]>
  /** Copies what it can of the log into the file, while nothing is written. */
  readonly checkpoint: () => void
}

/** Another process may hold the write lock; waiting for it must not hold the event loop. */
const lockPatience = 10_000
const lockPause = 5

export const createFileWriter = (files: Files, kind: FileKind): Writer => {
  const connection = files[kind]
  const apply = kind === 'data' ? createApply(files) : createJournalApply(files)

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

  /**
   * Nothing is awaited between BEGIN and COMMIT: reads on this connection never see an open
   * transaction.
   */
  const transaction = async (batches: readonly Work[], at: Millis): Promise<readonly Verdict[]> => {
    await begin()
    try {
      apply.start(at)
      const conflicts = batches.map(apply.batch)
      apply.finish()
      connection.exec('COMMIT')
      apply.settle(true)
      return conflicts.map((conflict) => conflict && toRefusal(conflict))
    } catch (error) {
      rollBack(connection)
      apply.settle(false)
      throw error
    }
  }

  const write: Writer['write'] = async (batches, at) => {
    try {
      return await transaction(batches, at)
    } catch (error) {
      const refusal = toRefusal(error)
      if (refusal.kind === 'unavailable' || batches.length === 1) return batches.map(() => refusal)
      // One batch that the engine refuses must not cost its neighbours theirs.
      const verdicts: Verdict[] = []
      for (const batch of batches) verdicts.push(...(await write([batch], at)))
      return verdicts
    }
  }

  return {
    write,
    checkpoint: () => {
      connection.exec('PRAGMA wal_checkpoint(PASSIVE)')
    }
  }
}

const rollBack = (connection: Files[FileKind]): void => {
  try {
    connection.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does after most I/O errors.
  }
}
