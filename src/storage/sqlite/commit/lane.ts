/**
 * Group commit into one file: one transaction and one fsync for all that wait, made on a thread
 * once there is much to do.
 */
import type { Millis } from '../../../fhir/resource.ts'
import { createGroupCommit } from '../../group-commit.ts'
import type { GroupCommit } from '../../group-commit.ts'
import { createCheckpoints } from './checkpoint.ts'
import type { ThreadedWriter } from './threaded-writer.ts'
import { toError } from './verdict.ts'
import type { Refusal, Verdict } from './verdict.ts'
import type { Work } from './work.ts'
import type { Writer } from './writer.ts'

export interface LaneDeps {
  readonly path: string
  /** Writes on the connection that reads. */
  readonly writer: Writer
  readonly startThread: () => ThreadedWriter
  /** Batches and puts after which a thread is started: many a process writes little. */
  readonly threadAfter: number
  /** Time of a group; no two have the same. */
  readonly stamp: () => Millis
  /** @throws when nothing may be written any more */
  readonly check: () => void
  readonly refused: (refusal: Refusal) => void
}

const maxBatches = 32

export const createLane = ({
  path,
  writer,
  startThread,
  threadAfter,
  stamp,
  check,
  refused
}: LaneDeps): GroupCommit<Work> => {
  let thread: ThreadedWriter | undefined
  let written = 0
  const writing = (): ThreadedWriter | Writer => (thread?.ready() === true ? thread : writer)
  const checkpoints = createCheckpoints(path, () => {
    writing().checkpoint()
  })

  /**
   * A thread that died may or may not have committed: writing again what was applied changes
   * nothing.
   */
  const write = async (batches: readonly Work[]): Promise<readonly Verdict[]> => {
    const at = stamp()
    for (const { puts, reindexes = [] } of batches) written += 1 + puts.length + reindexes.length
    if (written > threadAfter) thread ??= startThread()
    return (await writing().write(batches, at)) ?? (await writer.write(batches, at))
  }

  const flush = async (batches: readonly Work[]): Promise<readonly (undefined | Error)[]> => {
    check()
    const verdicts = await write(batches)
    checkpoints.committed()
    return verdicts.map((verdict) => {
      if (verdict) refused(verdict)
      return verdict && toError(verdict)
    })
  }

  const group = createGroupCommit<Work>({
    flush,
    maxBatches,
    holdsLoop: () => thread?.ready() !== true
  })
  return {
    commit: group.commit,
    drain: async () => {
      await group.drain()
      await checkpoints.stop()
      await thread?.stop()
    }
  }
}
