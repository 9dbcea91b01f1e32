/**
 * What this process may search by: its parameters for which the index is complete. Looks into the
 * store again and again, since other processes work on it too.
 */
import type { Millis } from '../fhir/resource.ts'
import type { ParameterKey } from '../search/query.ts'
import type { Store } from '../storage/store.ts'
import { changeTables } from './index-tables.ts'
import type { Tables } from './index-tables.ts'

export interface IndexState {
  /** Parameters that no query may use yet. A new set each time that it changes. */
  readonly unindexed: () => ReadonlySet<ParameterKey>
  /** Compares the tables of this process with the record of the store. */
  readonly look: () => Promise<void>
}

export interface IndexStateDeps {
  readonly store: Store
  /** What this process indexes by. */
  readonly tables: Tables
  readonly newId: () => string
  readonly clock: () => Millis
}

const none: ReadonlySet<ParameterKey> = new Set()

export const createIndexState = ({ store, tables, newId }: IndexStateDeps): IndexState => {
  let unindexed = none

  /** An empty store is complete for whatever its first writer indexes. */
  const begin = async (): Promise<Tables | undefined> =>
    (await store.count()).size === 0 ? tables : undefined

  const look = async (): Promise<void> => {
    let complete: Tables = new Map()
    await changeTables(store, newId, async (recorded) => {
      if (recorded === undefined) {
        const begun = await begin()
        complete = begun ?? complete
        return begun
      }
      // What this process writes has no values of the others: they are not complete any more.
      const kept = [...recorded].filter(([key, fingerprint]) => tables.get(key) === fingerprint)
      complete = new Map(kept)
      return kept.length < recorded.size ? complete : undefined
    })
    const missing = [...tables.keys()].filter((key) => !complete.has(key))
    if (missing.length !== unindexed.size || missing.some((key) => !unindexed.has(key))) {
      unindexed = new Set(missing)
    }
  }

  return {
    unindexed: () => unindexed,
    look
  }
}
