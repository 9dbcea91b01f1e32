/**
 * `$explain`: an operator asks why a request, named by its X-Request-Id or its AuditEvent, saw what
 * it saw. The caller itself only ever gets the uniform answer.
 */
import { idIn } from '../fhir/id.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import { psiCanonical } from '../psi/canonical.ts'
import type { ResourceId } from '../fhir/resource.ts'
import type { Explained, Explanation, Wanted } from '../access/decision/explain.ts'
import type { FhirRequest } from '../exchange/context.ts'
import type { Operation } from './operation.ts'

type Step = Explanation['patients'][number]['steps'][number]

const stepPart = ({ name, holds, reason }: Step): Record<string, unknown> => ({
  name,
  part: [
    { name: 'holds', valueBoolean: holds },
    { name: 'reason', valueString: reason }
  ]
})

const patientPart = ({
  patient,
  steps,
  custodian,
  visible,
  remedy
}: Explanation['patients'][number]): Record<string, unknown> => ({
  name: 'patient',
  part: [
    { name: 'patient', valueReference: { reference: `Patient/${patient}` } },
    { name: 'visible', valueBoolean: visible },
    { name: 'custodian', valueBoolean: custodian },
    ...steps.map(stepPart),
    ...(remedy === undefined ? [] : [{ name: 'remedy', valueString: remedy }])
  ]
})

const explanationPart = (found: Explanation): Record<string, unknown> => ({
  name: 'explanation',
  part: [
    { name: 'event', valueReference: { reference: `AuditEvent/${found.event}` } },
    { name: 'request', valueString: found.request },
    { name: 'at', valueInstant: new Date(found.at).toISOString() },
    // FHIR has no empty strings
    { name: 'path', valueString: found.path === '' ? '/' : found.path },
    { name: 'status', valueInteger: found.status },
    ...(found.client === undefined ? [] : [{ name: 'client', valueString: found.client }]),
    ...(found.organization === undefined
      ? []
      : [{ name: 'organization', valueReference: { reference: found.organization } }]),
    ...(found.one === undefined
      ? []
      : [{ name: 'visible', valueBoolean: found.one.visible }, stepPart(found.one.step)]),
    ...found.patients.map(patientPart)
  ]
})

const idOf = (type: string, name: string, text: string | undefined): ResourceId | undefined => {
  if (text === undefined || text === '') return undefined
  const id = idIn(type, text)
  if (id === undefined) {
    throw new FhirError(
      'invalid',
      `Found ${name}=${JSON.stringify(text)}, expected ${type}/[id].`,
      { issue: 'value' }
    )
  }
  return id
}

/** @throws FhirError invalid */
const wantedBy = ({ query }: FhirRequest): Wanted => {
  const value = (name: string): string | undefined => query.find(([key]) => key === name)?.[1]
  const request = value('request') === '' ? undefined : value('request')
  const event = idOf('AuditEvent', 'event', value('event'))
  const organization = idOf('Organization', 'organization', value('organization'))
  if (request === undefined && event === undefined) {
    throw new FhirError(
      'invalid',
      'Found no parameter request and no event, expected the X-Request-Id of the answer to explain, or its AuditEvent/[id].',
      { issue: 'required' }
    )
  }
  return {
    ...(request !== undefined && { request }),
    ...(event !== undefined && { event }),
    ...(organization !== undefined && { organization })
  }
}

export const explain = (explainRequests: (wanted: Wanted) => Promise<Explained>): Operation => ({
  name: '$explain',
  level: 'system',
  types: [],
  method: 'GET',
  scope: [['AuditEvent', 's']],
  definition: `${psiCanonical}/OperationDefinition/explain`,
  run: async ({ caller }, request) => {
    if (!caller.rights.has('operator')) {
      throw new FhirError(
        'forbidden',
        'Found a client without the right operator, which $explain needs.'
      )
    }
    const { explanations, total } = await explainRequests(wantedBy(request))
    if (explanations.length === 0) {
      throw new FhirError('not-found', 'Found no such request in the journal; check the id.')
    }
    return {
      kind: 'resource',
      status: 200,
      resource: {
        resourceType: 'Parameters',
        parameter: [{ name: 'total', valueInteger: total }, ...explanations.map(explanationPart)]
      }
    }
  }
})
