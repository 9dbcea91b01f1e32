/** The FHIR base: one handler for all of it, since routes.ts says what there is. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerExchange, checkMedia, openExchange, recordFailure } from './exchange.ts'
import type { Exchange, ExchangeDeps } from './exchange.ts'
import type { FailureDeps } from './failure/failure-handlers.ts'
import { sendFailure, translated } from './failure/failure-handlers.ts'
import type { Asked } from './journal/journal-line.ts'

/** OPTIONS too, which nothing here answers: whoever asks with it is in the journal all the same. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Set by the hook, read by the handler: a property of the request, since a WeakMap of short-lived
 * requests burdens every garbage collection.
 */
interface Opened extends FastifyRequest {
  asked: Asked | undefined
  exchange: Exchange | undefined
}

export const registerFhir = (app: FastifyInstance, deps: ExchangeDeps & FailureDeps): void => {
  app.decorateRequest('asked', undefined)
  app.decorateRequest('exchange', undefined)
  // Before the body is read: who may not ask need not be listened to.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    const exchange = await openExchange(deps, request, (asked) => {
      ;(request as Opened).asked = asked
    })
    ;(request as Opened).exchange = exchange
    checkMedia(request, exchange)
  }
  /** Without its line in the journal not even a failure is told. */
  const journalled = async (error: unknown, request: FastifyRequest): Promise<unknown> => {
    const { asked, exchange } = request as Opened
    const known = exchange ?? asked
    try {
      if (known !== undefined) await recordFailure(deps, known, request, error)
      return error
    } catch (failure) {
      return failure
    }
  }
  const errorHandler = (
    thrown: FastifyError,
    request: FastifyRequest,
    reply: FastifyReply
  ): void => {
    void journalled(translated(thrown), request).then(
      async (error) => await sendFailure(error, request, reply, deps)
    )
  }
  for (const url of [deps.prefix, `${deps.prefix}/*`]) {
    app.route({
      method: methods,
      url,
      onRequest,
      errorHandler,
      handler: async (request, reply) =>
        await answerExchange(deps, (request as Opened).exchange as Exchange, request, reply)
    })
  }
}
