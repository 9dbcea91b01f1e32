/** Who an actor reference means today: exact identities for a permit, generous ones for a deny. */
import type { ResourceOf } from '../../fhir/elements.ts'
import { namedIn, parseReference } from '../../fhir/reference.ts'
import { openHi, openLo } from '../../search/query.ts'
import { userOfType } from '../who/actors.ts'
import type { Who } from '../who/keys.ts'
import type { Directory } from './directory.ts'
import type { ReadConsent } from './read-consent.ts'
import type { ReadProvision } from './read-provision.ts'
import type { Actor, ConsentRules, Provision } from './rules.ts'
import { roleHolds } from './teams.ts'
import type { Team } from './teams.ts'

/**
 * What resolving needs beside the reference itself. `identities`: whoever a permit or a team names.
 */
interface Surroundings {
  readonly teams: readonly Team[]
  readonly identities: readonly Who[]
  readonly directory: Directory
  readonly zone: string
}
/** `roles`: only members of a team who have one of these; none: all. */
interface Named {
  readonly reference: string
  readonly roles: readonly string[]
}

const always = (who: Who): Actor => ({ who, from: openLo, to: openHi })

/** The same professional under every name: the person and all of their roles. */
const samePerson = (reference: string, directory: Directory): readonly string[] => {
  const practitioner = reference.startsWith('Practitioner/')
    ? reference
    : namedIn(directory.role(reference)?.practitioner)
  return practitioner === undefined
    ? [reference]
    : [...new Set([reference, practitioner, ...directory.rolesOf(practitioner)])]
}

const membersOf = (
  { reference, roles }: Named,
  teams: readonly Team[]
): Team['members'] | undefined =>
  teams
    .find((team) => team.reference === reference)
    ?.members.filter(
      (member) => roles.length === 0 || roles.some((role) => member.roles.includes(role))
    )

const permitted = (
  actor: Named,
  { teams, directory, zone }: Omit<Surroundings, 'identities'>
): readonly Actor[] => {
  const type = parseReference(actor.reference)?.type
  switch (type) {
    case 'CareTeam':
      return (membersOf(actor, teams) ?? []).flatMap(({ actors }) => actors)
    case 'PractitionerRole': {
      const [from, to] = roleHolds(directory.role(actor.reference), zone)
      return from < to ? [{ who: actor.reference, from, to }] : []
    }
    case 'Organization':
      return [always(actor.reference)]
    default:
      return userOfType(type) === undefined ? [] : [always(actor.reference)]
  }
}

interface Denied {
  readonly actors: readonly Actor[]
  readonly named: readonly Actor[]
}
const nobody: Denied = { actors: [], named: [] }

const deniedIdentity = (
  reference: string,
  { identities, directory }: Surroundings
): Denied | undefined => {
  const type = parseReference(reference)?.type
  if (type === 'Organization') {
    const units = directory.unitsOf(reference)
    const roles = identities.filter(
      (who) =>
        who.startsWith('PractitionerRole/') &&
        units.includes(namedIn(directory.role(who)?.organization) ?? '')
    )
    return { actors: [...new Set([reference, ...units, ...roles])].map(always), named: [] }
  }
  const user = userOfType(type)
  if (user === undefined) return undefined
  if (!user.withHouse) return { actors: [always(reference)], named: [] }
  const actors = samePerson(reference, directory).map(always)
  return { actors, named: actors }
}

/** undefined: cannot be resolved, so the deny holds for everybody. */
const denied = (actor: Named, around: Surroundings): Denied | undefined => {
  const type = parseReference(actor.reference)?.type
  if (type === 'PractitionerRole' && around.directory.role(actor.reference) === undefined) {
    return undefined
  }
  if (type !== 'CareTeam') return deniedIdentity(actor.reference, around)
  return membersOf(actor, around.teams)?.reduce<Denied | undefined>((all, { actors, member }) => {
    const during = ({ who }: Actor): Actor => ({ ...member, who })
    // Who is told of in words alone is no caller; a team in the team, or whatever else stands
    // there, may be anybody.
    const wider =
      deniedIdentity(member.who, around) ??
      (parseReference(member.who) === undefined ? nobody : undefined)
    return all === undefined || wider === undefined
      ? undefined
      : {
          actors: [...all.actors, ...actors, ...wider.actors.map(during)],
          named: [...all.named, ...wider.named.map(during)]
        }
  }, nobody)
}

const flatten = (provision: ReadProvision): readonly ReadProvision[] => [
  provision,
  ...provision.nested.flatMap(flatten)
]

const resolve = (provision: ReadProvision, around: Surroundings): Provision => {
  const { actors, nested, ...rest } = provision
  const inner = nested.map((each) => resolve(each, around))
  if (actors === undefined) return { ...rest, nested: inner }
  if (provision.type === 'permit') {
    return { ...rest, actors: actors.flatMap((actor) => permitted(actor, around)), nested: inner }
  }
  const found = actors.map((actor) => denied(actor, around))
  const named = actors.flatMap(
    (actor, i) => found[i]?.named ?? deniedIdentity(actor.reference, around)?.named ?? []
  )
  return {
    ...rest,
    ...(found.includes(undefined)
      ? { unresolved: true }
      : { actors: found.flatMap((each) => each?.actors ?? []) }),
    ...(named.length === 0 ? {} : { named }),
    nested: inner
  }
}

/**
 * @param consents candidates only, in the order of their ids @param teams of this patient, ended
 * ones without members
 */
export const resolveActors = (
  consents: readonly (readonly [ResourceOf<'Consent'>, ReadConsent])[],
  teams: readonly Team[],
  directory: Directory,
  zone: string
): readonly ConsentRules[] => {
  const named = consents
    .flatMap(([, { root }]) => (root === undefined ? [] : flatten(root)))
    .filter(({ type }) => type === 'permit')
    .flatMap(({ actors }) => actors ?? [])
    .flatMap((actor) => permitted(actor, { teams, directory, zone }))
  const identities = [
    ...new Set(
      [...named, ...teams.flatMap(({ members }) => members.flatMap(({ actors }) => actors))].map(
        ({ who }) => who
      )
    )
  ]
  return consents.map(([consent, { root }]) => {
    const id = consent.id as ConsentRules['id']
    return root === undefined
      ? { id }
      : { id, root: resolve(root, { teams, identities, directory, zone }) }
  })
}
