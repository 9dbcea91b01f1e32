/**
 * `$caseload` on PractitionerRole, Practitioner or Organization: who is followed, which plans are
 * due, which actions are late, who has not been met.
 * A platform client gets counts of today's active plans as Parameters, anybody else a searchset of
 * what they see anyway.
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { dateReader } from '../../fhir/date.ts'
import { storedResource, wholeResource } from '../../fhir/elements.ts'
import type { Millis, Reference, Resource } from '../../fhir/resource.ts'
import type {
  Context,
  FhirRequest,
  FhirResponse,
  Interaction,
  Target
} from '../../exchange/context.ts'
import { askedPage, pageOf } from '../../exchange/pager.ts'
import type { AskedPage } from '../../exchange/pager.ts'
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
  readonly page: AskedPage
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
    page: askedPage(context, request, 'cursor')
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

/** The people of a page, as far as the caller reads them. */
const patientsOf = async (
  { store }: Context,
  followed: readonly Followed[]
): Promise<readonly Resource[]> => {
  const refs = [...new Set(followed.map(({ patient }) => patient))]
    .filter((text) => text.startsWith('Patient/'))
    .map((text) => ({ type: 'Patient', id: text.slice('Patient/'.length) }) as Reference)
  return (await store.readAll(refs)).flatMap((row) =>
    row === undefined || row.deleted ? [] : [wholeResource(row.json)]
  )
}

const listResource = async (
  context: Context,
  caseloads: readonly Caseload[],
  { page }: Asked,
  request: FhirRequest
): Promise<Resource> => {
  const all = caseloads.flatMap(({ followed }) => followed)
  const chosen = request.query.filter(([name]) => choosing.includes(name))
  const paged = {
    path: request.path,
    used: request.query,
    query: `${request.path}?${JSON.stringify(chosen)}`
  }
  const { rows, link } = pageOf(context, page, paged, all)
  const entry =
    (mode: 'match' | 'include') =>
    (resource: Resource): Record<string, unknown> => ({
      fullUrl: `${context.base}/${resource.resourceType}/${resource.id ?? ''}`,
      resource,
      search: { mode }
    })
  const around = rows.flatMap(({ nextAppointment, tasks }): readonly Resource[] =>
    nextAppointment === undefined ? tasks : [nextAppointment, ...tasks]
  )
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link,
    entry: [
      ...rows.map(({ plan }) => plan).map(entry('match')),
      ...(await patientsOf(context, rows)).map(entry('include')),
      ...around.map(entry('include')),
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
    const own = storedResource(stored.json)
    const caseloads = (await gather(context, ref, own, asked)).map((caseload) => ({
      ...caseload,
      followed: caseload.followed.filter(inDue(asked))
    }))
    if (counts) return { kind: 'resource', status: 200, resource: countsResource(caseloads, true) }
    return {
      kind: 'resource',
      status: 200,
      resource: await listResource(context, caseloads, asked, request)
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
