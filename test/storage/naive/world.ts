/** What the naive store holds: plain lists, nothing derived. */
import type { Reference } from '../../../src/fhir/resource.ts'
import type { IndexValues } from '../../../src/search/query.ts'
import type {
  AclEntry,
  AclFilter,
  AuditEntry,
  FeedEntry,
  Stored,
  StoredRecord
} from '../../../src/storage/store.ts'

export interface Version {
  stored: Stored
  index: IndexValues
  acl: readonly AclEntry[]
}
/** `number`: the creation number. `versions`: oldest first; the last is the current one. */
export interface Entry {
  readonly number: number
  readonly ref: Reference
  readonly versions: Version[]
  current: Version
}

export interface World {
  readonly entries: Entry[]
  readonly feed: FeedEntry[]
  readonly audit: AuditEntry[]
  readonly guards: Map<string, number>
  readonly records: Map<string, StoredRecord>
  readonly batches: Set<string>
}

export const emptyWorld = (): World => ({
  entries: [],
  feed: [],
  audit: [],
  guards: new Map(),
  records: new Map(),
  batches: new Set()
})

export const admits = (acl: readonly AclEntry[], filter: AclFilter): boolean => {
  if (filter.kind === 'system') return true
  const valid = acl.filter(({ from, to }) => from <= filter.now && filter.now < to)
  return (
    valid.some(({ key }) => filter.keys.includes(key)) &&
    !valid.some(({ key }) => filter.denied?.includes(key))
  )
}

export const find = (world: World, ref: Reference): Entry | undefined =>
  world.entries.find((entry) => entry.ref.type === ref.type && entry.ref.id === ref.id)

/** Strings order by code point, as UTF-8 bytes do. */
export const compareText = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))
