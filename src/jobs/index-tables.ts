/**
 * Which parameters the index of a store is complete for, as a record in the store: key of each and
 * the fingerprint of the definition that its values were found by.
 */
import type { ParameterKey } from '../search/query.ts'
import { recordCounter } from '../storage/record-kinds.ts'
import { StoreConflict } from '../storage/store.ts'
import type { Batch, Expectation, Store, StoredRecord } from '../storage/store.ts'

export type Tables = ReadonlyMap<ParameterKey, string>

const kind = 'index'
const id = 'tables'
const counter = recordCounter(kind, id)
const attempts = 20

export const nothing = {
  expectations: [],
  puts: [],
  restamps: [],
  records: [],
  audit: []
} as const

/** @returns undefined when no program that keeps this record has used the store yet */
export const readTables = async (store: Store): Promise<Tables | undefined> => {
  const [record] = await store.records(kind, [id])
  return record && new Map(Object.entries(JSON.parse(record.json) as Record<string, string>))
}

/**
 * Changes the record, whoever else does so at the same time.
 * @param change undefined: leave it as it is
 * @param beside committed with it, made anew for each attempt
 * @throws StoreConflict when an expectation of `beside` does not hold
 */
export const changeTables = async (
  store: Store,
  newId: () => string,
  change: (tables: Tables | undefined) => Promise<Tables | undefined> | Tables | undefined,
  beside: Pick<Batch, 'expectations' | 'records'> = nothing
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    // before the record, so that a change in between is a conflict
    const [expect = 0] = await store.counters([counter])
    const changed = await change(await readTables(store))
    if (changed === undefined) return
    const record: StoredRecord = { kind, id, json: JSON.stringify(Object.fromEntries(changed)) }
    const expectation: Expectation = { name: counter, expect, bump: true }
    try {
      await store.commit({
        ...nothing,
        id: newId(),
        expectations: [...beside.expectations, expectation],
        records: [...beside.records, record]
      })
      return
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === attempts) throw error
      const [now] = await store.counters([counter])
      if (now === expect) throw error
    }
  }
}
