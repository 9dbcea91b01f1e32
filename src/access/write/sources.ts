/**
 * Entries of the directory that grants were compiled from. A Consent may be compiled while a role
 * it depends on moves:
 * each side expects the other's counter as it read it, so that one of them decides again. Consents
 * do not wait for one another.
 */
import type { Expectation, Store } from '../../storage/store.ts'
import { counter } from '../counters.ts'
import type { Watch } from '../decision/grants.ts'

const read = async (store: Store, names: readonly string[]): Promise<readonly Expectation[]> => {
  const counters = names.length === 0 ? [] : await store.counters(names)
  return names.map((name, i) => ({ name, expect: counters[i] ?? 0, bump: false }))
}

/** For a batch that changes these entries. */
export const expectedSources = async (
  store: Store,
  references: readonly string[]
): Promise<readonly Expectation[]> => {
  const expectations = await read(
    store,
    references.flatMap((reference) => [counter('entry', reference), counter('uses', reference)])
  )
  return expectations.map((expectation, i) => ({ ...expectation, bump: i % 2 === 0 }))
}

export interface Sources {
  readonly watch: Watch
  readonly expectations: () => readonly Expectation[]
}

/** For a batch that compiles grants. */
export const createSources = (store: Store): Sources => {
  const seen = new Map<string, Expectation>()
  return {
    watch: async (references) => {
      const fresh = [...new Set(references)].filter((reference) => !seen.has(reference))
      const expectations = await read(
        store,
        fresh.map((reference) => counter('entry', reference))
      )
      // Of two that watched at once the first decides: all that is read is read after its answer.
      fresh.forEach((reference, i) => {
        const expectation = expectations[i]
        if (expectation !== undefined && !seen.has(reference)) seen.set(reference, expectation)
      })
    },
    expectations: () =>
      [...seen].flatMap(([reference, expectation]) => [
        expectation,
        { name: counter('uses', reference), bump: true }
      ])
  }
}
