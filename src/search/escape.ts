/**
 * `\,` `\|` `\$` `\\` in values of search parameters. https://hl7.org/fhir/R4/search.html#escaping
 */
import { FhirError } from '../fhir/fhir-error.ts'

/** Cuts at each separator that has no backslash; the parts keep their escapes. */
export const split = (text: string, separator: ',' | '|'): string[] => {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') {
      at++
    } else if (text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** @throws FhirError for a backslash that escapes nothing */
export const unescape = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(.?)/gs, (_, escaped: string) => {
        if (escaped !== '' && ',|$\\'.includes(escaped)) return escaped
        throw new FhirError(
          'invalid',
          `A backslash in ${JSON.stringify(text)} escapes nothing; only \\, \\| \\$ and \\\\ are known. Write a plain backslash as \\\\.`,
          { issue: 'value' }
        )
      })
    : text
