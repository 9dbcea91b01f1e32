/**
 * JSON names of choice elements: `value[x]` as `valueQuantity`.
 * https://hl7.org/fhir/R4/formats.html#choice
 */

export const choiceName = (base: string, type: string): string =>
  base + type.charAt(0).toUpperCase() + type.slice(1)

/** Whether a property is one of the names of `base[x]`, by its looks. */
export const looksLikeChoice = (property: string, base: string): boolean => {
  const next = property.charAt(base.length)
  return property.startsWith(base) && next >= 'A' && next <= 'Z'
}
