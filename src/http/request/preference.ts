/**
 * What a caller would rather have, by weight and specificity.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.4
 */
import Negotiator from 'negotiator'

/** What follows is not read: each wish is compared with everything that there is. */
const mostWishes = 20
const longest = 1000

const bounded = (header: string): string =>
  header.slice(0, longest).split(',', mostWishes).join(',')

/** @returns one of `provided`, best first; undefined when none of them is wanted */
export const preferredType = (accept: string, provided: readonly string[]): string | undefined =>
  new Negotiator({ headers: { accept: bounded(accept) } }).mediaType([...provided])

/** @returns one of `provided`, best first; undefined when none of them is wanted */
export const preferredLanguage = (
  acceptLanguage: string,
  provided: readonly string[]
): string | undefined =>
  new Negotiator({ headers: { 'accept-language': bounded(acceptLanguage) } }).language([
    ...provided
  ])
