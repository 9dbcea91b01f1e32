/**
 * How strings are compared in search: case and accents do not count.
 * https://hl7.org/fhir/R4/search.html#string
 */

const marks = /[\u0300-\u036f]/g

/** Lower case, without combining marks, white space collapsed. */
export const fold = (text: string): string =>
  text.normalize('NFKD').replace(marks, '').toLowerCase().replace(/\s+/g, ' ').trim()
