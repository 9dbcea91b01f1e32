/** Which patients' grants a batch of changes touches: Consents, care teams, and the roles and organisations that those name. */
import type { Resource } from '../../fhir/resource.ts'
import type { PersonKey, Put, Store } from '../../storage/store.ts'
import { referring } from '../grants.ts'
import { subjectsOf } from '../subject.ts'

/** Index value that extraction does not make: every actor of a Consent at any depth (R4's own parameter stops at the root). Not reachable from a query. */
export const consentActor = 'Consent._actor'

const actorReferences = (provision: unknown): readonly string[] => {
  const { actor, provision: nested } = (provision ?? {}) as { actor?: unknown, provision?: unknown }
  const own = Array.isArray(actor) ? actor.map((each: { reference?: { reference?: unknown } }) => each.reference?.reference) : []
  return [...own.filter((text) => typeof text === 'string'), ...(Array.isArray(nested) ? nested.flatMap(actorReferences) : [])]
}

export const consentActors = (consent: Resource): readonly string[] => [...new Set(actorReferences(consent['provision']))]

export interface Changed { readonly put: Put, readonly after?: Resource, readonly before?: Resource }

const literal = (resource: Resource | undefined, element: string): string | undefined => {
  const text = (resource?.[element] as { reference?: unknown } | undefined)?.reference
  return typeof text === 'string' ? text : undefined
}

/** What Consents and teams may name on account of this change. */
const namedBy = ({ put, after, before }: Changed): readonly string[] => {
  const { type, id } = put.stored.ref
  if (type === 'PractitionerRole') {
    return [`PractitionerRole/${id}`, ...[before, after].flatMap((role) => literal(role, 'practitioner') ?? [])]
  }
  if (type !== 'Organization') return []
  const parents = [before, after].map((organization) => literal(organization, 'partOf'))
  return parents[0] === parents[1] ? [] : [`Organization/${id}`, ...parents.flatMap((parent) => parent ?? [])]
}

/** @returns patients whose grants must be compiled anew with this batch */
export const affectedPersons = async (store: Store, changes: readonly Changed[], puts: readonly Put[]): Promise<readonly PersonKey[]> => {
  const direct = changes.filter(({ put }) => put.stored.ref.type === 'Consent' || put.stored.ref.type === 'CareTeam')
    .flatMap(({ before, after }) => [before, after].flatMap((resource) => resource === undefined ? [] : subjectsOf(resource)))
  const named = [...new Set(changes.flatMap(namedBy))]
  if (named.length === 0) return [...new Set(direct)]
  const consents = await referring(store, 'Consent', ['_actor'], named, puts)
  const teams = await referring(store, 'CareTeam', ['participant'], named, puts)
  return [...new Set([...direct, ...[...consents, ...teams].flatMap(subjectsOf)])]
}
