/**
 * Bundles and resources of an NDJSON file, gzipped or not, one line at a time: the file may be
 * larger than memory.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

export interface Line {
  readonly number: number
  readonly text: string
}

export async function* readLines(file: string): AsyncGenerator<Line> {
  const bytes = createReadStream(file)
  const plain = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  bytes.on('error', (error) => {
    plain.destroy(error)
  })
  let number = 0
  for await (const text of createInterface({ input: plain, crlfDelay: Infinity })) {
    number += 1
    if (text.trim() !== '') yield { number, text }
  }
}

/** What the file is, whatever it is called: two runs over the same bytes are the same load. */
export const fileDigest = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
