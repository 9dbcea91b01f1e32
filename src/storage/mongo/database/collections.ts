/**
 * What lies in the database: the documents, field by field, and their collections. Short field
 * names: they are stored in every document.
 */
import type { Binary, Collection, Db, MongoClient, Timestamp } from 'mongodb'
import type { Millis } from '../../../fhir/resource.ts'
import type { Stored } from '../../store.ts'

export interface AclPart {
  readonly k: string
  readonly f: Millis
  readonly t: Millis
}
export interface DatePart {
  readonly p: string
  readonly lo: Millis
  readonly hi: Millis
}

/** What a current and an old version have in common. */
export interface VersionFields {
  /** Creation number of the resource: never changes, breaks the ties of sorts. */
  readonly n: number
  /** Number of this version, growing along the history. */
  readonly vn: number
  readonly v: string
  readonly at: Millis
  readonly m: Stored['method']
  readonly del: boolean
  readonly json: Binary
  /** Envelope as JSON text: read back in a fraction of the time that a subdocument takes. */
  readonly env: string
  /** Persons of the envelope. */
  readonly pe: readonly string[]
  readonly acl: readonly AclPart[]
}

/** The current version of a resource. `_id`: `CarePlan/…`. */
export interface ResourceDocument extends VersionFields {
  readonly _id: string
  readonly t: string
  /** Index values in the forms of index-values.ts. */
  readonly tok: readonly string[]
  readonly ref: readonly string[]
  readonly str: readonly string[]
  readonly dt: readonly DatePart[]
  /** Smallest and largest value per sortable parameter. */
  readonly sa: Readonly<Record<string, string | number>>
  readonly sd: Readonly<Record<string, string | number>>
}

/** A version that is no longer current. */
export interface VersionDocument extends VersionFields {
  readonly _id: string
  /** `_id` of the resource. */
  readonly r: string
}

/**
 * `c`: value of the guard. `w`: times touched; every transaction that relies on the guard writes
 * here, so that two of them meet.
 */
export interface GuardDocument {
  readonly _id: string
  readonly c: number
  readonly w: number
}

/** `e`: expires. `x`: when the server itself may remove it. */
export interface RecordDocument {
  readonly _id: string
  readonly k: string
  readonly i: string
  readonly json: string
  readonly e?: Millis
  readonly x?: Date
}

export interface FeedPart {
  readonly r: string
  readonly v: string
  readonly at: Millis
  readonly m: Stored['method']
}

/** One group of batches that were committed together. */
export interface CommitDocument {
  readonly _id: string
  /** Ids of its batches; unique over all commits, which makes a repeated batch harmless. */
  readonly b: readonly string[]
  readonly e: readonly FeedPart[]
  /** Cluster time seen inside the transaction. */
  readonly s: Timestamp
  /** Present until feed.ts has numbered the entries. */
  readonly u?: true
  /** Number of the last entry, once numbered. */
  readonly q?: number
}

export interface AuditDocument {
  readonly _id: string
  readonly n: number
  readonly at: Millis
  readonly p: readonly string[]
  readonly o?: string
  readonly r: string
  readonly json: string
}

/** Single numbers: `process`, `feed`, `schema`. */
export interface CounterDocument {
  readonly _id: string
  readonly c: number
}

export interface Collections {
  readonly client: MongoClient
  readonly resources: Collection<ResourceDocument>
  readonly versions: Collection<VersionDocument>
  readonly guards: Collection<GuardDocument>
  readonly records: Collection<RecordDocument>
  readonly commits: Collection<CommitDocument>
  readonly audit: Collection<AuditDocument>
  readonly counters: Collection<CounterDocument>
}

export const collectionsOf = (client: MongoClient, db: Db): Collections => ({
  client,
  resources: db.collection('resources'),
  versions: db.collection('versions'),
  guards: db.collection('guards'),
  records: db.collection('records'),
  commits: db.collection('commits'),
  audit: db.collection('audit'),
  counters: db.collection('counters')
})
