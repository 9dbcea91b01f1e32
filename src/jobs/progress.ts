/** How far a re-index is, as a record in the store: from there it goes on after a kill. */
import type { ResourceType } from '../fhir/resource.ts'
import type { Keyset } from '../search/query.ts'
import type { Store, StoredRecord } from '../storage/store.ts'

export interface Progress {
  /** What the resources are indexed by; a job by other tables begins anew. */
  readonly tables: string
  readonly scope: Scope
  /** Still to do, in this order; the first is being done. */
  readonly types: readonly ResourceType[]
  /** Where the first of them goes on; absent: at its beginning. */
  readonly after?: Keyset
  /** Resources, of all types of the job. */
  readonly seen: number
  readonly total: number
  /** Resources whose values cannot be found, which keep those they have. */
  readonly failed: number
}

/** Types with a parameter that is not indexed; or all. */
export type Scope = 'changed' | 'all'

const kind = 'index'
const id = 'progress'

export const readProgress = async (store: Store): Promise<Progress | undefined> => {
  const [record] = await store.records(kind, [id])
  return record && (JSON.parse(record.json) as Progress)
}

/** @param ended when a job was done: nothing is left to go on with */
export const progressRecord = (progress: Progress, ended?: number): StoredRecord => ({
  kind,
  id,
  json: JSON.stringify(progress),
  ...(ended !== undefined && { expires: ended })
})

/** Whole percent; 100 only when nothing is left. */
export const percentOf = ({ types, seen, total }: Progress): number =>
  types.length === 0 ? 100 : Math.min(99, Math.floor((100 * seen) / Math.max(1, total)))
