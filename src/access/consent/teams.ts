/**
 * The care relation: who takes part in a patient's active care teams, and while when (quality law
 * art. 37; former members lose access at the end of their period).
 */
import { dateReader } from '../../fhir/date.ts'
import type { Elements, ResourceOf } from '../../fhir/elements.ts'
import { participantRoleSystem } from '../../psi/participant-roles.ts'
import { namedIn } from '../../fhir/reference.ts'
import type { Millis } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { Actor } from './rules.ts'
import type { Directory } from './directory.ts'

export interface Team {
  /** `CareTeam/id`. */
  readonly reference: string
  /**
   * `actors`: whom the participant stands for; `member`: the participant as written, while it
   * lasts.
   */
  readonly members: readonly {
    readonly roles: readonly string[]
    readonly actors: readonly Actor[]
    readonly member: Actor
  }[]
}

type Window = readonly [Millis, Millis]
const always: Window = [openLo, openHi]
const never: Window = [openHi, openLo]

const window = (period: Elements<fhir4.Period> | undefined, zone: string): Window => {
  if (period === undefined) return always
  const { start, end } = period
  const from = start === undefined ? { lo: openLo } : dateReader(zone)(start)
  const to = end === undefined ? { hi: openHi } : dateReader(zone)(end)
  return from === undefined || to === undefined ? never : [from.lo, to.hi]
}

const meet = (a: Window, b: Window): Window => [Math.max(a[0], b[0]), Math.min(a[1], b[1])]

/** While a PractitionerRole is active; never when it is unknown. */
export const roleHolds = (
  role: ResourceOf<'PractitionerRole'> | undefined,
  zone: string
): Window => (role === undefined || role.active === false ? never : window(role.period, zone))

/** A professional takes part for an organisation, whose record system therefore takes part too. */
const identities = (
  participant: Elements<fhir4.CareTeamParticipant>,
  directory: Directory,
  zone: string
): readonly (readonly [string, Window])[] => {
  const member = namedIn(participant.member)
  if (member === undefined) return []
  // R4 ctm-1
  const behalf = member.startsWith('Practitioner/') ? namedIn(participant.onBehalfOf) : undefined
  if (!member.startsWith('PractitionerRole/')) {
    return [member, behalf].flatMap((who) => (who === undefined ? [] : [[who, always] as const]))
  }
  const role = directory.role(member)
  const organization = namedIn(role?.organization)
  const holds = roleHolds(role, zone)
  return [
    [member, holds] as const,
    ...(organization === undefined ? [] : [[organization, holds] as const])
  ]
}

const codesOf = (
  roles: readonly Elements<fhir4.CodeableConcept>[] | undefined
): readonly string[] =>
  (roles ?? [])
    .flatMap(({ coding }) => coding ?? [])
    .filter(({ system }) => system === participantRoleSystem)
    .flatMap(({ code }) => code ?? [])

export const readTeam = (
  team: ResourceOf<'CareTeam'>,
  directory: Directory,
  zone: string
): Team => {
  const holds = team.status === 'active' ? window(team.period, zone) : never
  return {
    reference: `CareTeam/${team.id ?? ''}`,
    members: (team.participant ?? [])
      .map((participant) => {
        const during = (who: string, own: Window): Actor => {
          const [from, to] = meet(meet(holds, own), window(participant.period, zone))
          return { who, from, to }
        }
        return {
          roles: codesOf(participant.role),
          member: during(namedIn(participant.member) ?? '', always),
          actors: identities(participant, directory, zone)
            .map(([who, own]) => during(who, own))
            .filter(({ from, to }) => from < to)
        }
      })
      .filter(({ member }) => member.from < member.to)
  }
}
