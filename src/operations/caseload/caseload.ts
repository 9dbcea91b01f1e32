/**
 * `$caseload` on PractitionerRole, Practitioner or Organization: who is followed, which plans are
 * due, which actions are late, who has not been met.
 * A platform client gets counts of today's active plans as Parameters, anybody else a searchset of
 * what they see anyway.
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { dateReader } from '../../fhir/date.ts'
import type { Millis, Reference, Resource } from '../../fhir/resource.ts'
import type {
  Context,
  FhirRequest,
  FhirResponse,
  Interaction,
  Target
} from '../../exchange/context.ts'
import { psiCanonical } from '../../psi/canonical.ts'
import type { Operation } from '../operation.ts'
import { countParts, countsOf } from './counts.ts'
import { gather } from './gather.ts'
import type { Caseload, Followed, Question } from './gather.ts'

const parameters = ['date', 'organization', 'planStatus', 'reviewDue', '_count', 'cursor'] as const
const values = (request: FhirRequest, name: string): readonly string[] =>
  request.query.filter(([key]) => key === name).map(([, value]) => value)

const refuse = (name: string, found: string, expected: string): FhirError =>
  new FhirError('invalid', `Found ${name}=${found}, expected ${expected}.`, { issue: 'value' })

const day = (
  name: string,
  text: string,
  zone: string
): { readonly lo: Millis; readonly hi: Millis } => {
  const found = dateReader(zone)(text)
  if (found === undefined) throw refuse(name, text, 'a date such as 2026-11-22')
  return found
}

/** `start..end`, either side open: an R4 Period has no form of its own in a URL. */
const period = (text: string, zone: string): readonly [Millis, Millis] => {
  const [start, end, ...more] = text.split('..')
  if (start === undefined || end === undefined || more.length > 0) {
    throw refuse('reviewDue', text, 'start..end, e.g. 2026-11-01..2026-12-01')
  }
  return [
    start === '' ? -Infinity : day('reviewDue', start, zone).lo,
    end === '' ? Infinity : day('reviewDue', end, zone).hi
  ]
}

interface Asked extends Question {
  readonly due: readonly [Millis, Millis] | undefined
  readonly count: number
  readonly cursor: number
}

const wholeNumber = (name: string, text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback
  if (!/^\d{1,4}$/.test(text)) throw refuse(name, text, 'a whole number up to 9999')
  return Number(text)
}

const ask = (request: FhirRequest, context: Context, meetingMonths: number): Asked => {
  const unknown = request.query.find(
    ([name]) => !(parameters as readonly string[]).includes(name) && name !== '_format'
  )
  if (unknown !== undefined) {
    throw new FhirError(
      'invalid',
      `Found parameter ${unknown[0]}, expected one of ${parameters.join(', ')}.`,
      { issue: 'not-supported' }
    )
  }
  const [date] = values(request, 'date')
  const status = values(request, 'planStatus').flatMap((text) => text.split(','))
  const [due] = values(request, 'reviewDue')
  return {
    at:
      date === undefined
        ? context.now
        : Math.min(
            day('date', date, context.timeZone).hi - 1,
            Math.max(context.now, day('date', date, context.timeZone).lo)
          ),
    planStatus: status.length === 0 ? ['active'] : status,
    organizations: values(request, 'organization')
      .flatMap((text) => text.split(','))
      .map((text) => (text.startsWith('Organization/') ? text : `Organization/${text}`)),
    meetingMonths,
    due: due === undefined ? undefined : period(due, context.timeZone),
    count: wholeNumber('_count', values(request, '_count')[0], 100),
    cursor: wholeNumber('cursor', values(request, 'cursor')[0], 0)
  }
}

/** They choose whom a count is of: two counts that differ by one plan tell about one person. */
const choosing: readonly string[] = [
  'date',
  'organization',
  'planStatus',
  'reviewDue'
] satisfies readonly (typeof parameters)[number][]

/** Decided from the request line, before anything is read. */
const noChoice = ({ query }: FhirRequest): void => {
  const found = query.find(([name]) => choosing.includes(name))?.[0]
  if (found !== undefined) {
    throw new FhirError(
      'forbidden',
      `Found the parameter ${found} from a platform client, expected none of ${choosing.join(', ')}: counts of chosen plans, compared with each other, would tell about single people. Leave it out, and get the counts of today's active plans.`
    )
  }
}

