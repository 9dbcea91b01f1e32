/**
 * The care relation: who takes part in a patient's active care teams, and while when (quality law
 * art. 37; former members lose access at the end of their period).
 */
import { dateReader } from '../../fhir/date.ts'
import type { Interval } from '../../fhir/date.ts'
import { participantRoleSystem } from '../../psi/participant-roles.ts'
import { namedBy } from '../../fhir/reference.ts'
import type { Millis, Resource } from '../../fhir/resource.ts'
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

type Element = Record<string, unknown>
const list = (value: unknown): readonly Element[] =>
  Array.isArray(value) ? (value as readonly Element[]) : []
const literal = (value: unknown): string | undefined => {
  const text = (value as Element | undefined)?.['reference']
  return typeof text === 'string' ? namedBy(text) : undefined
}

type Window = readonly [Millis, Millis]
const always: Window = [openLo, openHi]
const never: Window = [openHi, openLo]

const window = (period: unknown, zone: string): Window => {
  if (period === undefined) return always
  const { start, end } = period as { start?: unknown; end?: unknown }
  const read = (at: unknown): Interval | undefined =>
    typeof at === 'string' ? dateReader(zone)(at) : undefined
  const from = start === undefined ? { lo: openLo } : read(start)
  const to = end === undefined ? { hi: openHi } : read(end)
  return from === undefined || to === undefined ? never : [from.lo, to.hi]
}

const meet = (a: Window, b: Window): Window => [Math.max(a[0], b[0]), Math.min(a[1], b[1])]

/** While a PractitionerRole is active; never when it is unknown. */
export const roleHolds = (role: Resource | undefined, zone: string): Window =>
  role === undefined || role['active'] === false ? never : window(role['period'], zone)

/** A professional takes part for an organisation, whose record system therefore takes part too. */
const identities = (
  participant: Element,
  directory: Directory,
  zone: string
): readonly (readonly [string, Window])[] => {
  const member = literal(participant['member'])
  if (member === undefined) return []
  // R4 ctm-1
  const behalf = member.startsWith('Practitioner/') ? literal(participant['onBehalfOf']) : undefined
  if (!member.startsWith('PractitionerRole/')) {
    return [member, behalf].flatMap((who) => (who === undefined ? [] : [[who, always] as const]))
  }
  const role = directory.resource(member)
  const organization = literal(role?.['organization'])
  const holds = roleHolds(role, zone)
  return [
    [member, holds] as const,
    ...(organization === undefined ? [] : [[organization, holds] as const])
  ]
}

const codesOf = (roles: unknown): readonly string[] =>
  list(roles)
    .flatMap((role) => list(role['coding']))
    .filter(({ system }) => system === participantRoleSystem)
    .flatMap(({ code }) => (typeof code === 'string' ? [code] : []))

export const readTeam = (team: Resource, directory: Directory, zone: string): Team => {
  const holds = team['status'] === 'active' ? window(team['period'], zone) : never
  return {
    reference: `CareTeam/${team.id ?? ''}`,
    members: list(team['participant'])
      .map((participant) => {
        const during = (who: string, own: Window): Actor => {
          const [from, to] = meet(meet(holds, own), window(participant['period'], zone))
          return { who, from, to }
        }
        return {
          roles: codesOf(participant['role']),
          member: during(literal(participant['member']) ?? '', always),
          actors: identities(participant, directory, zone)
            .map(([who, own]) => during(who, own))
            .filter(({ from, to }) => from < to)
        }
      })
      .filter(({ member }) => member.from < member.to)
  }
}
