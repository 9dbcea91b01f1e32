/** What a caseload reads out of plans, teams and meetings. */
import { psiProfile } from '../../psi/canonical.ts'
import { participantRoleSystem } from '../../psi/participant-roles.ts'
import { planTypeSystem } from '../../psi/plan-types.ts'
import { dateReader } from '../../fhir/date.ts'
import type { Millis, Resource } from '../../fhir/resource.ts'

type Element = Record<string, unknown>
const list = (value: unknown): readonly Element[] =>
  Array.isArray(value) ? (value as readonly Element[]) : []
const element = (value: unknown): Element =>
  (typeof value === 'object' && value !== null ? value : {}) as Element

export const referenceOf = (value: unknown): string | undefined => {
  const text = element(value)['reference']
  return typeof text === 'string' ? text : undefined
}

const startOf = (value: unknown, zone: string): Millis | undefined =>
  typeof value === 'string' ? dateReader(zone)(value)?.lo : undefined
const endOf = (value: unknown, zone: string): Millis | undefined =>
  typeof value === 'string' ? dateReader(zone)(value)?.hi : undefined

const inPeriod = (value: unknown, at: Millis, zone: string): boolean => {
  const { start, end } = element(value)
  return (startOf(start, zone) ?? at) <= at && at < (endOf(end, zone) ?? Infinity)
}

const hasCode = (concepts: unknown, system: string, code: string): boolean =>
  list(concepts).some((concept) =>
    list(concept['coding']).some((coding) => coding['system'] === system && coding['code'] === code)
  )

/** Members who are référent in this team at that moment. */
export const referentsAt = (team: Resource, at: Millis, zone: string): readonly string[] =>
  team['status'] !== 'active'
    ? []
    : list(team['participant'])
        .filter(
          (participant) =>
            hasCode(participant['role'], participantRoleSystem, 'referent') &&
            inPeriod(participant['period'], at, zone)
        )
        .flatMap((participant) => referenceOf(participant['member']) ?? [])

export const isPsi = (plan: Resource): boolean => hasCode(plan['category'], planTypeSystem, 'psi')

const dateExtension = (
  resource: Resource,
  id: string,
  zone: string
): { readonly lo: Millis; readonly hi: Millis } | undefined => {
  const found = list(resource['extension']).find(({ url }) => url === psiProfile(id))
  const value = found?.['valueDate'] ?? found?.['valueDateTime']
  return typeof value === 'string' ? dateReader(zone)(value) : undefined
}

/** Day of the next re-evaluation. */
export const nextReview = (plan: Resource, zone: string): Millis | undefined =>
  dateExtension(plan, 'psi-ext-next-review', zone)?.hi
export const lastMeeting = (plan: Resource, zone: string): Millis | undefined =>
  dateExtension(plan, 'psi-ext-last-meeting', zone)?.lo

const closed: ReadonlySet<unknown> = new Set([
  'completed',
  'cancelled',
  'stopped',
  'entered-in-error'
])

/** Actions whose deadline has passed and that are not closed. */
export const lateActions = (plan: Resource, at: Millis, zone: string): number =>
  list(plan['activity']).filter((activity) => {
    const detail = element(activity['detail'])
    if (activity['detail'] === undefined || closed.has(detail['status'])) return false
    const bounds = element(element(element(detail['scheduledTiming'])['repeat'])['boundsPeriod'])
    const deadline =
      endOf(element(detail['scheduledPeriod'])['end'], zone) ?? endOf(bounds['end'], zone)
    return deadline !== undefined && deadline <= at
  }).length

const held: ReadonlySet<unknown> = new Set(['booked', 'arrived', 'fulfilled', 'checked-in'])

export const meetingStart = (appointment: Resource, zone: string): Millis | undefined =>
  held.has(appointment['status']) ? startOf(appointment['start'], zone) : undefined

export const isOpenTask = (task: Resource): boolean =>
  !new Set<unknown>(['completed', 'cancelled', 'failed', 'rejected', 'entered-in-error']).has(
    task['status']
  )
