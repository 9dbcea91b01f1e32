/**
 * Which patients' grants a batch of changes touches: Consents, care teams, and the roles and
 * organisations that those name.
 */
import { isDeepStrictEqual } from 'node:util'
import { isOf, storedResource } from '../../fhir/elements.ts'
import type { Resource } from '../../fhir/resource.ts'
import { StoreConflict } from '../../storage/store.ts'
import type { Expectation, PersonKey, Put, Store } from '../../storage/store.ts'
import { formatReference, namedIn, parseReference } from '../../fhir/reference.ts'
import { referring } from '../decision/grants.ts'
import { subjectsOf } from '../who/subject.ts'
import { system } from '../who/system.ts'
import { expectedSources } from './sources.ts'

export interface Changed {
  readonly put: Put
  readonly after?: Resource
  readonly before?: Resource
}

const houseAbove = (resource: Resource | undefined): string | undefined =>
  resource !== undefined && isOf('Organization', resource) ? namedIn(resource.partOf) : undefined
const personOf = (resource: Resource | undefined): string | undefined =>
  resource !== undefined && isOf('PractitionerRole', resource)
    ? namedIn(resource.practitioner)
    : undefined

const parentsOf = async (
  store: Store,
  organizations: readonly string[],
  changed: ReadonlyMap<string, Resource | undefined>
): Promise<readonly string[]> => {
  const stored = organizations.filter((text) => !changed.has(text))
  const rows = await store.read(
    stored.flatMap((text) => parseReference(text) ?? []),
    system
  )
  const resources = [
    ...rows.map((row) => (row === undefined || row.deleted ? undefined : storedResource(row.json))),
    ...organizations.flatMap((text) => changed.get(text) ?? [])
  ]
  return resources.flatMap((resource) => houseAbove(resource) ?? [])
}

/** These organisations and all above them, by what is stored but for the changed ones. */
const upwards = async (
  store: Store,
  organizations: readonly string[],
  changed: ReadonlyMap<string, Resource | undefined>
): Promise<readonly string[]> => {
  const found = new Set(organizations)
  for (let level = organizations; level.length > 0;) {
    level = (await parentsOf(store, level, changed)).filter((parent) => !found.has(parent))
    level.forEach((parent) => found.add(parent))
  }
  return [...found]
}

/**
 * A Consent that denies a house also denies its units, so a unit that moves touches whoever names a
 * house above it, before or after.
 */
const housesNamed = async (
  store: Store,
  changes: readonly Changed[]
): Promise<readonly string[]> => {
  const organizations = changes.filter(({ put }) => put.stored.ref.type === 'Organization')
  const moved = organizations
    .filter(({ before, after }) => houseAbove(before) !== houseAbove(after))
    .map(({ put }) => formatReference(put.stored.ref))
  if (moved.length === 0) return []
  const after = new Map(
    organizations.map((change) => [formatReference(change.put.stored.ref), change.after])
  )
  return [...(await upwards(store, moved, new Map())), ...(await upwards(store, moved, after))]
}

/**
 * A Consent that denies one role of a professional denies them all, so a role touches whoever names
 * the person or any other role.
 */
const rolesNamed = (changes: readonly Changed[]): readonly string[] => {
  const roles = changes.filter(({ put }) => put.stored.ref.type === 'PractitionerRole')
  return roles.flatMap(({ put, before, after }) => [
    formatReference(put.stored.ref),
    ...[before, after].flatMap((role) => personOf(role) ?? [])
  ])
}

const rolesOf = async (
  store: Store,
  named: readonly string[],
  puts: readonly Put[]
): Promise<readonly string[]> => {
  const practitioners = named.filter((text) => text.startsWith('Practitioner/'))
  const roles =
    practitioners.length === 0
      ? []
      : await referring(store, 'PractitionerRole', ['practitioner'], practitioners, puts)
  return roles.map(({ id }) => `PractitionerRole/${id ?? ''}`)
}

export interface Affected {
  readonly persons: readonly PersonKey[]
  readonly expectations: readonly Expectation[]
}

/** @returns patients whose grants must be compiled anew with this batch */
export const affectedPersons = async (
  store: Store,
  changes: readonly Changed[],
  puts: readonly Put[]
): Promise<Affected> => {
  const direct = changes
    .filter(({ put }) => put.stored.ref.type === 'Consent' || put.stored.ref.type === 'CareTeam')
    .flatMap(({ before, after }) =>
      [before, after].flatMap((resource) => (resource === undefined ? [] : subjectsOf(resource)))
    )
  const houses = await housesNamed(store, changes)
  const moved = [...new Set([...rolesNamed(changes), ...houses])]
  if (moved.length === 0) return { persons: [...new Set(direct)], expectations: [] }
  const expectations = await expectedSources(store, moved)
  // What was read before the counters may have been old.
  if (!isDeepStrictEqual(houses, await housesNamed(store, changes))) {
    throw new StoreConflict('counter')
  }
  const named = [...new Set([...moved, ...(await rolesOf(store, moved, puts))])]
  const consents = await referring(store, 'Consent', ['_actor'], named, puts)
  const teams = await referring(store, 'CareTeam', ['participant'], named, puts)
  return {
    persons: [...new Set([...direct, ...[...consents, ...teams].flatMap(subjectsOf)])],
    expectations
  }
}
