/**
 * One look over the bytes of a JSON text before anything is built from them: depth, and whether the
 * quick parser would lose something.
 */

export interface Scan {
  readonly tooDeep: boolean
  /** Property names, repeated ones included. */
  readonly names: number
  /** A number that JavaScript would write differently, e.g. `1.50`. */
  readonly exactNumbers: boolean
  /**
   * The escape of U+0000, which no FHIR string may hold, or of half a character, which the other
   * half may not follow.
   */
  readonly escapesToJudge: boolean
}

const quote = 0x22
const backslash = 0x5c
const minus = 0x2d
const zero = 0x30
const nine = 0x39

export const scanJson = (bytes: Uint8Array, maxDepth: number): Scan => {
  let depth = 0
  let names = 0
  let exactNumbers = false
  let escapesToJudge = false
  const length = bytes.length
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number
    if (byte === quote) {
      for (i++; i < length; i++) {
        const inside = bytes[i] as number
        if (inside === quote) break
        if (inside !== backslash) continue
        if (!escapesToJudge && mustBeJudged(bytes, i)) escapesToJudge = true
        i++
      }
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return { tooDeep: true, names, exactNumbers, escapesToJudge }
    } else if (byte === 0x7d || byte === 0x5d) depth--
    else if (byte === 0x3a) names++
    else if (byte === minus || (byte >= zero && byte <= nine)) {
      const end = numberEnd(bytes, i)
      if (!exactNumbers && isExact(bytes, i, end)) exactNumbers = true
      i = end - 1
    }
  }
  return { tooDeep: false, names, exactNumbers, escapesToJudge }
}

/** `\u0000`, or `\ud800` to `\udfff`. */
const mustBeJudged = (bytes: Uint8Array, at: number): boolean => {
  if (bytes[at + 1] !== 0x75) return false
  const first = bytes[at + 2]
  const second = bytes[at + 3] as number
  if (first === 0x64 || first === 0x44) return second >= 0x38
  return first === zero && second === zero && bytes[at + 4] === zero && bytes[at + 5] === zero
}

const numberEnd = (bytes: Uint8Array, start: number): number => {
  let end = start + 1
  while (end < bytes.length) {
    const byte = bytes[end] as number
    // digits, '.', 'e', 'E', '+', '-'
    if (
      (byte >= zero && byte <= nine) ||
      byte === 0x2e ||
      byte === 0x65 ||
      byte === 0x45 ||
      byte === 0x2b ||
      byte === minus
    ) {
      end++
    } else break
  }
  return end
}

const isExact = (bytes: Uint8Array, start: number, end: number): boolean => {
  const plain = end - start <= 15 && bytes[start] !== minus
  let integer = plain
  for (let i = start; integer && i < end; i++) {
    integer = (bytes[i] as number) >= zero && (bytes[i] as number) <= nine
  }
  if (integer) return false
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  return String(Number(text)) !== text
}
