/**
 * A search parameter that this server does not know: an error or a warning, as the client prefers,
 * and in both cases a help.
 */
import type { Definitions } from '../definitions/definitions.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { nearest } from '../fhir/nearest.ts'
import { everyParameterOf } from './parameters/own.ts'

export interface Unknown {
  readonly kind: 'unknown'
  readonly diagnostics: string
}
interface Known {
  readonly definitions: Pick<Definitions, 'searchParameters'>
  readonly beside: readonly string[]
}

export const unknownParameter = (
  { definitions, beside }: Known,
  type: ResourceType,
  code: string
): Unknown => {
  const supported = [
    ...new Set([
      '_has',
      ...everyParameterOf(definitions, type).map((parameter) => parameter.code),
      ...beside
    ])
  ].sort()
  const guess = nearest(code, supported)
  return {
    kind: 'unknown',
    diagnostics: `Unknown search parameter ${JSON.stringify(code)} for ${type}.${guess === undefined ? '' : ` Did you mean ${guess}?`} Supported: ${supported.join(', ')}.`
  }
}
