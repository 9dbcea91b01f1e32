/**
 * A store and its shadow: the same commits again, with only the versions that one caller sees.
 * Grants, guards and the journal stay whole.
 */
import { callerKeys, exclusionKeys } from '../../../src/access/who/keys.ts'
import type { Caller } from '../../../src/auth/caller.ts'
import { formatReference } from '../../../src/fhir/reference.ts'
import type { Millis, ResourceType, VersionId } from '../../../src/fhir/resource.ts'
import type { AclFilter, Batch, Put, Store } from '../../../src/storage/store.ts'

/** Writes down every batch that was committed. */
export const recording = (
  store: Store
): { readonly store: Store; readonly batches: readonly Batch[] } => {
  const batches: Batch[] = []
  return {
    batches,
    store: {
      ...store,
      commit: async (batch) => {
        await store.commit(batch)
        batches.push(structuredClone(batch))
      }
    }
  }
}

const filterOf = (caller: Caller, now: Millis): AclFilter => ({
  kind: 'keys',
  keys: callerKeys(caller, 'read'),
  denied: exclusionKeys(caller, 'read'),
  now
})

/**
 * Consents and what they name: a write of the caller may make the server read them, whether the
 * caller sees them or not.
 */
const deciding: ReadonlySet<ResourceType> = new Set<ResourceType>([
  'Consent',
  'CareTeam',
  'PractitionerRole',
  'Practitioner',
  'Organization'
])

export interface Shadow {
  /** Versions left out. */
  readonly hidden: number
  readonly kept: number
}

const keyOf = ({ ref, version }: Pick<Put['stored'], 'ref' | 'version'>): string =>
  `${formatReference(ref)}/${version}`

const firstKept = (
  batches: readonly Batch[],
  kept: ReadonlySet<string>
): ReadonlyMap<string, Put> => {
  const found = new Map<string, Put>()
  for (const put of batches.flatMap(({ puts }) => puts)) {
    const name = formatReference(put.stored.ref)
    if (kept.has(keyOf(put.stored)) && !found.has(name)) found.set(name, put)
  }
  return found
}

/**
 * Results without a sort stand in order of creation, and a resource keeps its place there when its
 * first versions get hidden: its first visible one takes it.
 */
const inPlace = (
  put: Put,
  first: ReadonlyMap<string, Put>,
  kept: ReadonlySet<string>,
  current: ReadonlyMap<string, VersionId>
): readonly Put[] => {
  const name = formatReference(put.stored.ref)
  const start = first.get(name)
  if (start !== undefined && !current.has(name)) return [start]
  return kept.has(keyOf(put.stored)) && put.stored.version !== start?.stored.version ? [put] : []
}

/**
 * @param decisions keep what decides, invisible as it is, so that writes which compile grants can
 * be compared too
 */
export const shadow = async (
  full: Store,
  batches: readonly Batch[],
  into: Store,
  caller: Caller,
  now: Millis,
  decisions: boolean
): Promise<Shadow> => {
  const acl = filterOf(caller, now)
  const kept = new Set<string>()
  let hidden = 0
  for (const { stored } of batches.flatMap(({ puts }) => puts)) {
    const visible = (await full.readVersion(stored.ref, stored.version, acl)) !== undefined
    if (visible || (decisions && deciding.has(stored.ref.type))) kept.add(keyOf(stored))
    else hidden++
  }
  const current = new Map<string, VersionId>()
  const first = firstKept(batches, kept)
  for (const batch of batches) {
    const puts = batch.puts
      .flatMap((put) => inPlace(put, first, kept, current))
      .map(({ replaces: _replaces, ...put }): Put => {
        const before = current.get(formatReference(put.stored.ref))
        current.set(formatReference(put.stored.ref), put.stored.version)
        return before === undefined ? put : { ...put, replaces: before }
      })
    const guards = batch.expectations
      .filter(({ bump }) => bump)
      .map(({ name }) => ({ name, bump: true }))
    await into.commit({
      ...batch,
      expectations: guards,
      puts,
      restamps: batch.restamps.filter((restamp) => kept.has(keyOf(restamp)))
    })
  }
  return { hidden, kept: kept.size }
}
