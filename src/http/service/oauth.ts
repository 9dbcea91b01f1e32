/**
 * Token endpoint, keys and SMART discovery.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
 */
import type { FastifyInstance } from 'fastify'
import type { Auth } from '../../auth/auth.ts'
import { paths } from '../../auth/endpoints.ts'
import { refusedToken } from '../../auth/tokens/token-answer.ts'
import type { OauthError } from '../../auth/tokens/token-answer.ts'
import { retryHeader } from '../../fhir/failure-kinds.ts'
import { checkContentEncoding, form } from '../request/media-type.ts'

export type TokenService = Pick<Auth, 'token' | 'smartConfiguration' | 'jwks'>

/** Of the errors that OAuth names, the one that goes away by itself. */
const passing: OauthError = 'temporarily_unavailable'
/** A client assertion, its scopes and room to spare. */
const longestForm = 64 * 1024

const json = 'application/json; charset=utf-8'
const wrongForm = refusedToken(
  'invalid_request',
  `The body is not ${form}. Send the parameters as a form.`
)

export const registerOauth = (
  app: FastifyInstance,
  { token, smartConfiguration, jwks }: TokenService
): void => {
  app.post(paths.token, { bodyLimit: longestForm }, async (request, reply) => {
    checkContentEncoding(request.headers['content-encoding'])
    reply.header('content-type', json).header('pragma', 'no-cache')
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
    if (type !== form || !(request.body instanceof Uint8Array)) {
      return reply.code(wrongForm.status).send(JSON.stringify(wrongForm.body))
    }
    const { status, body } = await token(
      new URLSearchParams(Buffer.from(request.body).toString('utf8')),
      request.id
    )
    if (body['error'] === passing) reply.headers(retryHeader('unavailable'))
    return reply.code(status).send(JSON.stringify(body))
  })
  app.get(paths.jwks, async (_request, reply) =>
    reply.header('content-type', json).send(JSON.stringify(await jwks()))
  )
  // Always plain JSON, whatever Accept says (SMART conformance).
  for (const root of ['', paths.fhir]) {
    app.get(`${root}/.well-known/smart-configuration`, async (_request, reply) =>
      reply.header('content-type', json).send(JSON.stringify(smartConfiguration()))
    )
  }
}
