/** Parameters of interactions that are no search: history and the journal. Each at most once. */
import { FhirError } from '../fhir/fhir-error.ts'
import { decodeCursor } from '../search/cursor.ts'
import type { Context, FhirRequest } from './context.ts'

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

export const pageSize = (context: Context, text: string | undefined): number => {
  if (text === undefined) return context.limits.page
  if (!/^\d{1,9}$/.test(text)) {
    throw new FhirError(
      'invalid',
      `Found _count=${JSON.stringify(text)}, expected a whole number.`,
      { issue: 'value' }
    )
  }
  return Math.min(Number(text), context.limits.maxPage)
}

/** @returns position where the last page ended */
export const positionOf = (
  context: Context,
  cursor: string | undefined,
  query: string
): number | undefined => {
  if (cursor === undefined) return undefined
  const [position] = decodeCursor(context.cursorKey, cursor, {
    client: context.caller.client,
    query
  })
  return typeof position === 'number' ? position : undefined
}
