/** Parameters of interactions that are no search: history and the journal. Each at most once. */
import { FhirError } from '../fhir/fhir-error.ts'
import type { FhirRequest } from './context.ts'

const everywhere: readonly string[] = ['_format', '_pretty']

/** @throws FhirError invalid for an unknown parameter (strict) and for one that is there twice */
export const namedParameters = (
  { query, prefer }: FhirRequest,
  known: readonly string[],
  what: string
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [name, value] of query) {
    if (everywhere.includes(name)) continue
    if (found.has(name)) {
      throw new FhirError('invalid', `Found ${name} twice on ${what}, expected it at most once.`, {
        issue: 'value'
      })
    }
    if (known.includes(name)) found.set(name, value)
    else if (prefer.handling !== 'lenient') {
      throw new FhirError(
        'invalid',
        `Found the parameter ${JSON.stringify(name)} on ${what}, expected one of ${known.join(', ')}.`,
        { issue: 'not-supported' }
      )
    }
  }
  return found
}
