/**
 * GET to an address that someone configured: no private networks, no redirects, a limit on bytes.
 */
import http from 'node:http'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { whyNotPublic } from './address-range.ts'

/** Shape of `fetch`, with what the address may be. */
export type GuardedFetch = (
  url: string,
  options: {
    readonly headers: Headers
    readonly signal: AbortSignal
    /** Private and loopback addresses, and http: for issuers in the operator's own network. */
    readonly allowPrivate: boolean
  }
) => Promise<Response>

const refused = (address: string, why: string): Error =>
  new Error(
    `${address} is not a public address: it is ${why}; allow private addresses for this issuer if it is meant to be one`
  )

/** Judges the address that is connected to, so that a name cannot change its mind in between. */
const publicLookup =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses =
        typeof found === 'string' ? [found] : (found?.map(({ address }) => address) ?? [])
      const bad = addresses.find((address) => whyNotPublic(address) !== undefined)
      if (error === null && bad !== undefined) {
        callback(refused(`${hostname} (${bad})`, whyNotPublic(bad) ?? ''), '')
      } else callback(error, found, family)
    })
  }

const readAtMost = async (message: IncomingMessage, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new Error(`the answer is longer than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const createGuardedFetch =
  ({
    maxBytes,
    lookup = systemLookup
  }: {
    readonly maxBytes: number
    readonly lookup?: LookupFunction
  }): GuardedFetch =>
  async (address, { headers, signal, allowPrivate }) => {
    const url = new URL(address)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
      throw new Error(`${url.protocol}// is not allowed here; expected https://`)
    }
    if (url.username !== '' || url.password !== '') {
      throw new Error('the address holds credentials; expected none')
    }
    const why = isIP(host) === 0 ? undefined : whyNotPublic(host)
    if (!allowPrivate && why !== undefined) throw refused(host, why)
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: 'GET',
        headers: Object.fromEntries(headers),
        signal,
        agent: false as const,
        lookup: allowPrivate ? lookup : publicLookup(lookup)
      }
      const outgoing = (url.protocol === 'https:' ? https : http).request(url, options, resolve)
      outgoing.on('error', reject)
      outgoing.end()
    })
    try {
      const status = message.statusCode ?? 0
      if (status !== 200) {
        throw new Error(`answered ${status}; expected 200, and redirects are not followed`)
      }
      return new Response(new Uint8Array(await readAtMost(message, maxBytes)), { status })
    } finally {
      message.destroy()
    }
  }
