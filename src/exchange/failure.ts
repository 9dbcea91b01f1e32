/**
 * Whatever was thrown, as an error of this server's vocabulary. What nobody foresaw tells the
 * caller nothing.
 */
import { FhirError } from '../fhir/fhir-error.ts'
import { StoreConflict, StoreUnavailable } from '../storage/store.ts'

const conflict = (error: StoreConflict): FhirError =>
  error.reason === 'counter'
    ? new FhirError(
        'unavailable',
        'Found a concurrent change of the same data; send the request again.',
        { cause: error, issue: 'lock-error' }
      )
    : new FhirError(
        'conflict',
        'Found a concurrent change of the same resource; read it again and repeat the change.',
        { cause: error }
      )

const unavailable = (error: StoreUnavailable): FhirError =>
  error.full
    ? new FhirError(
        'storage-full',
        'The server has no room to store this; nothing was changed. Try again once its operator has made room.',
        { cause: error }
      )
    : new FhirError(
        'unavailable',
        'The server cannot reach its data at the moment; nothing is known to be lost. Send the request again.',
        { cause: error }
      )

export const asFhirError = (error: unknown): FhirError => {
  if (error instanceof FhirError) return error
  if (error instanceof StoreConflict) return conflict(error)
  if (error instanceof StoreUnavailable) return unavailable(error)
  return new FhirError(
    'internal',
    'The server failed on this request; its log has the reason under the X-Request-Id of this answer.',
    { cause: error }
  )
}
