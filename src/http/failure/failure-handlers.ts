/** Everything that goes wrong ends here, whatever threw it: an OperationOutcome, always. */
import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { FhirError } from '../../fhir/fhir-error.ts'
import { operationOutcome } from '../../fhir/operation-outcome.ts'
import { failureAnswer } from './failure-answer.ts'
import { languageOf } from '../request/language.ts'
import { fhirJson } from '../request/media-type.ts'

const fastifyFailures: Readonly<Record<string, (error: FastifyError) => FhirError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (cause) =>
    new FhirError(
      'too-large',
      'Found a body that is longer than this server reads; send less at once.',
      { cause }
    ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (cause) =>
    new FhirError(
      'unsupported-media-type',
      'Found a Content-Type that cannot be read, expected a media type such as application/fhir+json.',
      { cause }
    ),
  FST_ERR_BAD_URL: (cause) =>
    new FhirError(
      'invalid',
      'Found a URL that cannot be decoded, expected percent-encoded UTF-8.',
      { cause, issue: 'value' }
    )
}

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('FST_')

/** Fastify's and Node's own refusals of a request, in our words. */
export const translated = (error: unknown): unknown => {
  if (error instanceof FhirError || !(error instanceof Error)) return error
  if (isFastifyError(error)) {
    const known = fastifyFailures[error.code]
    if (known !== undefined) return known(error)
  }
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return status < 400 || status > 499
    ? error
    : new FhirError(
        'invalid',
        'Found a request that is not well-formed HTTP, expected a complete one.',
        { cause: error }
      )
}

export interface FailureDeps {
  readonly log: Logger
  /** Methods that the request's path does have (RFC 9110 §15.5.6). */
  readonly methodsOn: (request: FastifyRequest) => readonly string[]
}

export const sendFailure = async (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, methodsOn }: FailureDeps
): Promise<FastifyReply> => {
  const { error, status, outcome, headers } = failureAnswer(
    translated(thrown),
    languageOf(request.headers['accept-language'])
  )
  if (error.code === 'internal' || error.code === 'unavailable' || error.code === 'storage-full') {
    log.error({ requestId: request.id, err: error.cause ?? error }, 'request failed')
  }
  if (error.code === 'method-not-allowed') {
    reply.header(
      'allow',
      methodsOn(request)
        .filter((method) => method !== request.method)
        .join(', ')
    )
  }
  return reply
    .code(status)
    .headers(headers)
    .header('content-type', `${fhirJson}; charset=utf-8`)
    .send(JSON.stringify(outcome))
}

/** @param checkPath throws when the path is known and only the method is not */
export const registerFailures = (
  app: FastifyInstance,
  deps: FailureDeps,
  checkPath: (request: FastifyRequest) => void
): void => {
  app.setErrorHandler(
    async (error, request, reply) => await sendFailure(error, request, reply, deps)
  )
  app.setNotFoundHandler(async (request) => {
    checkPath(request)
    throw new FhirError(
      'not-found',
      `Found the path ${JSON.stringify(request.url.split('?', 1)[0])}, which this server does not have; the FHIR base is /fhir.`
    )
  })
}

const socketStatus: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431
}

/** A request that is no HTTP never becomes one of Fastify's. */
export const answerBrokenRequest = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = socketStatus[error.code ?? ''] ?? 400
  const body = JSON.stringify(
    operationOutcome([
      {
        severity: 'error',
        code: status === 408 ? 'timeout' : 'structure',
        diagnostics:
          'Found a request that is incomplete or not well-formed HTTP; send it again, whole.'
      }
    ])
  )
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: ${fhirJson}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
}
