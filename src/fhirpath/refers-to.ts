/**
 * Stands for `resolve() is Patient`: judged by what the reference says, without fetching anything.
 * https://hl7.org/fhir/R4/references.html
 */

export const refersTo = (value: unknown, type: string): boolean => {
  const { reference, type: declared } = value as { reference?: unknown; type?: unknown }
  if (typeof reference !== 'string') return false
  if (reference.startsWith(type) && reference.charCodeAt(type.length) === slash) return true
  return declared === type || (reference.includes('://') && reference.includes(`/${type}/`))
}

const slash = 0x2f
