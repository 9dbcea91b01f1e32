/** A value that cannot be read: 400, quoting the request alone. */
import { FhirError } from '../../fhir/fhir-error.ts'

export const malformed = (code: string, found: string, expected: string): FhirError =>
  new FhirError(
    'invalid',
    `Search parameter ${code}: cannot read ${JSON.stringify(found)}; expected ${expected}.`,
    { issue: 'value' }
  )
