/**
 * A writer on a thread of its own: inserting, and waiting for the disk, do not hold the event loop.
 */
import { Worker } from 'node:worker_threads'
import type { Millis } from '../../../fhir/resource.ts'
import type { FileKind } from '../file/files.ts'
import { threadUrl } from './thread-url.ts'
import type { Verdict } from './verdict.ts'
import type { Work } from './work.ts'
import type { Writer } from './writer.ts'

/** Which file of which store the thread writes. */
export interface Start {
  readonly directory: string
  readonly kind: FileKind
}
export type Order =
  | { readonly kind: 'write'; readonly batches: readonly Work[]; readonly at: Millis }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'stop' }
export type Report =
  { readonly kind: 'ready' } | { readonly kind: 'written'; readonly verdicts: readonly Verdict[] }

export interface ThreadedWriter extends Pick<Writer, 'checkpoint'> {
  /** The thread is there and has the file open. */
  readonly ready: () => boolean
  /**
   * One group at a time. @returns undefined when the thread ended before it told what became of the
   * group
   */
  readonly write: (batches: readonly Work[], at: Millis) => Promise<readonly Verdict[] | undefined>
  readonly stop: () => Promise<void>
}

/** Groups come and go: a small nursery is enough for them. */
const youngMegabytes = 8

export const createThreadedWriter = (directory: string, kind: FileKind): ThreadedWriter => {
  const thread = new Worker(threadUrl('writer-thread'), {
    workerData: { directory, kind } satisfies Start,
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes }
  })
  const ended = new Promise<void>((resolve) => {
    thread.once('exit', () => {
      resolve()
    })
  })
  let ready = false
  let answer: ((verdicts: readonly Verdict[] | undefined) => void) | undefined
  thread.unref()

  const settle = (verdicts: readonly Verdict[] | undefined): void => {
    const waiting = answer
    answer = undefined
    thread.unref()
    waiting?.(verdicts)
  }
  const end = (): void => {
    ready = false
    settle(undefined)
  }
  thread.once('error', end)
  thread.once('exit', end)
  thread.on('message', (report: Report) => {
    if (report.kind === 'ready') ready = true
    else settle(report.verdicts)
  })
  const order = (message: Order): void => {
    thread.postMessage(message)
  }

  return {
    ready: () => ready,
    write: async (batches, at) =>
      await new Promise((resolve) => {
        thread.ref() // or the process might end before it has the answer
        answer = resolve
        order({ kind: 'write', batches, at })
      }),
    checkpoint: () => {
      order({ kind: 'checkpoint' })
    },
    stop: async () => {
      thread.ref()
      order({ kind: 'stop' })
      await ended
    }
  }
}
