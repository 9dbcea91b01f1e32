/**
 * A Provenance is seen where all its targets are: when what is known of a target changes, so does
 * who sees what is told of it.
 */
import { isDeepStrictEqual } from 'node:util'
import { resourceAs } from '../../fhir/elements.ts'
import type { Reference, Resource } from '../../fhir/resource.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type { Expectation, Put, Store, Stored } from '../../storage/store.ts'
import { counter } from '../counters.ts'
import { envelopeOf, followsTargets } from '../decision/envelope.ts'
import { referring } from '../decision/grants.ts'
import { system } from '../who/system.ts'
import type { Linked } from './links.ts'
import { literalReferences } from './references.ts'

/**
 * Counter of what is known of a resource: told of and changed at the same time, one of the two
 * decides again.
 */
const factsCounter = (ref: Reference): string => counter('facts', formatReference(ref))

export const targetsOf = (resource: Resource): readonly Reference[] =>
  literalReferences({
    resourceType: resource.resourceType,
    target: resourceAs('Provenance', resource).target
  }).map(({ ref }) => ref)

/** To be read before the facts are. */
export const expectedFacts = async (
  store: Store,
  refs: readonly Reference[]
): Promise<readonly Expectation[]> => {
  const names = [...new Set(refs.map(factsCounter))]
  const counters = names.length === 0 ? [] : await store.counters(names)
  return names.map((name, i) => ({ name, expect: counters[i] ?? 0, bump: true }))
}

export interface Replaced {
  readonly put: Put
  readonly before: Stored | undefined
}

const movesFacts = ({ put, before }: Replaced): boolean =>
  before !== undefined &&
  !followsTargets(put.stored.ref.type) &&
  !isDeepStrictEqual(before.envelope.facts, put.stored.envelope.facts)

interface Told {
  readonly ref: Reference
  readonly resource: Resource
}

const toldOf = async (
  store: Store,
  moved: readonly Reference[],
  puts: readonly Put[],
  inBatch: ReadonlyMap<string, Stored>
): Promise<readonly Told[]> =>
  (await referring(store, 'Provenance', ['target'], moved.map(formatReference), puts)).flatMap(
    (resource) => {
      const ref = parseReference(`Provenance/${resource.id ?? ''}`)
      return ref === undefined || inBatch.has(formatReference(ref)) ? [] : [{ ref, resource }]
    }
  )

const readByName = async (
  store: Store,
  refs: readonly Reference[]
): Promise<ReadonlyMap<string, Stored>> => {
  const unique = [...new Map(refs.map((ref) => [formatReference(ref), ref])).values()]
  const rows = unique.length === 0 ? [] : await store.read(unique, system)
  return new Map(
    rows.flatMap((row) => (row === undefined ? [] : [[formatReference(row.ref), row] as const]))
  )
}

/**
 * @returns current Provenances outside the batch whose targets the batch changes, with what is now
 * known of them
 */
export const followers = async (
  store: Store,
  replaced: readonly Replaced[],
  zone: string
): Promise<{
  readonly linked: readonly Linked[]
  readonly expectations: readonly Expectation[]
}> => {
  const moved = replaced.filter(movesFacts).map(({ put }) => put.stored.ref)
  if (moved.length === 0) return { linked: [], expectations: [] }
  const expectations = await expectedFacts(store, moved)
  const puts = replaced.map(({ put }) => put)
  const inBatch = new Map(puts.map(({ stored }) => [formatReference(stored.ref), stored]))
  const told = await toldOf(store, moved, puts, inBatch)
  // Another of their targets may move at the same time: that one raises these counters as well.
  const own = await expectedFacts(
    store,
    told.map(({ ref }) => ref)
  )
  const known = await readByName(
    store,
    told.flatMap(({ ref, resource }) => [ref, ...targetsOf(resource)])
  )
  const linked = told.flatMap(({ ref, resource }, i): readonly Linked[] => {
    const row = known.get(formatReference(ref))
    const expectation = own[i]
    if (row === undefined || expectation === undefined) return []
    const targets = targetsOf(resource).map(
      (target) =>
        (inBatch.get(formatReference(target)) ?? known.get(formatReference(target)))?.envelope
    )
    const { custodian } = row.envelope
    const envelope = envelopeOf({ resource, ref, zone, custodian, targets })
    return [{ ref, version: row.version, envelope, expectation }]
  })
  return { linked, expectations }
}
