/**
 * Check digits of the Belgian numbers: SSIN, NIHDI, CBE.
 * https://www.ehealth.fgov.be/standards/fhir/core/identifierhandling.html
 */
import { cbeSystem, nihdiSystem, ssinSystem } from '../../psi/canonical.ts'
import type { Json } from '../../fhir/json-object.ts'
import { isObject } from '../../fhir/json-object.ts'

const pseudonymization =
  'https://www.ehealth.fgov.be/standards/fhir/infsec/StructureDefinition/be-ext-pseudonymization'

const digits = (value: string, from: number, length: number): number =>
  Number(value.slice(from, from + length))

/** Born from 2000 on, a 2 is thought before the nine digits: 2,000,000,000 mod 97 is 68. */
const isSsin = (value: string): boolean => {
  if (!/^\d{11}$/.test(value)) return false
  const rest = digits(value, 0, 9) % 97
  return [97 - rest, 97 - ((rest + 68) % 97)].includes(digits(value, 9, 2))
}

const isNihdi = (value: string): boolean => {
  if (!/^(\d{8}|\d{11})$/.test(value)) return false
  return [97 - (digits(value, 0, 6) % 97), 89 - (digits(value, 0, 6) % 89)].includes(
    digits(value, 6, 2)
  )
}

const isCbe = (value: string): boolean =>
  /^[01]\d{9}$/.test(value) && 97 - (digits(value, 0, 8) % 97) === digits(value, 8, 2)

interface Number {
  readonly key: string
  readonly name: string
  readonly shape: string
  readonly accepts: (value: string) => boolean
}

const numbers: ReadonlyMap<unknown, Number> = new Map([
  [
    ssinSystem,
    { key: 'psi-inv-ssin', name: 'a national number (SSIN)', shape: '11 digits', accepts: isSsin }
  ],
  [
    nihdiSystem,
    { key: 'psi-inv-nihdi', name: 'a NIHDI number', shape: '8 or 11 digits', accepts: isNihdi }
  ],
  [
    cbeSystem,
    {
      key: 'psi-inv-cbe',
      name: 'an enterprise number (CBE)',
      shape: '10 digits, the first 0 or 1',
      accepts: isCbe
    }
  ]
])

const isPseudonym = (identifier: Json): boolean => {
  const beside = identifier['_value']
  return (
    isObject(beside) &&
    Array.isArray(beside['extension']) &&
    (beside['extension'] as unknown[]).some(
      (extension) => isObject(extension) && extension['url'] === pseudonymization
    )
  )
}

/** The rule that an identifier breaks, and a sentence that does not quote the number. */
export const identifierFault = (
  identifier: unknown
): { readonly key: string; readonly diagnostics: string } | undefined => {
  if (!isObject(identifier) || typeof identifier['value'] !== 'string') return undefined
  const number = numbers.get(identifier['system'])
  if (number === undefined || isPseudonym(identifier) || number.accepts(identifier['value'])) {
    return undefined
  }
  return {
    key: number.key,
    diagnostics: `Found ${number.name} of wrong shape or check digits, expected ${number.shape} without punctuation and right check digits (${number.key}); correct it.`
  }
}
