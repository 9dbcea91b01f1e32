/** `$explain`: an operator asks why a request, named by its X-Request-Id, saw what it saw. The caller itself only ever gets the uniform answer. */
import { FhirError } from '../fhir/fhir-error.ts'
import { psiCanonical } from '../fhir/canonical.ts'
import type { Explanation, Step } from '../access/explain.ts'
import type { Operation } from './operation.ts'

const stepPart = ({ name, holds, reason }: Step): Record<string, unknown> => ({ name, part: [{ name: 'holds', valueBoolean: holds }, { name: 'reason', valueString: reason }] })

const patientPart = ({ patient, steps, custodian, visible, remedy }: Explanation['patients'][number]): Record<string, unknown> => ({
  name: 'patient',
  part: [
    { name: 'patient', valueReference: { reference: `Patient/${patient}` } },
    { name: 'visible', valueBoolean: visible },
    { name: 'custodian', valueBoolean: custodian },
    ...steps.map(stepPart),
    ...(remedy === undefined ? [] : [{ name: 'remedy', valueString: remedy }])
  ]
})

export const explain = (explainRequest: (request: string) => Promise<Explanation | undefined>): Operation => ({
  name: '$explain',
  level: 'system',
  types: [],
  method: 'GET',
  scope: [['AuditEvent', 's']],
  definition: `${psiCanonical}/OperationDefinition/explain`,
  run: async ({ caller }, { query }) => {
    if (!caller.rights.has('operator')) throw new FhirError('forbidden', 'Found a client without the right operator, which $explain needs.')
    const request = query.find(([name]) => name === 'request')?.[1]
    if (request === undefined || request === '') throw new FhirError('invalid', 'Found no parameter request, expected the X-Request-Id of the answer to explain.', { issue: 'required' })
    const found = await explainRequest(request)
    if (found === undefined) throw new FhirError('not-found', 'Found no request with this id in the journal.')
    return {
      kind: 'resource',
      status: 200,
      resource: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'request', valueString: found.request },
          { name: 'at', valueInstant: new Date(found.at).toISOString() },
          { name: 'path', valueString: found.path },
          { name: 'status', valueInteger: found.status },
          ...(found.client === undefined ? [] : [{ name: 'client', valueString: found.client }]),
          ...(found.organization === undefined ? [] : [{ name: 'organization', valueReference: { reference: found.organization } }]),
          ...found.patients.map(patientPart)
        ]
      }
    }
  }
})
