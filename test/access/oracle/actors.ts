/**
 * Whom an actor of a Consent means: a permit by identity and by what is live now, a deny
 * generously.
 */
import type { Millis, Reference } from '../../../src/fhir/resource.ts'
import {
  allNow,
  codesOf,
  list,
  now as current,
  referenceOf,
  same,
  spanOf,
  within
} from './world.ts'
import type { Asker, Json, OracleWorld } from './world.ts'

const roleSystem = 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-participant-role'

export interface Question {
  readonly world: OracleWorld
  readonly asker: Asker
  readonly at: Millis
  readonly patient: Reference
}

/** A patient or relative behind a client has no part in what the client's organisation may see. */
export const forSelf = ({ user }: Asker): boolean =>
  user?.type === 'Patient' || user?.type === 'RelatedPerson'
const worksAt = (asker: Asker, organization: Reference | undefined): boolean =>
  organization?.type === 'Organization' && organization.id === asker.organization && !forSelf(asker)

const roleHolds = ({ world, at }: Question, role: Json | undefined): boolean =>
  role !== undefined && role['active'] !== false && within(spanOf(world, role['period']), at)

const teamHolds = ({ world, at, patient }: Question, team: Json | undefined): boolean =>
  team?.['status'] === 'active' &&
  same(referenceOf(team['subject']), patient) &&
  within(spanOf(world, team['period']), at)

const participantsOf = (
  { world, at }: Question,
  team: Json,
  roles: readonly string[]
): readonly Json[] =>
  list(team['participant'])
    .filter((participant) => within(spanOf(world, participant['period']), at))
    .filter(
      (participant) =>
        roles.length === 0 ||
        list(participant['role']).some((role) =>
          codesOf(role, roleSystem).some((code) => roles.includes(code))
        )
    )

const isMember = (question: Question, participant: Json): boolean => {
  const { world, asker } = question
  const member = referenceOf(participant['member'])
  switch (member?.type) {
    case 'Organization':
      return worksAt(asker, member)
    case 'Practitioner':
      return same(asker.user, member) || worksAt(asker, referenceOf(participant['onBehalfOf']))
    case 'PractitionerRole': {
      const role = current(world, member)
      return (
        roleHolds(question, role) &&
        (same(asker.user, member) || worksAt(asker, referenceOf(role?.['organization'])))
      )
    }
    case 'Patient':
    case 'RelatedPerson':
      return same(asker.user, member)
    default:
      return false
  }
}

const permitted = (question: Question, actor: Json): boolean => {
  const { world, asker } = question
  const ref = referenceOf(actor['reference'])
  switch (ref?.type) {
    case 'Organization':
      return worksAt(asker, ref)
    case 'PractitionerRole':
      return same(asker.user, ref) && roleHolds(question, current(world, ref))
    case 'CareTeam': {
      const team = current(world, ref)
      return (
        team !== undefined &&
        teamHolds(question, team) &&
        participantsOf(question, team, codesOf(actor['role'], roleSystem)).some((each) =>
          isMember(question, each)
        )
      )
    }
    default:
      return same(asker.user, ref)
  }
}

export const permitReaches = (question: Question, actors: readonly Json[] | undefined): boolean =>
  actors === undefined
    ? allNow(question.world, 'CareTeam').some(
        ({ resource }) =>
          teamHolds(question, resource) &&
          participantsOf(question, resource, []).some((each) => isMember(question, each))
      )
    : actors.some((actor) => permitted(question, actor))

/** The organisation itself or one above it. */
const isPartOf = (
  world: OracleWorld,
  organization: Reference | undefined,
  above: Reference,
  seen: readonly string[] = []
): boolean => {
  if (organization?.type !== 'Organization' || seen.includes(organization.id)) return false
  return (
    same(organization, above) ||
    isPartOf(world, referenceOf(current(world, organization)?.['partOf']), above, [
      ...seen,
      organization.id
    ])
  )
}

const personOf = (world: OracleWorld, ref: Reference | undefined): Reference | undefined =>
  ref?.type === 'PractitionerRole' ? referenceOf(current(world, ref)?.['practitioner']) : ref

/** The caller's own person, under whatever role. */
export const namesPerson = ({ world, asker }: Question, ref: Reference | undefined): boolean =>
  (ref?.type === 'Practitioner' || ref?.type === 'PractitionerRole') &&
  (asker.user?.type === 'Practitioner' || asker.user?.type === 'PractitionerRole') &&
  (same(asker.user, ref) || same(personOf(world, asker.user), personOf(world, ref)))

const deniesTo = (question: Question, ref: Reference): boolean => {
  const { world, asker } = question
  if (ref.type !== 'Organization') return same(asker.user, ref) || namesPerson(question, ref)
  const own: Reference = { type: 'Organization', id: asker.organization as Reference['id'] }
  const role =
    asker.user?.type === 'PractitionerRole'
      ? referenceOf(current(world, asker.user)?.['organization'])
      : undefined
  return (!forSelf(asker) && isPartOf(world, own, ref)) || isPartOf(world, role, ref)
}

const denied = (question: Question, actor: Json): boolean => {
  const { world } = question
  const ref = referenceOf(actor['reference'])
  if (ref === undefined || !resolvable.includes(ref.type)) return true
  const target = current(world, ref)
  // who is behind it cannot be known any more
  if (target === undefined && (ref.type === 'PractitionerRole' || ref.type === 'CareTeam')) {
    return true
  }
  if (ref.type !== 'CareTeam') return deniesTo(question, ref)
  return deniedParticipants(question, actor).some((participant) => {
    const member = referenceOf(participant['member'])
    return isMember(question, participant) || (member !== undefined && deniesTo(question, member))
  })
}

const resolvable = [
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Patient',
  'RelatedPerson',
  'CareTeam'
]

const deniedParticipants = (question: Question, actor: Json): readonly Json[] => {
  const team = current(question.world, referenceOf(actor['reference']))
  return team !== undefined && teamHolds(question, team)
    ? participantsOf(question, team, codesOf(actor['role'], roleSystem))
    : []
}

export const denyReaches = (question: Question, actors: readonly Json[] | undefined): boolean =>
  actors === undefined || actors.some((actor) => denied(question, actor))

/**
 * For the organisation that keeps the record only an exclusion of the person counts, alone or as
 * one of a team, not one of the house.
 */
export const denyNames = (question: Question, actors: readonly Json[] | undefined): boolean =>
  (actors ?? []).some((actor) => {
    const ref = referenceOf(actor['reference'])
    return ref?.type === 'CareTeam'
      ? deniedParticipants(question, actor).some((participant) =>
          namesPerson(question, referenceOf(participant['member']))
        )
      : namesPerson(question, ref)
  })
