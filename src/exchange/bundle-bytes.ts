/**
 * Bundles put together from stored bytes: nothing is parsed on the way out.
 * https://hl7.org/fhir/R4/bundle.html
 */
import type { Stored } from '../storage/store.ts'

export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response'
  readonly total?: number
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
}

export interface BundleEntry {
  readonly fullUrl?: string
  /** JSON of the resource. */
  readonly resource?: Uint8Array
  readonly search?: { readonly mode: 'match' | 'include' | 'outcome' }
  readonly request?: { readonly method: string; readonly url: string }
  readonly response?: EntryResponse
}

export interface EntryResponse {
  readonly status: string
  readonly location?: string
  readonly etag?: string
  readonly lastModified?: string
  readonly outcome?: unknown
}

export const etagOf = (stored: Stored): string => `W/"${stored.version}"`
export const instantOf = (stored: Stored): string => new Date(stored.at).toISOString()

/** The members that follow the resource, so that it stands between two strings. */
const around = ({ fullUrl, resource, ...rest }: BundleEntry): readonly [string, string] => {
  const before = fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)}`
  const after = JSON.stringify(rest).slice(1)
  if (resource !== undefined) {
    return [`{${before}${before === '' ? '' : ','}"resource":`, after === '}' ? after : `,${after}`]
  }
  return ['', `{${before}${before === '' || after === '}' ? '' : ','}${after}`]
}

/** What most entries are, without the general way's cost. */
const aroundMatch = ({ fullUrl, search }: BundleEntry): readonly [string, string] => [
  `{"fullUrl":${JSON.stringify(fullUrl)},"resource":`,
  `,"search":{"mode":"${search?.mode ?? ''}"}}`
]

const isMatch = ({ fullUrl, resource, search, request, response }: BundleEntry): boolean =>
  fullUrl !== undefined &&
  resource !== undefined &&
  search !== undefined &&
  request === undefined &&
  response === undefined

export const bundleBytes = (head: BundleHead, entries: readonly BundleEntry[]): Uint8Array => {
  const pieces: (Uint8Array | string)[] = []
  let text = JSON.stringify({ resourceType: 'Bundle', ...head }).slice(0, -1)
  entries.forEach((entry, i) => {
    const [before, after] = isMatch(entry) ? aroundMatch(entry) : around(entry)
    text += (i === 0 ? ',"entry":[' : ',') + before
    if (entry.resource !== undefined) {
      pieces.push(text, entry.resource)
      text = ''
    }
    text += after
  })
  // FHIR JSON has no empty arrays.
  pieces.push(text + (entries.length === 0 ? '}' : ']}'))
  return joined(pieces)
}

/** One allocation, each piece copied once. */
const joined = (pieces: readonly (Uint8Array | string)[]): Uint8Array => {
  const size = pieces.reduce(
    (sum, piece) => sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength),
    0
  )
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') at += bytes.write(piece, at)
    else {
      bytes.set(piece, at)
      at += piece.byteLength
    }
  }
  return bytes
}
