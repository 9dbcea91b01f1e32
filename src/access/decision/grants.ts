/**
 * A patient's grants: compiled from Consents, CareTeams and the directory, kept as one record, made
 * anew in the transaction of every change to them.
 */
import type { PersonKey, Put, Store, Stored } from '../../storage/store.ts'
import { storedAs } from '../../fhir/elements.ts'
import type { ResourceOf } from '../../fhir/elements.ts'
import type { ResourceId } from '../../fhir/resource.ts'
import { formatReference, namedIn, parseReference } from '../../fhir/reference.ts'
import { counter } from '../counters.ts'
import { isCandidate, readConsent } from '../consent/read-consent.ts'
import type { Vocabulary } from '../consent/reading.ts'
import type { ReadProvision } from '../consent/read-provision.ts'
import { resolveActors } from '../consent/resolve-actors.ts'
import type { Directory } from '../consent/directory.ts'
import type { Grants } from '../consent/rules.ts'
import { readTeam } from '../consent/teams.ts'
import { system } from '../who/system.ts'

export const noGrants = (person: PersonKey): Grants => ({
  patient: person as ResourceId,
  consents: [],
  members: []
})

/** Counters of these persons' grants: read before the grants, or before what makes them. */
export const epochsOf = async (
  store: Store,
  persons: readonly PersonKey[]
): Promise<readonly number[]> =>
  persons.length === 0
    ? []
    : await store.counters(persons.map((person) => counter('patient', person)))

/** Grants of persons whose counters have been read, in their order. */
export const grantsSince = async (
  store: Store,
  persons: readonly PersonKey[],
  epochs: readonly number[]
): Promise<readonly Grants[]> => {
  const known = persons.filter((_, i) => (epochs[i] ?? 0) > 0)
  const records = known.length === 0 ? [] : await store.records('grants', known)
  const found = new Map(known.map((person, i) => [person, records[i]]))
  return persons.map((person) => {
    const record = found.get(person)
    return record === undefined ? noGrants(person) : (JSON.parse(record.json) as Grants)
  })
}

/**
 * Grants and the counter that they were read under; the counter first, so that a change in between
 * is a conflict and not a stale decision.
 */
export const loadGrants = async (
  store: Store,
  persons: readonly PersonKey[]
): Promise<{
  readonly grants: ReadonlyMap<PersonKey, Grants>
  readonly epochs: readonly number[]
}> => {
  const epochs = await epochsOf(store, persons)
  const grants = await grantsSince(store, persons, epochs)
  return { grants: new Map(persons.map((person, i) => [person, grants[i] as Grants])), epochs }
}

/** Types whose index values decide who sees what: no decision is made while they are incomplete. */
export const decidingTypes = [
  'Consent',
  'CareTeam',
  'PractitionerRole',
  'Organization',
  'Provenance'
] as const

/**
 * All current resources of a type that refer to one of these targets, with the batch's own changes
 * in place of what is stored.
 * @param about only those that were judged to be this person's data when they were written: what
 * finds a resource is not what decides whose it is
 */
export const referring = async <T extends (typeof decidingTypes)[number]>(
  store: Store,
  type: T,
  parameters: readonly string[],
  targets: readonly string[],
  puts: readonly Put[],
  about?: PersonKey
): Promise<readonly ResourceOf<T>[]> => {
  const found = new Map<string, ResourceOf<T>>()
  const counts = ({ envelope }: Stored): boolean =>
    about === undefined || envelope.persons.includes(about)
  let after: Parameters<Store['search']>[0]['after']
  do {
    const where = {
      kind: 'or' as const,
      nodes: parameters.map((parameter) => ({
        kind: 'link' as const,
        parameter: `${type}.${parameter}`,
        targets
      }))
    }
    const page = await store.search(
      {
        type,
        where,
        sort: [],
        limit: 500,
        total: 'none',
        ...(after === undefined ? {} : { after })
      },
      system
    )
    for (const row of page.rows) if (counts(row)) found.set(row.ref.id, storedAs(type, row.json))
    after = page.next
  } while (after !== undefined)
  for (const put of puts) {
    if (put.stored.ref.type !== type) continue
    const hit =
      !put.stored.deleted &&
      counts(put.stored) &&
      put.index.link.some(
        ({ parameter, target }) =>
          parameters.some((each) => parameter === `${type}.${each}`) && targets.includes(target)
      )
    if (hit) found.set(put.stored.ref.id, storedAs(type, put.stored.json))
    else found.delete(put.stored.ref.id)
  }
  return [...found.values()].sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1))
}

const actorsOf = (provision: ReadProvision, type?: ReadProvision['type']): readonly string[] => [
  ...(type === undefined || provision.type === type ? (provision.actors ?? []) : []).map(
    ({ reference }) => reference
  ),
  ...provision.nested.flatMap((nested) => actorsOf(nested, type))
]

/** Told of every entry of the directory before it is read, or searched for what refers to it. */
export type Watch = (references: readonly string[]) => Promise<void>

