/** Path and query as they were sent, decoded once. */
import { decode, pairsIn } from '../../exchange/query-pairs.ts'

export interface RequestLine {
  /** Under the base, decoded, without slashes at its ends: `CarePlan/123`. */
  readonly path: string
  readonly rawQuery: string
  readonly query: readonly (readonly [string, string])[]
}

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
