/**
 * Records of one person: a search by one Patient also finds what stands on the person's other
 * records, as far as the caller sees those.
 */
import { ssinSystem } from '../../psi/canonical.ts'
import { parseReference } from '../../fhir/reference.ts'
import { isId } from '../../fhir/id.ts'
import { storedAs } from '../../fhir/elements.ts'
import type { Reference } from '../../fhir/resource.ts'
import type { Node } from '../../search/query.ts'
import type { Context, FhirRequest, Target } from '../../exchange/context.ts'

const mostPatients = 20

const patientIn = (base: string, isNamed: boolean, value: string): Reference | undefined => {
  if (isNamed && isId(value)) return { type: 'Patient', id: value }
  const found = value.includes('Patient/') ? parseReference(value, base) : undefined
  return found?.type === 'Patient' ? { type: 'Patient', id: found.id } : undefined
}

const patientsIn = (
  { base, definitions }: Context,
  { query }: FhirRequest,
  { type, compartment }: Target
): readonly Reference[] => {
  const named = query.flatMap(([name, value]) => {
    if (name.startsWith('_')) return []
    const isNamed = definitions.namesPatient(type, name)
    return value.split(',').flatMap((part) => patientIn(base, isNamed, part) ?? [])
  })
  const within = compartment?.type === 'Patient' ? [compartment] : []
  return [...new Map([...within, ...named].map((ref) => [ref.id, ref])).values()].slice(
    0,
    mostPatients
  )
}

const numbersIn = (json: Uint8Array): readonly string[] => {
  // Most records that are searched by have no such number, and then are not parsed.
  if (!Buffer.from(json.buffer, json.byteOffset, json.byteLength).includes(ssinSystem)) return []
  return (storedAs('Patient', json).identifier ?? []).flatMap(({ system, value }) =>
    system === ssinSystem ? (value ?? []) : []
  )
}

type PersonTargets = (target: string) => readonly string[]

/** @returns undefined when nobody in this search has more than one visible record */
export const findPersonTargets = async (
  context: Context,
  request: FhirRequest,
  target: Target
): Promise<PersonTargets | undefined> => {
  const patients = context.caller.scopes.allows('Patient', 'r')
    ? patientsIn(context, request, target)
    : []
  if (patients.length === 0) return undefined
  const records = new Map<string, readonly string[]>()
  const rows = await context.store.readAll(patients)
  for (const [i, { id }] of patients.entries()) {
    const row = rows[i]
    const numbers = row === undefined || row.deleted ? [] : numbersIn(row.json)
    if (numbers.length === 0) continue
    const nodes = numbers.map((code): Node => ({
      kind: 'word',
      parameter: 'Patient.identifier',
      system: ssinSystem,
      code
    }))
    const page = await context.store.search({
      type: 'Patient',
      where: { kind: 'or', nodes },
      sort: [],
      limit: context.limits.page,
      total: 'none'
    })
    if (page.rows.length > 1) {
      records.set(
        `Patient/${id}`,
        page.rows.map(({ ref }) => `Patient/${ref.id}`)
      )
    }
  }
  return records.size === 0 ? undefined : (each) => records.get(each) ?? [each]
}
