/**
 * POST of a Bundle to the base: batch or transaction. https://hl7.org/fhir/R4/http.html#transaction
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { batch } from './batch.ts'
import { entriesOf } from './bundle-entries.ts'
import type { Interaction } from '../../exchange/context.ts'
import { resourceOf } from '../write/resource-body.ts'
import { transaction } from './transaction.ts'

export const bundle: Interaction = async (context, request) => {
  const body = resourceOf(request.body, 'Bundle')
  const { type } = body
  if (type !== 'batch' && type !== 'transaction') {
    throw new FhirError('invalid', [
      {
        severity: 'error',
        code: 'value',
        expression: 'Bundle.type',
        diagnostics: `Found a Bundle of type ${JSON.stringify(type) ?? '(none)'}, expected batch or transaction; to store the Bundle itself, POST it to /Bundle.`
      }
    ])
  }
  if (type === 'batch' && request.idempotency !== undefined) {
    throw new FhirError(
      'invalid',
      'Found an Idempotency-Key on a batch, whose entries succeed or fail one by one; use If-None-Exist in its entries, or a transaction.',
      { issue: 'not-supported' }
    )
  }
  const entries = entriesOf(context, body)
  return type === 'batch'
    ? await batch(context, entries, request.prefer)
    : await transaction(context, entries, request)
}
