/** What kind of data a resource is, in the words that a Consent uses (psi-cs-data-class). */
import { psiCodeSystem, psiProfile } from './canonical.ts'
import { isConformance, isDirectory } from '../fhir/type-groups.ts'
import type { Resource } from '../fhir/resource.ts'
import type { DataClass } from './data-classes.ts'

const ofPlanType: Readonly<Record<string, DataClass>> = {
  psi: 'psi-core',
  'concertation-plan': 'psi-core',
  'crisis-plan': 'crisis',
  ppi: 'clinical'
}

const ofProfile: ReadonlyMap<string, DataClass> = new Map<string, DataClass>([
  [psiProfile('psi-goal'), 'psi-core'],
  [psiProfile('psi-careteam'), 'psi-core'],
  [psiProfile('psi-appointment'), 'psi-core'],
  [psiProfile('psi-leaflet'), 'psi-core'],
  [psiProfile('psi-meeting-report'), 'meeting-report'],
  [psiProfile('psi-evaluation'), 'assessment']
])

const codings = (
  concepts: unknown
): readonly { readonly system?: unknown; readonly code?: unknown }[] =>
  (Array.isArray(concepts) ? concepts : [concepts]).flatMap((concept: unknown) => {
    const coding = (concept as { coding?: unknown } | null | undefined)?.coding
    return Array.isArray(coding) ? (coding as { system?: unknown; code?: unknown }[]) : []
  })

/** Several plan types: the most guarded wins, so that a second coding never opens anything. */
const planClass = (resource: Resource): DataClass => {
  const found = codings(resource['category']).flatMap(({ system, code }) =>
    system === psiCodeSystem('psi-cs-plan-type') && typeof code === 'string'
      ? [ofPlanType[code] ?? 'clinical']
      : []
  )
  return found.includes('crisis')
    ? 'crisis'
    : found.includes('clinical')
      ? 'clinical'
      : (found[0] ?? 'clinical')
}

const profileClass = (resource: Resource): DataClass => {
  const claimed = Array.isArray(resource.meta?.profile) ? resource.meta.profile : []
  return (
    claimed
      .map((profile) => ofProfile.get(profile.split('|')[0] ?? ''))
      .find((found) => found !== undefined) ?? 'clinical'
  )
}

export const dataClassOf = (resource: Resource): DataClass => {
  const type = resource.resourceType
  if (isDirectory(type)) return 'directory'
  if (isConformance(type)) return 'conformance'
  switch (type) {
    case 'CarePlan':
      return planClass(resource)
    case 'Consent':
      return 'consent'
    case 'AuditEvent':
      return 'audit'
    case 'Patient':
    case 'RelatedPerson':
      return 'contacts'
    default:
      return profileClass(resource)
  }
}
