/**
 * The pairs of a query, of a URL, a form or an entry of a Bundle alike.
 * https://url.spec.whatwg.org/#urlencoded-parsing
 */
import { FhirError } from '../fhir/fhir-error.ts'
import type { FhirRequest } from './context.ts'

const none: FhirRequest['query'] = []

/** @throws FhirError invalid */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new FhirError(
      'invalid',
      'Found a percent-encoding in the URL that is no UTF-8, expected %XX of UTF-8 bytes; encode the URL again.',
      { cause, issue: 'value' }
    )
  }
}

/** @throws FhirError invalid */
export const pairsIn = (text: string): FhirRequest['query'] =>
  text === ''
    ? none
    : text
        .split('&')
        .filter((part) => part !== '')
        .map((part) => {
          const at = part.indexOf('=')
          const [name, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]).map(
            (each) =>
              each.includes('%') || each.includes('+') ? decode(each.replaceAll('+', ' ')) : each
          )
          if (name?.includes('\0') === true || value?.includes('\0') === true) {
            throw new FhirError('invalid', 'Found U+0000 in the query, expected text without it.', {
              issue: 'value'
            })
          }
          return [name ?? '', value ?? ''] as const
        })
