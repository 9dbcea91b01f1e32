/**
 * The versions that changes start from. What a request has read to change is handed on to its
 * write, with the counters that it was read under.
 */
import { isDirectory } from '../../fhir/type-groups.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Reference } from '../../fhir/resource.ts'
import type { Expectation, Store, Stored } from '../../storage/store.ts'
import type { Change, Guarded, Match } from '../guarded-store.ts'
import { linkCounter } from './links.ts'

export interface Before {
  /** By `Type/id`; those that are not there, or not for the caller, are missing. */
  readonly rows: ReadonlyMap<string, Stored>
  readonly expectations: readonly Expectation[]
}

export interface BeforeImages {
  readonly readToChange: Guarded['readToChange']
  /** Reads what nobody has read yet. */
  readonly of: (changes: readonly Change[]) => Promise<Before>
}

/**
 * Whoever refers to an entry of the directory changes what the entry's own next version must keep,
 * though not its version: the counter that tells of it is read first.
 */
const linkExpectations = async (
  store: Store,
  refs: readonly Reference[]
): Promise<readonly Expectation[]> => {
  const names = refs.filter(({ type }) => isDirectory(type)).map(linkCounter)
  const counters = names.length === 0 ? [] : await store.counters(names)
  return names.map((name, i) => ({ name, expect: counters[i] ?? 0, bump: true }))
}

const rowIn = (match: Match | undefined, ref: Reference): Stored | undefined =>
  isDirectory(ref.type) ? undefined : match?.found.find((row) => row.ref.id === ref.id)

/** @param readAll through the caller's own filter */
export const createBeforeImages = (store: Store, readAll: Guarded['readAll']): BeforeImages => {
  const taken = new WeakMap<Stored, readonly Expectation[]>()
  return {
    readToChange: async (ref, match) => {
      const matched = rowIn(match, ref)
      const expectations = matched === undefined ? await linkExpectations(store, [ref]) : []
      const row = matched ?? (await readAll([ref]))[0]
      if (row !== undefined) taken.set(row, expectations)
      return row
    },
    of: async (changes) => {
      const handed = changes.flatMap((change) =>
        change.kind === 'create' || change.before === undefined ? [] : change.before
      )
      const open = changes
        .filter((change) => change.kind !== 'create' && change.before === undefined)
        .map(({ ref }) => ref)
      const expectations = [
        ...handed.flatMap((row) => {
          const under = taken.get(row)
          if (under === undefined) throw new Error('A before-image that readToChange did not give.')
          return under
        }),
        ...(await linkExpectations(store, open))
      ]
      const rows = [...handed, ...(await readAll(open))]
      return {
        rows: new Map(
          rows.flatMap((row) => (row === undefined ? [] : [[formatReference(row.ref), row]]))
        ),
        expectations
      }
    }
  }
}
