/**
 * A référent's caseload from what the caller sees: their teams across all structures, the plans of
 * those teams, and the meetings around them.
 */
import { isOf } from '../../fhir/elements.ts'
import type { ResourceOf } from '../../fhir/elements.ts'
import type { Millis, Reference, Resource } from '../../fhir/resource.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Context } from '../../exchange/context.ts'
import { searchReferring } from '../search-all.ts'
import {
  isOpenTask,
  isPsi,
  lastMeeting,
  lateActions,
  meetingStart,
  nextReview,
  referentsAt
} from './elements.ts'

export interface Followed {
  readonly patient: string
  readonly plan: ResourceOf<'CarePlan'>
  readonly review: Millis | undefined
  readonly toReEvaluate: boolean
  readonly lateActions: number
  readonly noMeeting: boolean
  readonly nextAppointment: ResourceOf<'Appointment'> | undefined
  readonly tasks: readonly ResourceOf<'Task'>[]
}
export interface Caseload {
  readonly referent: string
  readonly followed: readonly Followed[]
}
export interface Question {
  readonly at: Millis
  readonly planStatus: readonly string[]
  readonly organizations: readonly string[]
  readonly meetingMonths: number
}

const monthsBefore = (at: Millis, months: number): Millis => {
  const date = new Date(at)
  date.setUTCMonth(date.getUTCMonth() - months)
  return date.getTime()
}

const referencesOf = (resources: readonly Resource[]): readonly string[] =>
  resources.map((resource) => `${resource.resourceType}/${resource.id ?? ''}`)

/**
 * Under every name that a team may know them by: the person, and all of their roles. Grouped by
 * practitioner.
 */
const identities = async (
  { store }: Context,
  target: Reference,
  own: Resource
): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>()
  const add = (roles: readonly ResourceOf<'PractitionerRole'>[]): void => {
    for (const role of roles) {
      names.set(
        `PractitionerRole/${role.id ?? ''}`,
        role.practitioner?.reference ?? `PractitionerRole/${role.id ?? ''}`
      )
    }
  }
  if (target.type === 'Organization') {
    const members = await searchReferring(store, 'Organization', 'partof', [
      formatReference(target)
    ])
    add(
      await searchReferring(store, 'PractitionerRole', 'organization', [
        formatReference(target),
        ...referencesOf(members)
      ])
    )
  } else if (isOf('PractitionerRole', own)) add([own])
  const practitioners =
    target.type === 'Practitioner'
      ? [formatReference(target)]
      : [...names.values()].filter((name) => name.startsWith('Practitioner/'))
  add(await searchReferring(store, 'PractitionerRole', 'practitioner', [...new Set(practitioners)]))
  for (const practitioner of practitioners) names.set(practitioner, practitioner)
  return names
}

const groupBy = <T>(
  resources: readonly T[],
  key: (resource: T) => readonly string[]
): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const resource of resources) {
    for (const name of key(resource)) groups.set(name, [...(groups.get(name) ?? []), resource])
  }
  return groups
}

const actorsOf = ({ participant }: ResourceOf<'Appointment'>): readonly string[] =>
  (participant ?? []).flatMap(({ actor }) => actor?.reference ?? [])

const follow = (
  plan: ResourceOf<'CarePlan'>,
  meetings: readonly ResourceOf<'Appointment'>[],
  tasks: readonly ResourceOf<'Task'>[],
  question: Question,
  zone: string
): Followed => {
  const starts = meetings.flatMap((meeting) => {
    const start = meetingStart(meeting, zone)
    return start === undefined ? [] : [{ meeting, start }]
  })
  const past = [...starts.map(({ start }) => start), lastMeeting(plan, zone) ?? -Infinity].filter(
    (start) => start <= question.at
  )
  const next = starts
    .filter(({ start }) => start > question.at)
    .sort((a, b) => a.start - b.start)[0]
  const review = nextReview(plan, zone)
  return {
    patient: plan.subject?.reference ?? '',
    plan,
    review,
    toReEvaluate: review !== undefined && review <= question.at,
    lateActions: lateActions(plan, question.at, zone),
    noMeeting: Math.max(-Infinity, ...past) < monthsBefore(question.at, question.meetingMonths),
    nextAppointment: next?.meeting,
    tasks
  }
}

/** Whether one of these organisations manages the team; all teams where none is named. */
const isAskedFor = (
  { managingOrganization }: ResourceOf<'CareTeam'>,
  organizations: readonly string[]
): boolean =>
  organizations.length === 0 ||
  (managingOrganization ?? []).some(({ reference }) => organizations.includes(reference ?? ''))

/**
 * One caseload per référent, in the order of their references. Everything is read through the
 * caller's own store.
 */
export const gather = async (
  context: Context,
  target: Reference,
  own: Resource,
  question: Question
): Promise<readonly Caseload[]> => {
  const { store, timeZone } = context
  const names = await identities(context, target, own)
  const teams = await searchReferring(store, 'CareTeam', 'participant', [...names.keys()])
  const led = new Map<string, readonly string[]>(
    teams
      .filter((team) => isAskedFor(team, question.organizations))
      .map((team) => [
        `CareTeam/${team.id ?? ''}`,
        referentsAt(team, question.at, timeZone).flatMap((member) => names.get(member) ?? [])
      ])
  )
  const plans = (await searchReferring(store, 'CarePlan', 'care-team', [...led.keys()])).filter(
    (plan) => isPsi(plan) && question.planStatus.includes(String(plan.status))
  )
  const patients = [...new Set(plans.flatMap((plan) => plan.subject?.reference ?? []))]
  const meetings = groupBy(await searchReferring(store, 'Appointment', 'actor', patients), actorsOf)
  const tasks = groupBy(
    (await searchReferring(store, 'Task', 'patient', patients)).filter(isOpenTask),
    (task) => [task.for?.reference ?? '']
  )
  const byReferent = groupBy(plans, (plan) => [
    ...new Set((plan.careTeam ?? []).flatMap(({ reference }) => led.get(reference ?? '') ?? []))
  ])
  return [...byReferent]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([referent, own]) => ({
      referent,
      followed: own.map((plan) => {
        const patient = plan.subject?.reference ?? ''
        return follow(
          plan,
          meetings.get(patient) ?? [],
          tasks.get(patient) ?? [],
          question,
          timeZone
        )
      })
    }))
}
