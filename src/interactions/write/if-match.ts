/** Version-aware updates. https://hl7.org/fhir/R4/http.html#concurrency */
import { FhirError } from '../../fhir/fhir-error.ts'
import { factsOfType } from '../../fhir/type-groups.ts'
import type { Stored } from '../../storage/store.ts'
import type { FhirRequest } from '../../exchange/context.ts'

/** A criteria URL (`byId` false) and entries of a Bundle name no version. */
export const checkIfMatch = (request: FhirRequest, current: Stored, byId: boolean): void => {
  const { type, id } = current.ref
  if (request.ifMatch === undefined) {
    if (!byId || request.inBundle === true || factsOfType(type).versioned !== true) return
    throw new FhirError(
      'invalid',
      `Found no If-Match, expected one on every change of a ${type}; read ${type}/${id} and send its ETag as If-Match.`,
      { issue: 'required' }
    )
  }
  if (request.ifMatch !== current.version) {
    throw new FhirError(
      'precondition-failed',
      `Found If-Match W/"${request.ifMatch}", which is not the current version of ${type}/${id}; read it again and repeat the change.`
    )
  }
}
