/**
 * Which profiles a resource must meet, and where an extension may stand.
 * https://hl7.org/fhir/R4/profiling.html
 */
import type { Definitions, Profile, Structures } from '../../definitions/definitions.ts'
import { psiProfile } from '../../psi/canonical.ts'
import { planTypes, planTypeSystem } from '../../psi/plan-types.ts'
import { hasCoding } from '../rules/rule.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Owner, Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { quote, report } from '../scope.ts'

const impliedBy = (resource: Json): string[] => {
  const categories = resource['category']
  if (resource['resourceType'] !== 'CarePlan' || !Array.isArray(categories)) return []
  return [...planTypes].flatMap(([code, { profile }]) =>
    profile !== undefined &&
    categories.some((category) => hasCoding(category, planTypeSystem, code))
      ? [psiProfile(profile)]
      : []
  )
}

const claimedBy = (resource: Json): string[] => {
  const meta = resource['meta']
  const claimed = isObject(meta) ? meta['profile'] : undefined
  return Array.isArray(claimed)
    ? (claimed as unknown[]).filter((url) => typeof url === 'string')
    : []
}

const core = 'http://hl7.org/fhir/StructureDefinition/'

/**
 * Claimed and implied profiles, without those that another of them narrows. Notes unknown claims
 * once, and wrong ones.
 */
export const profilesOf = (
  resource: Json,
  definitions: Definitions,
  scope: Scope
): readonly Profile[] => {
  const claimed = claimedBy(resource)
  const implied = impliedBy(resource)
  if (claimed.length === 0 && implied.length === 0) return []
  const type = resource['resourceType'] as string
  const found = new Map<string, Profile>()
  for (const url of [...claimed, ...implied]) {
    const profile = definitions.profile(url)
    if (profile === undefined) noteUnknown(url, type, definitions, scope)
    else if (profile.type !== type) {
      report(
        scope,
        'error',
        'value',
        `Profile ${quote(url)} is for ${profile.type}, and this is a ${type}; claim a profile of ${type}.`,
        'meta',
        'profile'
      )
    } else found.set(profile.url, profile)
  }
  const narrowed = new Set(
    [...found.values()].flatMap((profile) => ancestors(profile, definitions))
  )
  return [...found.values()].filter((profile) => !narrowed.has(profile.url))
}

const ancestors = (profile: Profile, definitions: Definitions): string[] => {
  const base = profile.base === undefined ? undefined : definitions.profile(profile.base)
  return base === undefined ? [] : [base.url, ...ancestors(base, definitions)]
}

const noteUnknown = (url: string, type: string, definitions: Definitions, scope: Scope): void => {
  if (url === core + type || scope.run.unknownProfiles.has(url)) return
  if (url.startsWith(core) && definitions.isType(url.slice(core.length))) {
    report(
      scope,
      'error',
      'value',
      `Profile ${quote(url)} is that of another type; this is a ${type}.`,
      'meta',
      'profile'
    )
    return
  }
  scope.run.unknownProfiles.add(url)
  report(
    scope,
    'information',
    'not-supported',
    `Profile ${quote(url)} is not known here; checked against R4 and the other profiles only.`,
    'meta',
    'profile'
  )
}

const isA = (structures: Structures, type: string, ancestor: string): boolean => {
  // Resources count as elements here: R4's own extensions on resources say so.
  if (ancestor === 'Element') return true
  for (let at: string | undefined = type; at !== undefined; at = structures.type(at)?.base) {
    if (at === ancestor) return true
  }
  return false
}

/**
 * Where the extension stands in its resource, by element names alone: `CarePlan.activity.detail`.
 */
const placeOf = (scope: Scope): string => {
  const names = scope.run.path
    .slice(scope.depth)
    .filter((step): step is string => typeof step === 'string')
    .map((step) => (step.startsWith('_') ? step.slice(1) : step))
  return [scope.resource['resourceType'] as string, ...names.slice(0, -1)].join('.')
}

/**
 * Only contexts of kind `element` are judged: the others ask for what is around. Those of R4's own
 * extensions are too
 * narrow for R4's own examples and so say nothing.
 */
export const checkContext = (
  profile: Profile,
  owner: Owner,
  definitions: Definitions,
  scope: Scope
): void => {
  const contexts = profile.context ?? []
  if (
    profile.url.startsWith(core) ||
    contexts.length === 0 ||
    contexts.some((context) => !context.startsWith('element '))
  ) {
    return
  }
  const places = contexts.map((context) => context.slice('element '.length))
  const kept = places.some(
    (place) =>
      place === '*' ||
      place === owner.path ||
      isA(definitions.structures, owner.type, place) ||
      `${place}[x]` === owner.path ||
      place === placeOf(scope)
  )
  if (!kept) {
    report(
      scope,
      'error',
      'extension',
      `Extension ${quote(profile.url)} stands on ${owner.path}, expected on ${places.slice(0, 5).join(' or ')}; move or remove it.`
    )
  }
}
