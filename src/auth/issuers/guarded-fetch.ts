/**
 * GET to an address that someone configured: no private networks, no redirects, a limit on bytes.
 */
import http from 'node:http'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

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

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const specialV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4]
]
/**
 * Only global unicast is public, less its special blocks (Teredo, documentation, 6to4).
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const globalV6: readonly (readonly [string, number])[] = [['2000::', 3]]
const specialV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20]
]

const blocksOf = (
  subnets: readonly (readonly [string, number])[],
  family: 'ipv4' | 'ipv6'
): BlockList => {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family)
  return list
}
const blockedV4 = blocksOf(specialV4, 'ipv4')
const blockedV6 = blocksOf(specialV6, 'ipv6')
const publicV6 = blocksOf(globalV6, 'ipv6')

/** Fails closed: what is no address at all is not public. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return !blockedV4.check(address, 'ipv4')
  return family === 6 && publicV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6')
}

const refused = (address: string): Error =>
  new Error(
    `${address} is not a public address; allow private addresses for this issuer if it is meant to be one`
  )

/** Judges the address that is connected to, so that a name cannot change its mind in between. */
const publicLookup =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses =
        typeof found === 'string' ? [found] : (found?.map(({ address }) => address) ?? [])
      const bad = addresses.find((address) => !isPublicAddress(address))
      if (error === null && bad !== undefined) callback(refused(`${hostname} (${bad})`), '')
      else callback(error, found, family)
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
    if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw refused(host)
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
