/** What surrounds every request: its id, its headers, turning away when there is too much to do or the server closes, one line in the log. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { FhirError } from '../fhir/fhir-error.ts'
import { answerHeaders } from './answer-headers.ts'
import type { Overload } from './overload.ts'

/** An orchestrator must be able to tell a busy server from a dead one. */
const isHealth = ({ url }: FastifyRequest): boolean => url.startsWith('/health/')

export const registerLifecycle = (app: FastifyInstance, overload: Overload, log: Logger): void => {
  let closing = false
  const entered = new WeakSet<FastifyRequest>()

  app.addHook('onReady', async () => { overload.start() })
  app.addHook('preClose', async () => { closing = true })
  app.addHook('onClose', async () => { overload.stop() })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(answerHeaders).header('x-request-id', request.id)
    if (isHealth(request)) return
    if (closing) {
      reply.header('connection', 'close')
      throw new FhirError('unavailable', 'The server is closing; send the request again, to another process or in a moment.')
    }
    overload.enter()
    entered.add(request)
  })

  const leave = (request: FastifyRequest): void => {
    if (entered.delete(request)) overload.leave()
  }
  app.addHook('onRequestAbort', async (request) => { leave(request) })
  app.addHook('onResponse', async (request, reply) => {
    leave(request)
    // No path and no query: ids and national numbers stand there.
    log.info({ requestId: request.id, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'answered')
  })
}
