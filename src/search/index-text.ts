/**
 * The form in which text is indexed and looked for: both sides pass through here, so that they
 * meet.
 */
import { createHash } from 'node:crypto'

/** In UTF-16 units: names and codes stay whole, narrative does not swell the index. */
export const longestText = 400

/** Characters that R4 strings may not contain; stores use them as separators. */
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g

export const hasControl = (text: string): boolean => control.test(text)

/**
 * For values found whole (tokens, references, URIs, :exact): a long one ends in its hash, so that
 * equal beginnings do not make equal values.
 */
export const whole = (text: string): string => {
  const clean = control.test(text) ? text.replace(controls, ' ') : text
  if (clean.length <= longestText) return clean
  return `${start(clean, longestText - 44)}#${createHash('sha256').update(clean).digest('base64url')}`
}

/** For values found by their beginning: the beginning. */
export const beginning = (text: string): string => {
  const clean = control.test(text) ? text.replace(controls, ' ') : text
  return clean.length <= longestText ? clean : start(clean, longestText)
}

/** Never ends in half a surrogate pair. */
const start = (text: string, length: number): string => {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
