/**
 * The log: JSON lines, pretty on a terminal. Never a body, a name, a national number, a token or
 * the value of a query.
 */
import { pino } from 'pino'
import type { DestinationStream, Logger, LoggerOptions } from 'pino'
import { FhirError } from './fhir/fhir-error.ts'
import type { LogLevel } from './variables.ts'

/** Belgian national numbers with or without their usual punctuation. */
const nationalNumber = /\b\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}\b/g
const token = /\b[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g
const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g
const controls = /\p{Cc}/gu

const escape = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Text that a request may have had a hand in. */
const clean = (text: string): string =>
  text.replace(token, '[token]').replace(nationalNumber, '[number]').replace(controls, escape)

/** Path without query; the values of a query are said nowhere. */
const pathOf = (url: unknown): string | undefined =>
  typeof url === 'string' ? clean(url.split('?', 1)[0] ?? '') : undefined

/** Message lines of a stack repeat the message, so only its frames are kept. */
const framesOf = (stack: string | undefined): readonly string[] =>
  stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .slice(0, 12) ?? []

const errorOf = (error: unknown): object => {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? { code: String(error.code) } : {}
  // What an OperationOutcome tells its caller may quote the request; the log says only where and
  // what kind.
  if (error instanceof FhirError) {
    return {
      type: error.name,
      ...code,
      issues: error.issues.map(({ code: issue, expression }) => ({ code: issue, expression })),
      ...causeOf(error)
    }
  }
  const message = error instanceof SyntaxError ? '' : clean(error.message.replace(quoted, '"…"'))
  return { type: error.name, message, ...code, stack: framesOf(error.stack), ...causeOf(error) }
}
const causeOf = (error: Error): object =>
  error.cause === undefined ? {} : { cause: errorOf(error.cause) }

const serializers: LoggerOptions['serializers'] = {
  err: errorOf,
  error: (value: unknown) => (value instanceof Error ? errorOf(value) : value),
  reason: (value: unknown) => (typeof value === 'string' ? clean(value) : undefined),
  req: (request: { readonly method?: unknown; readonly url?: unknown; readonly id?: unknown }) => ({
    method: request.method,
    path: pathOf(request.url)
  }),
  res: (reply: { readonly statusCode?: unknown }) => ({ status: reply.statusCode }),
  url: pathOf,
  path: pathOf
}

/**
 * Never there by any path of ours; this is the second net, two levels deep. (pino's own redaction
 * with wildcards costs three times the line.)
 */
const secretFields: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'headers',
  'body',
  'query',
  'token',
  'access_token',
  'client_assertion',
  'private_jwk',
  'name',
  'resource',
  'json'
])

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

const withoutSecrets = (
  fields: Readonly<Record<string, unknown>>,
  levels = 2
): Record<string, unknown> => {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!secretFields.has(name)) {
      kept[name] = levels > 1 && isPlain(value) ? withoutSecrets(value, levels - 1) : value
    }
  }
  return kept
}

/** pino takes an error's own message when a line has none; that message may quote anything. */
const hooks: LoggerOptions['hooks'] = {
  logMethod(args, method) {
    const [first, second, ...rest] = args as [unknown, unknown, ...unknown[]]
    const log = method
    if (typeof first === 'string') log.call(this, clean(first))
    else if (typeof second === 'string') {
      log.call(this, first instanceof Error ? { err: first } : first, clean(second), ...rest)
    } else log.call(this, first instanceof Error ? { err: first } : first, 'error')
  }
}

export interface LogOptions {
  readonly level: LogLevel
  /** Where lines go; without it standard output. */
  readonly destination?: DestinationStream
  /** Without it: when standard output is a terminal. */
  readonly pretty?: boolean
}

const destinationOf = async ({
  destination,
  pretty = process.stdout.isTTY
}: LogOptions): Promise<DestinationStream> => {
  if (!pretty) return destination ?? pino.destination({ dest: 1, sync: false })
  const { default: prettyStream } = await import('pino-pretty')
  return prettyStream({
    ...(destination === undefined
      ? {}
      : { destination: destination as NodeJS.WritableStream, colorize: false }),
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    sync: true
  })
}

export const createLog = async (options: LogOptions): Promise<Logger> =>
  pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecrets(fields) },
      serializers,
      hooks
    },
    await destinationOf(options)
  )
