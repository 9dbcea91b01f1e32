/**
 * `_include` and `_revinclude`, once or round after round (`:iterate`), within bounds.
 * https://hl7.org/fhir/R4/search.html#include
 */
import type { Issue } from '../../fhir/fhir-error.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Include } from '../../search/query.ts'
import type { Stored } from '../../storage/store.ts'
import type { Context } from '../../exchange/context.ts'
import { covers } from '../../exchange/scope.ts'

export interface Included {
  readonly rows: readonly Stored[]
  readonly issues: readonly Issue[]
}

const starts = ({ direction, sourceType, targetType }: Include, { ref }: Stored): boolean =>
  direction === 'forward'
    ? ref.type === sourceType
    : targetType === undefined || ref.type === targetType

export const gatherIncludes = async (
  context: Context,
  includes: readonly Include[],
  matches: readonly Stored[]
): Promise<Included> => {
  const { caller, store, limits } = context
  const known = new Set(matches.map(({ ref }) => formatReference(ref)))
  const rows: Stored[] = []
  let complete = true

  const look = async (include: Include, sources: readonly Stored[]): Promise<readonly Stored[]> => {
    const from = sources.filter((source) => starts(include, source)).map(({ ref }) => ref)
    // One more than fits tells whether something was left out; what is known already comes again.
    return from.length === 0
      ? []
      : await store.include(include, from, limits.includes - rows.length + known.size + 1)
  }

  const add = (found: readonly Stored[]): readonly Stored[] => {
    const room = limits.includes - rows.length
    const fresh = found.filter(
      ({ ref }) => !known.has(formatReference(ref)) && covers(caller, ref.type, 's')
    )
    if (fresh.length > room) complete = false
    const added = fresh.slice(0, room)
    for (const row of added) known.add(formatReference(row.ref))
    rows.push(...added)
    return added
  }

  let latest: readonly Stored[] = matches
  for (let round = 0; round <= limits.includeRounds && latest.length > 0; round++) {
    const sources = latest
    const found = await Promise.all(
      includes
        .filter(({ iterate }) => round === 0 || iterate)
        .map(async (include) => await look(include, sources))
    )
    latest = found.flatMap(add)
    if (!includes.some(({ iterate }) => iterate)) latest = []
  }
  if (latest.length > 0) complete = false
  return { rows, issues: complete ? [] : [incomplete(limits.includes)] }
}

const incomplete = (most: number): Issue => ({
  severity: 'warning',
  code: 'incomplete',
  diagnostics: `Not everything that was asked to be included is on this page (at most ${most} resources, some rounds of :iterate); ask for fewer matches per page with _count, or search for the rest.`
})
