/** Everything that goes wrong ends here, whatever threw it: an OperationOutcome, always. */
import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { ErrorCode } from '../../fhir/failure-kinds.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
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

/** Of the request; a failure of the server's own is of another class. */
const isRefusal = (error: Error): boolean =>
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  Math.floor(error.statusCode / 100) === 4

/** Fastify's and Node's own refusals of a request, in our words. */
export const translated = (error: unknown): unknown => {
  if (error instanceof FhirError || !(error instanceof Error)) return error
  if (isFastifyError(error)) {
    const known = fastifyFailures[error.code]
    if (known !== undefined) return known(error)
  }
  return isRefusal(error)
    ? new FhirError(
        'invalid',
        'Found a request that is not well-formed HTTP, expected a complete one.',
        { cause: error }
      )
    : error
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

const brokenKinds: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large'
}

/** A request that is no HTTP never becomes one of Fastify's. */
export const answerBrokenRequest = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const kind = brokenKinds[error.code ?? '']
  const { status, outcome, headers } = failureAnswer(
    new FhirError(
      kind ?? 'invalid',
      'Found a request that is incomplete or not well-formed HTTP; send it again, whole.',
      kind === undefined ? { issue: 'structure' } : {}
    ),
    'en'
  )
  const body = JSON.stringify(outcome)
  const lines = Object.entries({
    ...headers,
    'content-type': fhirJson,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close'
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
}
