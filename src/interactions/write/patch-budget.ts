/**
 * How much one JSON Patch may copy, add and move: copies of copies double, so their number bounds
 * nothing. https://www.rfc-editor.org/rfc/rfc6902
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { maxDepth } from '../../fhir/json.ts'

/** Bytes of its JSON, never more than it has: what a PUT could say, a patch may too. */
const sizeOf = (value: unknown): number =>
  typeof value === 'string' ? value.length + 3 : typeof value === 'object' ? 3 : 2

export interface PatchBudget {
  /**
   * Pays for a value that an operation puts `depth` levels deep.
   * @throws FhirError too-large; invalid: nested deeper than the JSON reader would take
   */
  readonly spend: (value: unknown, depth: number, what: string) => void
}

/** @param most bytes of all values together */
export const createPatchBudget = (most: number): PatchBudget => {
  let left = most

  const walk = (value: unknown, depth: number, what: string): void => {
    left -= sizeOf(value)
    if (left < 0) {
      throw new FhirError(
        'too-large',
        `Found more than ${most} bytes of values up to ${what}, expected at most that in one JSON Patch; send several patches, or PUT the resource.`
      )
    }
    if (typeof value !== 'object' || value === null) return
    if (depth >= maxDepth) {
      throw new FhirError(
        'invalid',
        `Found elements nested more than ${maxDepth} levels deep after ${what}, expected at most that; flatten them.`,
        { issue: 'structure' }
      )
    }
    for (const name in value) {
      if (!Array.isArray(value)) left -= name.length + 3
      walk((value as Record<string, unknown>)[name], depth + 1, what)
    }
  }

  return { spend: walk }
}