const inDue =
  ({ due }: Asked) =>
  ({ review }: Followed): boolean =>
    due === undefined || (review !== undefined && review > due[0] && review <= due[1])

const countsResource = (caseloads: readonly Caseload[], suppress: boolean): Resource => ({
  resourceType: 'Parameters',
  // FHIR has no empty arrays
  ...(caseloads.length === 0
    ? {}
    : {
        parameter: caseloads.map((caseload) => ({
          name: 'referent',
          part: [
            { name: 'referent', valueReference: { reference: caseload.referent } },
            ...countParts(countsOf(caseload), suppress)
          ]
        }))
      })
})

const listResource = async (
  context: Context,
  caseloads: readonly Caseload[],
  asked: Asked,
  self: string
): Promise<Resource> => {
  const all = caseloads.flatMap(({ followed }) => followed)
  const page = all.slice(asked.cursor, asked.cursor + asked.count)
  const patients = await context.store.readAll(
    [...new Set(page.map(({ patient }) => patient))]
      .filter((text) => text.startsWith('Patient/'))
      .map((text) => ({ type: 'Patient', id: text.slice('Patient/'.length) }) as Reference)
  )
  const entry = (resource: Resource, mode: 'match' | 'include'): Record<string, unknown> => ({
    fullUrl: `${context.base}/${resource.resourceType}/${resource.id ?? ''}`,
    resource,
    search: { mode }
  })
  const decoder = new TextDecoder()
  const next =
    asked.cursor + asked.count < all.length
      ? [
          {
            relation: 'next',
            url: `${self}${self.includes('?') ? '&' : '?'}cursor=${String(asked.cursor + asked.count)}`
          }
        ]
      : []
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link: [{ relation: 'self', url: self }, ...next],
    entry: [
      ...page.map(({ plan }) => entry(plan, 'match')),
      ...patients.flatMap((row) =>
        row === undefined || row.deleted
          ? []
          : [entry(JSON.parse(decoder.decode(row.json)) as Resource, 'include')]
      ),
      ...page.flatMap(({ nextAppointment, tasks }) =>
        [...(nextAppointment === undefined ? [] : [nextAppointment]), ...tasks].map((resource) =>
          entry(resource, 'include')
        )
      ),
      { resource: countsResource(caseloads, false), search: { mode: 'include' } }
    ]
  }
}

const run =
  (meetingMonths: number): Interaction =>
  async (context: Context, request: FhirRequest, target: Target): Promise<FhirResponse> => {
    const ref = { type: target.type, id: target.id } as Reference
    const counts = context.caller.rights.has('platform')
    if (counts) noChoice(request)
    const asked = ask(request, context, meetingMonths)
    const stored = await context.store.read(ref)
    if (stored === undefined || stored.deleted) {
      throw new FhirError('not-found', `Found no ${ref.type}/${ref.id}.`)
    }
    const own = JSON.parse(new TextDecoder().decode(stored.json)) as Resource
    const caseloads = (await gather(context, ref, own, asked)).map((caseload) => ({
      ...caseload,
      followed: caseload.followed.filter(inDue(asked))
    }))
    if (counts) return { kind: 'resource', status: 200, resource: countsResource(caseloads, true) }
    const query = request.query
      .filter(([name]) => name !== 'cursor')
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&')
    return {
      kind: 'resource',
      status: 200,
      resource: await listResource(
        context,
        caseloads,
        asked,
        `${context.base}/${request.path}${query === '' ? '' : `?${query}`}`
      )
    }
  }

/**
 * @param meetingMonths after how many months without a meeting a user is counted (three in the
 * module's example)
 */
export const caseload = (meetingMonths: number): Operation => ({
  name: '$caseload',
  level: 'instance',
  types: ['PractitionerRole', 'Practitioner', 'Organization'],
  method: 'GET',
  scope: [
    ['CarePlan', 's'],
    ['CareTeam', 's'],
    ['PractitionerRole', 's'],
    ['Appointment', 's'],
    ['Patient', 'r']
  ],
  definition: `${psiCanonical}/OperationDefinition/caseload`,
  run: run(meetingMonths)
})
