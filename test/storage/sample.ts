/** Short ways to say what a test stores. */
import { randomUUID } from 'node:crypto'
import type { Reference, ResourceId, ResourceType, VersionId } from '../../src/fhir/resource.ts'
import { noIndexValues } from '../../src/search/query.ts'
import type { IndexValues, SearchQuery } from '../../src/search/query.ts'
import type {
  AclEntry,
  AclFilter,
  AuditEntry,
  Batch,
  Envelope,
  Put,
  Store,
  Stored
} from '../../src/storage/store.ts'
import { StoreConflict } from '../../src/storage/store.ts'

export interface Opened {
  readonly store: Store
  readonly reopen?: () => Promise<Store>
  readonly close: () => Promise<void>
}
export type Open = () => Promise<Opened>

export const system: AclFilter = { kind: 'system' }
export const noon = 1_700_000_000_000
export const as = (...keys: string[]): AclFilter => ({ kind: 'keys', keys, now: noon })
export const always = (...keys: string[]): readonly AclEntry[] =>
  keys.map((key) => ({ key, from: 0, to: noon * 2 }))

export const reference = (type: ResourceType, id: string): Reference => ({
  type,
  id: id as ResourceId
})
export const version = (id: string): VersionId => id as VersionId
/** The resource that most tests of the contract write. */
export const plan = reference('CarePlan', 'plan-1')

export const envelope = (persons: readonly string[] = ['person-1']): Envelope => ({
  persons,
  patients: persons.map((person) => `patient-of-${person}` as ResourceId),
  dataClass: 'psi-core',
  custodian: 'org-1' as ResourceId,
  facts: persons.map((person) => ({
    person,
    dataClass: 'psi-core',
    type: 'CarePlan',
    id: 'x' as ResourceId,
    profiles: ['http://p'],
    dates: [0, 10]
  }))
})

export interface Sample {
  readonly version?: string
  readonly replaces?: string
  readonly at?: number
  readonly method?: Stored['method']
  readonly deleted?: boolean
  readonly json?: string
  readonly persons?: readonly string[]
  readonly acl?: readonly AclEntry[]
  readonly index?: Partial<IndexValues>
}

export const put = (ref: Reference, sample: Sample = {}): Put => ({
  stored: {
    ref,
    version: version(sample.version ?? randomUUID()),
    at: sample.at ?? noon,
    method:
      sample.method ??
      (sample.deleted === true ? 'DELETE' : sample.replaces === undefined ? 'POST' : 'PUT'),
    deleted: sample.deleted ?? false,
    json:
      sample.deleted === true
        ? new Uint8Array()
        : Buffer.from(sample.json ?? `{"resourceType":"${ref.type}","id":"${ref.id}"}`),
    envelope: envelope(sample.persons)
  },
  index: { ...noIndexValues, ...sample.index },
  acl: sample.acl ?? always('reader'),
  ...(sample.replaces !== undefined && { replaces: version(sample.replaces) })
})

export const batch = (parts: Partial<Batch>): Batch => ({
  id: randomUUID(),
  expectations: [],
  puts: [],
  restamps: [],
  records: [],
  audit: [],
  ...parts
})

export const audited = (id: string, parts: Partial<AuditEntry> = {}): AuditEntry => ({
  id: id as ResourceId,
  at: noon,
  patients: [],
  request: `request-${id}`,
  json: `{"n":"${id}"}`,
  ...parts
})

export const query = (type: ResourceType, parts: Partial<SearchQuery> = {}): SearchQuery => ({
  type,
  where: { kind: 'and', nodes: [] },
  sort: [],
  limit: 100,
  total: 'none',
  ...parts
})

export const idsOf = (rows: readonly (Stored | undefined)[]): readonly (string | undefined)[] =>
  rows.map((row) => row?.ref.id)

/** How a commit ended: `committed`, or the reason of its conflict. */
export const conflict = async (work: Promise<void>): Promise<string> =>
  await work.then(
    () => 'committed',
    (error: unknown) => (error instanceof StoreConflict ? error.reason : String(error))
  )

/** Buffers, Uint8Arrays and BSON binaries become comparable. */
export const plain = (stored: Stored | undefined): unknown =>
  stored && { ...stored, json: Buffer.from(stored.json).toString() }

/** Feeds may be filled by another thread or process a moment after the commit. */
export const eventually = async <T>(
  look: () => Promise<T>,
  done: (value: T) => boolean
): Promise<T> => {
  const deadline = Date.now() + 10_000
  for (;;) {
    const value = await look()
    if (done(value) || Date.now() > deadline) return value
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}
