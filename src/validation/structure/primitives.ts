/** Formats of the primitive types. https://hl7.org/fhir/R4/datatypes.html#primitive */
import { isId } from '../../fhir/id.ts'

interface Primitive {
  readonly json: 'string' | 'number' | 'boolean'
  readonly accepts: (value: never) => boolean
  /** Ends the sentence "expected …". */
  readonly expected: string
}

const text = (accepts: (value: string) => boolean, expected: string): Primitive => ({
  json: 'string',
  accepts,
  expected
})
const integer = (least: number, expected: string): Primitive => ({
  json: 'number',
  accepts: (value: number) => Number.isInteger(value) && value >= least && value <= 2147483647,
  expected
})

const code = /^[^\s]+( [^\s]+)*$/
const uri = /^\S+$/
const oid = /^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/
const uuid =
  /^urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/
const base64 = /^[\sA-Za-z0-9+/]*(?:=\s*){0,2}$/
const date = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/
const dateTime =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/
const instant =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/
const time = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

/** "Strings SHALL NOT exceed 1MB in size." https://hl7.org/fhir/R4/datatypes.html#string */
const longest = 1024 * 1024

const dayExists = (found: RegExpExecArray | null): boolean => {
  if (!found || found[1] === '0000') return false
  const day = found[3] === undefined ? 1 : Number(found[3])
  return day <= 28 || day <= new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate()
}

const isString = (value: string): boolean =>
  value.length > 0 && value.length <= longest && !control.test(value)
const string = text(isString, 'a text of 1 to 1048576 characters without control characters')

const base64Length = (value: string): boolean =>
  (value.length % 4 === 0 && !/\s/.test(value)) || value.replace(/\s+/g, '').length % 4 === 0

export const primitives: Readonly<Record<string, Primitive>> = {
  boolean: { json: 'boolean', accepts: () => true, expected: 'true or false, without quotes' },
  integer: integer(-2147483648, 'a whole number of 32 bits, without quotes'),
  positiveInt: integer(1, 'a whole number from 1 to 2147483647, without quotes'),
  unsignedInt: integer(0, 'a whole number from 0 to 2147483647, without quotes'),
  decimal: { json: 'number', accepts: () => true, expected: 'a number, without quotes' },
  string,
  markdown: string,
  code: text(
    (value) => code.test(value) && !control.test(value),
    'a code: no white space at its ends and single blanks inside'
  ),
  id: text(isId, 'an id: 1 to 64 of the characters A-Z a-z 0-9 - .'),
  uri: text((value) => uri.test(value) && !control.test(value), 'a URI without white space'),
  url: text((value) => uri.test(value) && !control.test(value), 'a URL without white space'),
  canonical: text(
    (value) => uri.test(value) && !control.test(value),
    'a canonical URL without white space'
  ),
  oid: text((value) => oid.test(value), 'an OID as urn:oid:1.2.3'),
  uuid: text(
    (value) => uuid.test(value),
    'a UUID as urn:uuid:c757873d-ec9a-4326-a141-556f43239520'
  ),
  base64Binary: text(
    (value) => value.length > 0 && base64.test(value) && base64Length(value),
    'base64, its length a multiple of four'
  ),
  date: text(
    (value) => dayExists(date.exec(value)),
    'a date that exists: YYYY, YYYY-MM or YYYY-MM-DD'
  ),
  dateTime: text(
    (value) => dayExists(dateTime.exec(value)),
    'a date that exists (YYYY, YYYY-MM or YYYY-MM-DD), or date and time with seconds and zone as 2026-02-15T14:30:00+01:00'
  ),
  instant: text(
    (value) => dayExists(instant.exec(value)),
    'a date and time with seconds and zone as 2026-02-15T14:30:00+01:00'
  ),
  time: text((value) => time.test(value), 'a time hh:mm:ss without zone'),
  xhtml: text((value) => value.length > 0, 'XHTML in one div')
}
