/**
 * Moves the log into the file on a thread of its own: copying and flushing megabytes must not hold
 * the event loop. https://www.sqlite.org/wal.html#ckpt
 */
import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { threadUrl } from './thread-url.ts'

export interface Checkpoints {
  /** After each commit. */
  readonly committed: () => void
  readonly stop: () => Promise<void>
}

/** Below this the thread is not worth starting; many a process never writes so much. */
const worthIt = 4 * 1024 * 1024
const pause = 1000
const lookEvery = 8
/**
 * In pages. The log starts over only once nothing in it is left to copy, which under load the
 * thread alone never reaches.
 */
const longLog = 4000

/** @param finish copies what the thread has left, on the connection that writes */
export const createCheckpoints = (path: string, finish: () => void): Checkpoints => {
  let thread: Worker | undefined
  let ended: Promise<void> = Promise.resolve()
  let [working, stopped] = [false, false]
  let [commits, done] = [0, 0]

  const start = (): Worker => {
    const worker = new Worker(threadUrl('checkpoint-thread'), { workerData: path })
    worker.unref()
    ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
      })
    })
    worker.once('error', () => {
      commits = -Infinity
    }) // never again: wal_autocheckpoint stands in
    worker.on('message', (pages: number) => {
      if (pages > longLog && !stopped) finish()
      setTimeout(next, pause).unref()
    })
    return worker
  }

  const next = (): void => {
    working = commits > done
    if (!working) return
    done = commits
    thread?.postMessage('checkpoint')
  }

  return {
    committed: () => {
      commits++
      if (working || commits % lookEvery !== 0) return
      if (!thread && sizeOf(`${path}-wal`) < worthIt) return
      thread ??= start()
      next()
    },
    stop: async () => {
      stopped = true
      thread?.ref() // or the process might end before the thread has
      thread?.postMessage('stop')
      await ended
    }
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
