/** Path and query as they were sent, decoded once. */
import { FhirError } from '../../fhir/fhir-error.ts'

export interface RequestLine {
  /** Under the base, decoded, without slashes at its ends: `CarePlan/123`. */
  readonly path: string
  readonly rawQuery: string
  readonly query: readonly (readonly [string, string])[]
}

const none: RequestLine['query'] = []

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new FhirError(
      'invalid',
      'Found a percent-encoding in the URL that is no UTF-8, expected %XX of UTF-8 bytes; encode the URL again.',
      { cause, issue: 'value' }
    )
  }
}

/** @throws FhirError invalid */
export const pairsIn = (text: string): RequestLine['query'] =>
  text === ''
    ? none
    : text
        .split('&')
        .filter((part) => part !== '')
        .map((part) => {
          const at = part.indexOf('=')
          const [name, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]).map(
            (each) =>
              each.includes('%') || each.includes('+') ? decode(each.replaceAll('+', ' ')) : each
          )
          if (name?.includes('\0') === true || value?.includes('\0') === true) {
            throw new FhirError('invalid', 'Found U+0000 in the query, expected text without it.', {
              issue: 'value'
            })
          }
          return [name ?? '', value ?? ''] as const
        })

const split = (
  url: string,
  prefix: string
): { readonly raw: string; readonly rawQuery: string } => {
  const at = url.indexOf('?')
  return {
    raw: (at < 0 ? url : url.slice(0, at)).slice(prefix.length + 1),
    rawQuery: at < 0 ? '' : url.slice(at + 1)
  }
}

/**
 * For the journal, when the line is no UTF-8: the query as far as it can be read. @param prefix
 * path of the FHIR base
 */
export const undecoded = (url: string, prefix: string): RequestLine => {
  const { raw, rawQuery } = split(url, prefix)
  return { path: raw, rawQuery, query: [...new URLSearchParams(rawQuery)] }
}

/**
 * @param url as in the request line; @param prefix path of the FHIR base. @throws FhirError invalid
 */
export const requestLine = (url: string, prefix: string): RequestLine => {
  const { raw, rawQuery } = split(url, prefix)
  const path = raw.includes('%') ? raw.split('/').map(decode).join('/') : raw
  return { path: path.endsWith('/') ? path.slice(0, -1) : path, rawQuery, query: pairsIn(rawQuery) }
}
