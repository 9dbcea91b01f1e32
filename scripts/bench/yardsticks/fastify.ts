/**
 * A bare Fastify GET of the same bytes: what HTTP in this runtime costs without token, search,
 * store and audit.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../../mongod/member.ts'
import { residentMegabytes } from '../resident-memory.ts'

export interface BareFastify {
  readonly port: number
  /** From the start of the process to the first answer. */
  readonly readyMs: number
  readonly serve: (
    bodies: readonly { readonly path: string; readonly body: string }[]
  ) => Promise<void>
  readonly residentMegabytes: () => number
  readonly stop: () => Promise<void>
}

export const startBareFastify = async (): Promise<BareFastify> => {
  const port = await freePort()
  const begin = performance.now()
  const child = fork(join(import.meta.dirname, 'bare-fastify.js'), [String(port)], {
    execArgv: [],
    serialization: 'advanced'
  })
  await once(child, 'message')
  const readyMs = performance.now() - begin
  return {
    port,
    readyMs,
    serve: async (bodies) => {
      const served = once(child, 'message')
      child.send(bodies)
      await served
    },
    residentMegabytes: () => residentMegabytes(child.pid ?? 0),
    stop: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    }
  }
}
