/**
 * The journal, read: who asked for what about whom. The store's own rule decides whose entries a
 * caller may see. https://profiles.ihe.net/ITI/BALP/
 */
import { toAuditEvent } from '../../audit/shape.ts'
import { dateReader } from '../../fhir/date.ts'
import { idIn } from '../../fhir/id.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis, ResourceId } from '../../fhir/resource.ts'
import type { AuditQuery } from '../../storage/store.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import type { Context, FhirResponse, Interaction } from '../../exchange/context.ts'
import { namedParameters } from '../../exchange/named-parameters.ts'
import { askedPage, pageLinks, pageParameters, positionAfter } from '../../exchange/pager.ts'
import { notFound } from '../../exchange/refusal.ts'

/** What a search of AuditEvent takes, for the CapabilityStatement too. */
export const auditParameters: readonly { readonly name: string; readonly type: string }[] = [
  { name: '_id', type: 'token' },
  { name: 'patient', type: 'reference' },
  { name: 'agent', type: 'reference' },
  { name: 'date', type: 'date' }
]

const encoder = new TextEncoder()
type Writable<T> = { -readonly [K in keyof T]: T[K] }

const wrong = (name: string, value: string, expected: string): FhirError =>
  new FhirError('invalid', `Found ${name}=${JSON.stringify(value)}, expected ${expected}.`, {
    issue: 'value'
  })

const idOf = (type: string, name: string, value: string): ResourceId => {
  const id = idIn(type, value)
  if (id === undefined) throw wrong(name, value, `${type}/[id]`)
  return id
}

type Bounds = { readonly from?: Millis; readonly to?: Millis }
/** Entries are instants, so each prefix is one or two bounds. */
const bounds: Readonly<Record<string, (lo: Millis, hi: Millis) => Bounds>> = {
  eq: (lo, hi) => ({ from: lo, to: hi }),
  ge: (lo) => ({ from: lo }),
  gt: (_, hi) => ({ from: hi }),
  sa: (_, hi) => ({ from: hi }),
  le: (_, hi) => ({ to: hi }),
  lt: (lo) => ({ to: lo }),
  eb: (lo) => ({ to: lo })
}

const dateBounds = (context: Context, value: string): Bounds => {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/s.exec(value) ?? []
  const found = dateReader(context.timeZone)(text)
  const make = bounds[prefix]
  if (found === undefined || make === undefined) {
    throw wrong(
      'date',
      value,
      `a date, with one of ${Object.keys(bounds).join(', ')} before it or nothing`
    )
  }
  return make(found.lo, found.hi)
}

const queryOf = (parameters: ReadonlyMap<string, string>): Partial<Writable<AuditQuery>> => {
  const query: Partial<Writable<AuditQuery>> = {}
  const [id, patient, agent] = ['_id', 'patient', 'agent'].map((name) => parameters.get(name))
  if (id !== undefined) query.id = idOf('AuditEvent', '_id', id)
  if (patient !== undefined) {
    const patients = patient.split(',').map((each) => idIn('Patient', each))
    if (patients.includes(undefined)) throw wrong('patient', patient, 'Patient/[id]')
    query.patients = patients.filter((each) => each !== undefined)
  }
  if (agent !== undefined) query.organization = idOf('Organization', 'agent', agent)
  return query
}

const known = ['_id', 'patient', 'agent', 'date', ...pageParameters]

/** Else the filter would tell whom the platform's own counts were about. */
const noPatients = (query: Partial<AuditQuery>): void => {
  if (query.patients !== undefined) {
    throw new FhirError(
      'forbidden',
      'Found the parameter patient from a platform client, which gets counts alone and no people; search by date or _id.'
    )
  }
}

export const searchAudit: Interaction = async (context, request) => {
  // The journal grows under every search; two bounds on `date` make a period.
  const dates = request.query
    .filter(([name]) => name === 'date')
    .map(([, value]) => dateBounds(context, value))
  const rest = { ...request, query: request.query.filter(([name]) => name !== 'date') }
  const parameters = namedParameters(rest, known, 'AuditEvent')
  const froms = dates.flatMap(({ from }) => from ?? [])
  const tos = dates.flatMap(({ to }) => to ?? [])
  const query = {
    ...queryOf(parameters),
    ...(froms.length > 0 && { from: Math.max(...froms) }),
    ...(tos.length > 0 && { to: Math.min(...tos) })
  }
  if (context.caller.rights.has('platform')) noPatients(query)
  const paged = {
    path: 'AuditEvent',
    used: request.query.filter(([name]) => known.includes(name)),
    query: `AuditEvent?${JSON.stringify(query)}`
  }
  const asked = askedPage(context, request)
  const before = positionAfter(context, asked, paged)
  const page = await context.store.audit({
    ...query,
    limit: asked.size,
    ...(before !== undefined && { before })
  })
  const next = page.next === undefined ? undefined : [page.next]
  const link = pageLinks(context, asked, paged, next)
  const json = bundleBytes(
    { type: 'searchset', total: page.total, link },
    page.entries.map((entry) => ({
      fullUrl: `${context.base}/AuditEvent/${entry.id}`,
      resource: encoder.encode(
        JSON.stringify(toAuditEvent(entry, context.caller, context.definitions.namesPatient))
      ),
      search: { mode: 'match' }
    }))
  )
  return { kind: 'bytes', status: 200, json }
}

export const readAudit = async (context: Context, id: ResourceId): Promise<FhirResponse> => {
  const {
    entries: [entry]
  } = await context.store.audit({ id, limit: 1 })
  if (entry === undefined) throw notFound({ type: 'AuditEvent', id })
  return {
    kind: 'resource',
    status: 200,
    resource: toAuditEvent(entry, context.caller, context.definitions.namesPatient)
  }
}
