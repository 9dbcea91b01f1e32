/** The bench's side of the load generator. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Job, JobResult } from './job.ts'

export interface Generator {
  readonly play: (job: Job) => Promise<JobResult>
  readonly stop: () => void
}

export const startGenerator = (): Generator => {
  const child = fork(join(import.meta.dirname, 'load-generator.ts'), { serialization: 'advanced' })
  return {
    /** @throws when a request failed or had an unexpected status */
    play: async (job) =>
      await new Promise((resolve, reject) => {
        const gone = (): void => {
          reject(new Error('the load generator ended'))
        }
        child.once('exit', gone)
        child.once('message', (message: { result: JobResult } | { error: string }) => {
          child.removeListener('exit', gone)
          if ('error' in message) reject(new Error(message.error))
          else resolve(message.result)
        })
        child.send(job)
      }),
    stop: () => {
      child.disconnect()
    }
  }
}
