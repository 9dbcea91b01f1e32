/** The FHIR base: one handler for all of it, since routes.ts says what there is. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answerExchange, openExchange } from './exchange.ts'
import type { Exchange, ExchangeDeps } from './exchange.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

export const registerFhir = (app: FastifyInstance, deps: ExchangeDeps): void => {
  const exchanges = new WeakMap<FastifyRequest, Exchange>()
  const options = {
    // Before the body is read: who may not ask need not be listened to.
    onRequest: async (request: FastifyRequest) => { exchanges.set(request, await openExchange(deps, request)) }
  }
  for (const url of [deps.prefix, `${deps.prefix}/*`]) {
    app.route({
      ...options,
      method: methods,
      url,
      handler: async (request, reply) => await answerExchange(deps, exchanges.get(request) as Exchange, request, reply)
    })
  }
}
