/**
 * Which addresses are of the public Internet. https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Ranges that nothing outside may be reached in. What carries an IPv4 address in an IPv6 one is
 * refused as a whole: nobody has to publish keys at such an address.
 */
const special: readonly (readonly [range: string, is: string, rfc: number])[] = [
  ['0.0.0.0/8', 'this network', 791],
  ['10.0.0.0/8', 'private', 1918],
  ['100.64.0.0/10', 'shared by carrier-grade NAT', 6598],
  ['127.0.0.0/8', 'loopback', 1122],
  ['169.254.0.0/16', 'link-local', 3927],
  ['172.16.0.0/12', 'private', 1918],
  ['192.0.0.0/24', 'for protocols', 6890],
  ['192.0.2.0/24', 'for documentation', 5737],
  ['192.31.196.0/24', 'AS112', 7535],
  ['192.52.193.0/24', 'AMT', 7450],
  ['192.88.99.0/24', 'a 6to4 relay', 7526],
  ['192.168.0.0/16', 'private', 1918],
  ['192.175.48.0/24', 'AS112', 7534],
  ['198.18.0.0/15', 'for benchmarks', 2544],
  ['198.51.100.0/24', 'for documentation', 5737],
  ['203.0.113.0/24', 'for documentation', 5737],
  ['224.0.0.0/4', 'multicast', 5771],
  ['240.0.0.0/4', 'reserved', 1112],
  ['::1/128', 'loopback', 4291],
  ['::ffff:0:0/96', 'IPv4-mapped', 4291],
  ['::ffff:0:0:0/96', 'IPv4-translated', 2765],
  ['::/96', 'IPv4-compatible', 4291],
  ['64:ff9b::/96', 'NAT64', 6052],
  ['64:ff9b:1::/48', 'NAT64 of a local network', 8215],
  ['100::/64', 'discarded', 6666],
  ['2001::/23', 'for protocols, Teredo among them', 2928],
  ['2001:db8::/32', 'for documentation', 3849],
  ['2002::/16', '6to4', 3056],
  ['2620:4f:8000::/48', 'AS112', 7534],
  ['3fff::/20', 'for documentation', 9637],
  ['5f00::/16', 'for segment routing', 9602],
  ['fc00::/7', 'unique-local', 4193],
  ['fe80::/10', 'link-local', 4291],
  ['fec0::/10', 'site-local', 3879],
  ['ff00::/8', 'multicast', 4291]
]
const ranges = special.map(
  ([range, is, rfc]) => [ipaddr.parseCIDR(range), `${is} (RFC ${rfc})`] as const
)
/** All that is given out to networks. https://www.rfc-editor.org/rfc/rfc4291#section-2.4 */
const globalV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/** Only the usual spellings: no octal or hexadecimal parts, no zone. */
const addressOf = (text: string): Address | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(text)
    ? ipaddr.IPv4.parse(text)
    : ipaddr.IPv6.isValid(text) && !text.includes('%')
      ? ipaddr.IPv6.parse(text)
      : undefined

const within = (address: Address, [base, bits]: readonly [Address, number]): boolean =>
  address.kind() === base.kind() && address.match(base, bits)

/**
 * What keeps an address from being public, `loopback (RFC 1122)`; undefined when it is public.
 * Fails closed: what is no address at all is not.
 */
export const whyNotPublic = (text: string): string | undefined => {
  const address = addressOf(text)
  if (address === undefined) return 'no IP address'
  const [, found] = ranges.find(([range]) => within(address, range)) ?? []
  if (found !== undefined) return found
  if (address.kind() === 'ipv6' && !within(address, globalV6)) return 'not given out (RFC 4291)'
  // What the library learns of later than the table.
  return address.range() === 'unicast' ? undefined : address.range()
}
