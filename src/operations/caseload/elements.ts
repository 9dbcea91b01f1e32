/** What a caseload reads out of plans, teams and meetings. */
import { psiProfile } from '../../psi/canonical.ts'
import { participantRoleSystem } from '../../psi/participant-roles.ts'
import { planTypeSystem } from '../../psi/plan-types.ts'
import { dateReader } from '../../fhir/date.ts'
import type { Elements, ResourceOf } from '../../fhir/elements.ts'
import type { Millis } from '../../fhir/resource.ts'

const startOf = (value: string | undefined, zone: string): Millis | undefined =>
  value === undefined ? undefined : dateReader(zone)(value)?.lo
const endOf = (value: string | undefined, zone: string): Millis | undefined =>
  value === undefined ? undefined : dateReader(zone)(value)?.hi

const inPeriod = ({ start, end }: Elements<fhir4.Period>, at: Millis, zone: string): boolean =>
  (startOf(start, zone) ?? at) <= at && at < (endOf(end, zone) ?? Infinity)

const hasCode = (
  concepts: readonly Elements<fhir4.CodeableConcept>[] | undefined,
  wanted: { readonly system: string; readonly code: string }
): boolean =>
  (concepts ?? [])
    .flatMap(({ coding }) => coding ?? [])
    .some(({ system, code }) => system === wanted.system && code === wanted.code)

/** Members who are référent in this team at that moment. */
export const referentsAt = (
  team: ResourceOf<'CareTeam'>,
  at: Millis,
  zone: string
): readonly string[] =>
  team.status !== 'active'
    ? []
    : (team.participant ?? [])
        .filter(
          ({ role, period }) =>
            hasCode(role, { system: participantRoleSystem, code: 'referent' }) &&
            inPeriod(period ?? {}, at, zone)
        )
        .flatMap(({ member }) => member?.reference ?? [])

export const isPsi = ({ category }: ResourceOf<'CarePlan'>): boolean =>
  hasCode(category, { system: planTypeSystem, code: 'psi' })

const dateExtension = (
  plan: ResourceOf<'CarePlan'>,
  id: string,
  zone: string
): { readonly lo: Millis; readonly hi: Millis } | undefined => {
  const found = plan.extension?.find(({ url }) => url === psiProfile(id))
  const value = found?.valueDate ?? found?.valueDateTime
  return value === undefined ? undefined : dateReader(zone)(value)
}

/** Day of the next re-evaluation. */
export const nextReview = (plan: ResourceOf<'CarePlan'>, zone: string): Millis | undefined =>
  dateExtension(plan, 'psi-ext-next-review', zone)?.hi
export const lastMeeting = (plan: ResourceOf<'CarePlan'>, zone: string): Millis | undefined =>
  dateExtension(plan, 'psi-ext-last-meeting', zone)?.lo

const closed: ReadonlySet<unknown> = new Set<fhir4.CarePlanActivityDetail['status']>([
  'completed',
  'cancelled',
  'stopped',
  'entered-in-error'
])

/** Actions whose deadline has passed and that are not closed. */
export const lateActions = (plan: ResourceOf<'CarePlan'>, at: Millis, zone: string): number =>
  (plan.activity ?? []).filter(({ detail }) => {
    if (detail === undefined || closed.has(detail.status)) return false
    const deadline =
      endOf(detail.scheduledPeriod?.end, zone) ??
      endOf(detail.scheduledTiming?.repeat?.boundsPeriod?.end, zone)
    return deadline !== undefined && deadline <= at
  }).length

const held: ReadonlySet<unknown> = new Set<fhir4.Appointment['status']>([
  'booked',
  'arrived',
  'fulfilled',
  'checked-in'
])

export const meetingStart = (
  { status, start }: ResourceOf<'Appointment'>,
  zone: string
): Millis | undefined => (held.has(status) ? startOf(start, zone) : undefined)

const over: ReadonlySet<unknown> = new Set<fhir4.Task['status']>([
  'completed',
  'cancelled',
  'failed',
  'rejected',
  'entered-in-error'
])

export const isOpenTask = ({ status }: ResourceOf<'Task'>): boolean => !over.has(status)
