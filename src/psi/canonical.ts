/** Roots of the names that this server knows by heart. */

/** Canonical root of the PSI definitions (profiles/sushi-config.yaml). */
export const psiCanonical = 'https://psy107.example/fhir/psi'
export const psiProfile = (id: string): string => `${psiCanonical}/StructureDefinition/${id}`
export const psiCodeSystem = (id: string): string => `${psiCanonical}/CodeSystem/${id}`

const belgianNamingSystem = (id: string): string =>
  `https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/${id}`
/** National numbers of persons (be-core 2.1.2). */
export const ssinSystem = belgianNamingSystem('ssin')
/** Numbers of professionals and institutions. */
export const nihdiSystem = belgianNamingSystem('nihdi')
/** Numbers of enterprises. */
export const cbeSystem = belgianNamingSystem('cbe')

/** R4 resource types as codes: what a Consent's class may be, beside ours. */
export const resourceTypeSystem = 'http://hl7.org/fhir/resource-types'
