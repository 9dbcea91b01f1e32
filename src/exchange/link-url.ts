/**
 * Links of Bundles: absolute, under the path that was asked, as GET.
 * https://hl7.org/fhir/R4/http.html#paging
 */

type Pairs = readonly (readonly [string, string])[]

export const queryText = (pairs: Pairs): string =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()

export const linkUrl = (base: string, path: string, pairs: Pairs): string =>
  `${base}/${path}${pairs.length === 0 ? '' : `?${queryText(pairs)}`}`
