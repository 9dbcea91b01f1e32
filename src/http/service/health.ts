/** Health for orchestrators: alive, started, able to serve. No token, no detail. */
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { failureKinds, retryHeader } from '../../fhir/failure-kinds.ts'

export interface Health {
  /** Rejects while the server cannot answer requests. */
  readonly ready: () => Promise<void>
  readonly started: () => boolean
}

const up = { status: 'up' }
const down = { status: 'down' }
const unavailable = failureKinds.unavailable.status

export const registerHealth = (
  app: FastifyInstance,
  { ready, started }: Health,
  log: Logger
): void => {
  app.get('/health/live', async () => up)
  app.get('/health/startup', async (_request, reply) =>
    started() ? up : await reply.code(unavailable).send(down)
  )
  app.get('/health/ready', async (request, reply) => {
    try {
      await ready()
      return up
    } catch (error) {
      log.warn({ requestId: request.id, err: error }, 'not ready')
      return await reply.code(unavailable).headers(retryHeader('unavailable')).send(down)
    }
  })
}
