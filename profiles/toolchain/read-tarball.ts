/** Files of a .tgz as npm packs it: ustar headers of 512 bytes, names under 256 bytes. https://www.gnu.org/software/tar/manual/html_node/Standard.html */
import { gunzipSync } from 'node:zlib'

const field = (block: Buffer, from: number, length: number): string => block.toString('utf8', from, from + length).split('\0')[0] ?? ''

export const readTarball = (tgz: Buffer): ReadonlyMap<string, Buffer> => {
  const tar = gunzipSync(tgz)
  const files = new Map<string, Buffer>()
  for (let at = 0; at + 512 <= tar.length;) {
    const header = tar.subarray(at, at + 512)
    const name = field(header, 0, 100)
    if (name === '') break
    const size = parseInt(field(header, 124, 12).trim(), 8)
    const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : ''
    const kind = field(header, 156, 1)
    if (kind === '0' || kind === '') files.set(prefix === '' ? name : `${prefix}/${name}`, tar.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
