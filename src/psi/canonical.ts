/** Roots of the names that this server knows by heart. */

/** Canonical root of the PSI definitions (profiles/sushi-config.yaml). */
export const psiCanonical = 'https://psy107.example/fhir/psi'
export const psiProfile = (id: string): string => `${psiCanonical}/StructureDefinition/${id}`
export const psiCodeSystem = (id: string): string => `${psiCanonical}/CodeSystem/${id}`
/** Belgian federal naming systems, e.g. `ssin`, `nihdi`, `cbe` (be-core 2.1.2). */
export const belgianNamingSystem = (id: string): string =>
  `https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/${id}`