const units = async (
  store: Store,
  organizations: readonly string[],
  puts: readonly Put[],
  watch: Watch
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const below = new Map<string, readonly string[]>()
  let level: readonly string[] = organizations
  while (level.length > 0) {
    await watch(level)
    const children = await referring(store, 'Organization', ['partof'], level, puts)
    for (const parent of level) {
      below.set(
        parent,
        children
          .filter((child) => namedIn(child.partOf) === parent)
          .map(({ id }) => `Organization/${id ?? ''}`)
      )
    }
    level = [...new Set([...below.values()].flat())].filter((child) => !below.has(child))
  }
  return below
}

const downwards = (
  below: ReadonlyMap<string, readonly string[]>,
  organization: string,
  seen: readonly string[] = []
): readonly string[] =>
  seen.includes(organization)
    ? seen
    : (below.get(organization) ?? []).reduce<readonly string[]>(
        (found, child) => downwards(below, child, found),
        [...seen, organization]
      )

type Role = ResourceOf<'PractitionerRole'>

/** The roles that are named, and every other role of the same people. */
const readRoles = async (
  store: Store,
  start: readonly string[],
  puts: readonly Put[],
  watch: Watch
): Promise<{
  readonly found: ReadonlyMap<string, Role | undefined>
  readonly roles: readonly Role[]
}> => {
  const refs = start
    .flatMap((text) => parseReference(text) ?? [])
    .filter(({ type }) => type === 'PractitionerRole')
  await watch(refs.map(formatReference))
  const rows = refs.length === 0 ? [] : await store.read(refs, system)
  const found = new Map<string, Role | undefined>(
    refs.map((ref, i) => {
      const own =
        puts.find(({ stored }) => stored.ref.type === ref.type && stored.ref.id === ref.id)
          ?.stored ?? rows[i]
      return [
        formatReference(ref),
        own === undefined || own.deleted ? undefined : storedAs('PractitionerRole', own.json)
      ]
    })
  )
  const practitioners = [
    ...new Set([
      ...start.filter((text) => text.startsWith('Practitioner/')),
      ...[...found.values()].flatMap((role) => namedIn(role?.practitioner) ?? [])
    ])
  ]
  await watch(practitioners)
  const roles =
    practitioners.length === 0
      ? []
      : await referring(store, 'PractitionerRole', ['practitioner'], practitioners, puts)
  for (const role of roles) found.set(`PractitionerRole/${role.id ?? ''}`, role)
  return { found, roles }
}

/**
 * Reads what actors and members lead to: roles, the other roles of the same people, and the units
 * of organisations that a deny may mean.
 */
const readDirectory = async (
  store: Store,
  start: readonly string[],
  denied: readonly string[],
  puts: readonly Put[],
  watch: Watch
): Promise<Directory> => {
  const houses = denied.filter((text) => text.startsWith('Organization/'))
  const [{ found, roles }, below] = await Promise.all([
    readRoles(store, start, puts, watch),
    units(store, houses, puts, watch)
  ])
  return {
    role: (reference) => found.get(reference),
    rolesOf: (practitioner) =>
      roles
        .filter((role) => namedIn(role.practitioner) === practitioner)
        .map(({ id }) => `PractitionerRole/${id ?? ''}`),
    unitsOf: (organization) => downwards(below, organization)
  }
}

/**
 * @param puts the batch that is about to be committed: its Consents, teams, roles and organisations
 * count as stored
 */
export const compileGrants = async (
  store: Store,
  person: PersonKey,
  puts: readonly Put[],
  vocabulary: Vocabulary,
  watch: Watch
): Promise<Grants> => {
  const { zone } = vocabulary
  const target = [`Patient/${person}`]
  const [filed, teams] = await Promise.all([
    referring(store, 'Consent', ['patient'], target, puts, person),
    referring(store, 'CareTeam', ['subject', 'patient'], target, puts, person)
  ])
  const consents = filed
    .filter(isCandidate)
    .map((consent) => [consent, readConsent(consent, vocabulary)] as const)
  const members = teams
    .flatMap(({ participant }) => participant ?? [])
    .flatMap(({ member, onBehalfOf }) =>
      [member, onBehalfOf].flatMap((each) => namedIn(each) ?? [])
    )
  const actorsIn = (type?: ReadProvision['type']): readonly string[] =>
    consents.flatMap(([, { root }]) => (root === undefined ? [] : actorsOf(root, type)))
  const denied = actorsIn('deny')
  const directory = await readDirectory(
    store,
    [...new Set([...members, ...actorsIn()])],
    [
      ...new Set([
        ...denied,
        ...(denied.some((text) => text.startsWith('CareTeam/')) ? members : [])
      ])
    ],
    puts,
    watch
  )
  const read = teams.map((team) => readTeam(team, directory, zone))
  return {
    patient: person as ResourceId,
    consents: resolveActors(consents, read, directory, zone),
    members: read.flatMap((team) => team.members.flatMap((member) => member.actors))
  }
}
