/**
 * Answers kept under an Idempotency-Key for a day, written in the commit that they tell of: a
 * repeated request finds either both or neither.
 */
import { createHash } from 'node:crypto'
import type { Caller } from '../../auth/caller.ts'
import type { Millis } from '../../fhir/resource.ts'
import { recordCounter } from '../../storage/record-kinds.ts'
import type { Expectation, Store, StoredRecord } from '../../storage/store.ts'
import type { Remember, Written } from '../guarded-store.ts'

const kind = 'idempotency'
const lifetime: Millis = 24 * 60 * 60 * 1000

/** A key is the client's own: two clients may use the same. */
const idOf = (caller: Caller, key: string): string =>
  createHash('sha256').update(`${caller.client}\u001f${key}`).digest('base64url')

export interface Recalled {
  readonly answer: string | undefined
  /** Value of the key's counter. */
  readonly count: number
}

/**
 * The counter is read before the record: the expectation then fails when the key has been
 * used since, and run again, the request finds the answer.
 */
export const recall = async (
  store: Store,
  caller: Caller,
  key: string,
  now: Millis
): Promise<Recalled> => {
  const id = idOf(caller, key)
  const [count = 0] = await store.counters([recordCounter(kind, id)])
  const [record] = await store.records(kind, [id])
  return {
    answer: record === undefined || (record.expires ?? 0) <= now ? undefined : record.json,
    count
  }
}

export const memory = (
  caller: Caller,
  { key, answer }: Remember,
  count: number,
  written: readonly Written[],
  now: Millis
): { readonly record: StoredRecord; readonly expectation: Expectation } => {
  const id = idOf(caller, key)
  return {
    record: { kind, id, json: answer(written), expires: now + lifetime },
    expectation: { name: recordCounter(kind, id), expect: count, bump: true }
  }
}
