/**
 * What surrounds every request: its id, its headers, turning away when there is too much to do or
 * the server closes, one line in the log.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { FhirError } from '../../fhir/fhir-error.ts'
import { answerHeaders } from '../answer/answer-headers.ts'
import type { Overload } from './overload.ts'

/** An orchestrator must be able to tell a busy server from a dead one. */
const isHealth = ({ url }: FastifyRequest): boolean => url.startsWith('/health/')

/** Whether it counts as in work. */
interface Counted extends FastifyRequest {
  counted: boolean
}

const leave = (request: FastifyRequest, overload: Overload): void => {
  if (!(request as Counted).counted) return
  ;(request as Counted).counted = false
  overload.leave()
}

export const registerLifecycle = (app: FastifyInstance, overload: Overload, log: Logger): void => {
  let closing = false
  app.decorateRequest('counted', false)

  app.addHook('onReady', async () => {
    overload.start()
  })
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onClose', async () => {
    overload.stop()
  })

  // With callbacks: a promise per hook and request would be paid by every read.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(answerHeaders).header('x-request-id', request.id)
    if (isHealth(request)) {
      done()
      return
    }
    if (closing) {
      reply.header('connection', 'close')
      done(
        new FhirError(
          'unavailable',
          'The server is closing; send the request again, to another process or in a moment.'
        )
      )
      return
    }
    const refusal = overload.enter()
    ;(request as Counted).counted = refusal === undefined
    done(refusal)
  })

  app.addHook('onRequestAbort', async (request) => {
    leave(request, overload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    leave(request, overload)
    // No path and no query: ids and national numbers stand there.
    const { id: requestId, method } = request
    const ms = Math.round(reply.elapsedTime * 10) / 10
    log.info({ requestId, method, status: reply.statusCode, ms }, 'answered')
    done()
  })
}
