/** A hospital with a patient and a plan, and organisations that it has not opened them to. */
import { FhirError } from '../../../src/fhir/fhir-error.ts'
import type { Reference, Resource } from '../../../src/fhir/resource.ts'
import { openNaiveStore } from '../../storage/naive/open.ts'
import { createWorld, goal, psiPlan } from '../world.ts'
import type { As, World } from '../world.ts'

export const day = 86_400_000
const start = Date.parse('2026-11-22T12:00:00Z')
export const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
export const centre: As = { organization: 'centre' }
export const other: As = { organization: 'other' }
export const directory: As = { organization: 'network', rights: ['directory', 'operator'] }

interface Setting extends World {
  patient: Reference
  plan: Reference
  aim: Reference
  sees: (who: As, ref: Reference) => Promise<boolean>
  later: (ms: number) => void
}

export const setting = async (): Promise<Setting> => {
  let now = start
  const world = createWorld(await openNaiveStore({ now: () => now }), () => now)
  for (const id of ['hospital', 'centre', 'other', 'network']) {
    await world.put(directory, { resourceType: 'Organization', id, name: id })
  }
  const patient = await world.put(hospital, { resourceType: 'Patient', name: [{ family: 'X' }] })
  const aim = await world.put(hospital, goal(patient))
  const plan = await world.put(
    hospital,
    psiPlan(patient, { goal: [{ reference: `Goal/${aim.id}` }] })
  )
  return {
    ...world,
    patient,
    plan,
    aim,
    sees: async (who, ref) => (await world.as(who).read(ref)) !== undefined,
    later: (ms) => {
      now += ms
    }
  }
}

export const update = async (
  world: World,
  who: As,
  ref: Reference,
  change: (resource: Resource) => Resource,
  more: object = {}
) => {
  const stored = await world.as(who).read(ref)
  const resource = change(JSON.parse(new TextDecoder().decode(stored?.json)) as Resource)
  return await world.as(who).write([{ kind: 'update', ref, resource, method: 'PUT', ...more }])
}
export const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'allowed'
  } catch (error) {
    return error instanceof FhirError ? error.code : String(error)
  }
}
