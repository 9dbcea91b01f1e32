/** Entries of a batch or transaction as requests. https://hl7.org/fhir/R4/http.html#transaction */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { parseJson } from '../../fhir/json.ts'
import type { Context, FhirRequest } from '../../exchange/context.ts'
import { conditionHeaders, preconditionIn } from '../../exchange/preconditions.ts'
import type { Preconditions } from '../../exchange/preconditions.ts'
import { pairsIn } from '../../exchange/query-pairs.ts'

export interface BundleItem {
  readonly index: number
  readonly fullUrl?: string
  readonly request: FhirRequest
}

export const isRead = ({ request: { method, path } }: BundleItem): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && path.endsWith('/_search'))

type Json = Readonly<Record<string, unknown>>

const methods: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
/**
 * Relative, from a type on: `Patient`, `Patient/1`, `Patient?identifier=…`, `Patient/1/_history/2`,
 * `Patient/_search?…`, `$operation`.
 */
const entryUrl = /^(?:[A-Z][A-Za-z]*|metadata|\$[a-z-]+)(?:\/[A-Za-z0-9\-._$]+)*(?:\?[^#\s]*)?$/

const fail = (index: number, element: string, diagnostics: string): FhirError =>
  new FhirError('invalid', [
    {
      severity: 'error',
      code: 'value',
      expression: `Bundle.entry[${index}]${element}`,
      diagnostics
    }
  ])

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

/** @throws FhirError invalid: no entries array; too-large */
export const entriesOf = (context: Context, bundle: Json): readonly unknown[] => {
  const { entry = [] } = bundle
  if (!Array.isArray(entry)) {
    throw new FhirError(
      'invalid',
      'Found a Bundle whose entry is no array, expected entries with request and resource.',
      { issue: 'structure' }
    )
  }
  const most = context.limits.bundleEntries
  if (entry.length > most) {
    throw new FhirError(
      'too-large',
      `Found ${entry.length} entries in the Bundle, expected at most ${most}; send several Bundles.`
    )
  }
  return entry as readonly unknown[]
}

interface Line {
  readonly method: FhirRequest['method']
  readonly path: string
  readonly query: FhirRequest['query']
}

const lineIn = ({ method, url }: Json, index: number): Line => {
  if (!methods.has(method)) {
    throw fail(
      index,
      '.request.method',
      `Found method ${JSON.stringify(method) ?? '(none)'}, expected one of ${[...methods].join(', ')}.`
    )
  }
  if (typeof url !== 'string' || !entryUrl.test(url) || url.includes('..')) {
    throw fail(
      index,
      '.request.url',
      `Found url ${JSON.stringify(url) ?? '(none)'}, expected one relative to the base of this server, such as Patient, Patient/[id] or Patient?identifier=….`
    )
  }
  const at = url.indexOf('?')
  return {
    method: method as FhirRequest['method'],
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? [] : inElement(index, 'url', () => pairsIn(url.slice(at + 1)))
  }
}

/** @throws FhirError invalid, with the place of the fault */
export const readItem = (
  entry: unknown,
  index: number,
  prefer: FhirRequest['prefer']
): BundleItem => {
  const { request: line, resource, fullUrl } = asObject(entry) ?? {}
  const request = asObject(line)
  if (request === undefined) {
    throw fail(
      index,
      '',
      'Found an entry without request, expected request.method and request.url.'
    )
  }
  const { method, path, query } = lineIn(request, index)
  if (fullUrl !== undefined && typeof fullUrl !== 'string') {
    throw fail(
      index,
      '.fullUrl',
      'Found a fullUrl that is no string, expected urn:uuid:… or a URL.'
    )
  }
  const body = method === 'PATCH' ? patchIn(resource, index) : resource
  return {
    index,
    ...(fullUrl !== undefined && { fullUrl }),
    request: {
      method,
      path,
      query,
      prefer,
      inBundle: true,
      ...preconditionsOf(request, index),
      ...(body !== undefined && { body }),
      ...(method === 'PATCH' && { contentType: 'application/json-patch+json' })
    }
  }
}

/** A JSON Patch travels in a Bundle as a Binary. https://hl7.org/fhir/R4/http.html#patch */
const patchIn = (resource: unknown, index: number): unknown => {
  const { resourceType, contentType, data } = asObject(resource) ?? {}
  if (
    resourceType === 'Binary' &&
    contentType === 'application/json-patch+json' &&
    typeof data === 'string'
  ) {
    return parseJson(Buffer.from(data, 'base64'))
  }
  throw fail(
    index,
    '.resource',
    'Found a PATCH without a patch, expected a Binary with contentType application/json-patch+json and the patch in data (base64).'
  )
}

/** The refusal is the one of a single request, with its place. */
const inElement = <T>(index: number, name: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FhirError)) throw error
    const expression = `Bundle.entry[${index}].request.${name}`
    throw new FhirError(
      error.code,
      error.issues.map((issue): Issue => ({ ...issue, expression })),
      { cause: error }
    )
  }
}

const preconditionsOf = (request: Json, index: number): Preconditions => {
  const found: Preconditions = {}
  for (const name of Object.keys(conditionHeaders) as (keyof Preconditions)[]) {
    const { [name]: text } = request
    if (text === undefined) continue
    if (typeof text !== 'string') {
      throw fail(index, `.request.${name}`, `Found a ${name} that is no string.`)
    }
    Object.assign(
      found,
      inElement(index, name, () => preconditionIn(name, text))
    )
  }
  return found
}

/** Says of a failure which entry it is about. */
export const inEntry = (error: unknown, index: number): unknown => {
  if (!(error instanceof FhirError)) return error
  const place = `Bundle.entry[${index}]`
  const issues = error.issues.map((issue): Issue =>
    issue.expression?.startsWith('Bundle.') === true
      ? issue
      : {
          ...issue,
          expression:
            issue.expression === undefined
              ? place
              : `${place}.resource${issue.expression.includes('.') ? issue.expression.slice(issue.expression.indexOf('.')) : issue.expression === 'id' || issue.expression === 'resourceType' ? `.${issue.expression}` : ''}`
        }
  )
  return new FhirError(error.code, issues, { cause: error })
}
