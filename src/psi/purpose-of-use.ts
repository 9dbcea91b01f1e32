/**
 * Purposes that a token may declare and a Consent may name.
 * https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html
 */

export const purposeOfUseSystem = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

/**
 * A closed list: a Consent that names another purpose is refused, a token that declares another
 * counts as declaring none.
 */
export const purposesOfUse = [
  'TREAT',
  'ETREAT',
  'BTG',
  'CAREMGT',
  'COORD',
  'PATRQT',
  'FAMRQT',
  'PWATRNY',
  'SUPNWK',
  'HOPERAT',
  'HPAYMT',
  'HRESCH',
  'PUBHLTH',
  'HQUALIMP',
  'HSYSADMIN'
] as const

export type PurposeOfUse = (typeof purposesOfUse)[number]

const known: ReadonlySet<string> = new Set(purposesOfUse)
export const isPurposeOfUse = (code: string): code is PurposeOfUse => known.has(code)
