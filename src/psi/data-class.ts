/** What kind of data a resource is, in the words that a Consent uses (psi-cs-data-class). */
import type { Resource } from '../fhir/resource.ts'
import type { DataClass } from './data-classes.ts'
import { planTypes, planTypeSystem } from './plan-types.ts'
import { classesOfType } from './type-classes.ts'

const codings = (
  concepts: unknown
): readonly { readonly system?: unknown; readonly code?: unknown }[] =>
  (Array.isArray(concepts) ? concepts : [concepts]).flatMap((concept: unknown) => {
    const coding = (concept as { coding?: unknown } | null | undefined)?.coding
    return Array.isArray(coding) ? (coding as { system?: unknown; code?: unknown }[]) : []
  })

/** Several plan types: the most guarded wins, so that a second coding never opens anything. */
const planClass = (resource: Resource, otherwise: DataClass): DataClass => {
  const found = codings(resource['category']).flatMap(({ system, code }) =>
    system === planTypeSystem && typeof code === 'string'
      ? [planTypes.get(code)?.dataClass ?? otherwise]
      : []
  )
  return found.includes('crisis')
    ? 'crisis'
    : found.includes(otherwise)
      ? otherwise
      : (found[0] ?? otherwise)
}

const profileClass = (
  resource: Resource,
  byProfile: ReadonlyMap<string, DataClass>
): DataClass | undefined => {
  const claimed = Array.isArray(resource.meta?.profile) ? resource.meta.profile : []
  return claimed
    .map((profile) => byProfile.get(profile.split('|')[0] ?? ''))
    .find((found) => found !== undefined)
}

export const dataClassOf = (resource: Resource): DataClass => {
  const { dataClass, byPlanType, byProfile } = classesOfType(resource.resourceType)
  if (byPlanType === true) return planClass(resource, dataClass)
  return (byProfile && profileClass(resource, byProfile)) ?? dataClass
}
