/** What kind of data a resource is, in the words that a Consent uses (psi-cs-data-class). */
import { isOf } from '../fhir/elements.ts'
import type { ResourceOf } from '../fhir/elements.ts'
import type { Resource } from '../fhir/resource.ts'
import type { DataClass } from './data-classes.ts'
import { planTypes, planTypeSystem } from './plan-types.ts'
import { classesOfType } from './type-classes.ts'

/** Several plan types: the most guarded wins, so that a second coding never opens anything. */
const planClass = (plan: ResourceOf<'CarePlan'>, otherwise: DataClass): DataClass => {
  const codings = (plan.category ?? []).flatMap(({ coding }) => coding ?? [])
  const found = codings.flatMap(({ system, code }) =>
    system === planTypeSystem && code !== undefined
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
  if (byPlanType === true && isOf('CarePlan', resource)) return planClass(resource, dataClass)
  return (byProfile && profileClass(resource, byProfile)) ?? dataClass
}
