/** Bundles put together from stored bytes: nothing is parsed on the way out. https://hl7.org/fhir/R4/bundle.html */
import type { Stored } from '../storage/store.ts'

export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response'
  readonly total?: number
  readonly link?: readonly { readonly relation: string, readonly url: string }[]
}

export interface BundleEntry {
  readonly fullUrl?: string
  /** JSON of the resource. */
  readonly resource?: Uint8Array
  readonly search?: { readonly mode: 'match' | 'include' | 'outcome' }
  readonly request?: { readonly method: string, readonly url: string }
  readonly response?: EntryResponse
}

export interface EntryResponse { readonly status: string, readonly location?: string, readonly etag?: string, readonly lastModified?: string, readonly outcome?: unknown }

export const etagOf = (stored: Stored): string => `W/"${stored.version}"`
export const instantOf = (stored: Stored): string => new Date(stored.at).toISOString()

/** The members that follow the resource, so that it stands between two strings. */
const around = ({ fullUrl, resource, ...rest }: BundleEntry): readonly [string, string] => {
  const before = fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)}`
  const after = JSON.stringify(rest).slice(1)
  if (resource !== undefined) return [`{${before}${before === '' ? '' : ','}"resource":`, after === '}' ? after : `,${after}`]
  return ['', `{${before}${before === '' || after === '}' ? '' : ','}${after}`]
}

export const bundleBytes = (head: BundleHead, entries: readonly BundleEntry[]): Uint8Array => {
  const start = JSON.stringify({ resourceType: 'Bundle', ...head }).slice(0, -1)
  const pieces: Uint8Array[] = []
  let text = start
  entries.forEach((entry, i) => {
    const [before, after] = around(entry)
    text += (i === 0 ? ',"entry":[' : ',') + before
    if (entry.resource !== undefined) {
      pieces.push(Buffer.from(text), entry.resource)
      text = ''
    }
    text += after
  })
  // FHIR JSON has no empty arrays.
  pieces.push(Buffer.from(text + (entries.length === 0 ? '}' : ']}')))
  return Buffer.concat(pieces)
}
