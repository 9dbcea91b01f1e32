/**
 * The embedded store: two SQLite files in a directory, open in any number of processes.
 * https://www.sqlite.org/wal.html
 */
import { mkdirSync } from 'node:fs'
import type { Millis } from '../../fhir/resource.ts'
import { createLeases } from '../leases.ts'
import { StoreConflict, StoreUnavailable } from '../store.ts'
import type { Store } from '../store.ts'
import { audit } from './read/audit.ts'
import { createCommits } from './commit/commit.ts'
import type { Commits } from './commit/commit.ts'
import { toPortError } from './file/failure.ts'
import { count, feed } from './read/feed.ts'
import type { Connection } from './file/connection.ts'
import { closeFiles, openFiles } from './file/files.ts'
import type { Files } from './file/files.ts'
import { include } from './read/include.ts'
import { hasLines } from './commit/journal-lines.ts'
import { history, read, readVersion, versionsOf } from './read/read.ts'
import { guards, listRecords, records } from './read/records.ts'
import { measured } from './search/plan.ts'
import type { Thresholds } from './search/plan.ts'
import { createSearch } from './search/search.ts'
import type { Search } from './search/search.ts'

export interface SqliteOptions {
  /** Made when absent, for its owner alone. */
  readonly directory: string
  readonly now: () => Millis
  readonly thresholds?: Thresholds
  /** Batches and puts of this process after which a thread of its own writes them. */
  readonly threadAfter?: number
}

/** Fewer are not worth the tenths of a second and the megabytes that a thread costs. */
const manyWrites = 300

export const openSqliteStore = async ({
  directory,
  now,
  thresholds = measured,
  threadAfter = manyWrites
}: SqliteOptions): Promise<Store> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const files = await openFiles(directory)
  return toStore(
    files,
    createCommits({ directory, files, now, threadAfter }),
    createSearch(files.data, now, thresholds),
    now
  )
}

/** The reading half of the port, each as one synchronous piece of work on the data file. */
const readsOn = (
  connection: Connection,
  search: Search,
  now: () => Millis,
  serve: <T>(work: () => T) => Promise<T>
) =>
  ({
    read: async (refs, acl) => await serve(() => read(connection, refs, acl)),
    readVersion: async (ref, version, acl) =>
      await serve(() => readVersion(connection, ref, version, acl)),
    history: async (ref, acl, page) => await serve(() => history(connection, ref, acl, page)),
    search: async (query, acl) => await serve(() => search(query, acl)),
    include: async (step, sources, limit, acl) =>
      await serve(() => include(connection, step, sources, limit, acl)),
    versionsOf: async (person) => await serve(() => versionsOf(connection, person)),
    counters: async (names) => await serve(() => guards(connection, names)),
    records: async (kind, ids) => await serve(() => records(connection, kind, ids, now())),
    listRecords: async (kind) => await serve(() => listRecords(connection, kind, now())),
    feed: async (after, limit) => await serve(() => feed(connection, after, limit)),
    ping: async () => {
      await serve(() => connection.statement('SELECT max(rid) FROM cur').get())
    },
    count: async () => await serve(() => count(connection))
  }) satisfies Partial<Store>

const toStore = (files: Files, commits: Commits, search: Search, now: () => Millis): Store => {
  let closed = false
  const serve = async <T>(work: () => T): Promise<T> => {
    const failure = closed ? new StoreUnavailable('The store is closed.') : commits.failed()
    if (failure) throw failure
    try {
      return work()
    } catch (error) {
      throw toPortError(error)
    }
  }
  const reads = readsOn(files.data, search, now, serve)
  const commit: Store['commit'] = async (batch) => {
    await serve(() => undefined)
    await commits.commit(batch)
  }
  return {
    ...reads,
    commit,
    leases: createLeases({ ...reads, commit }, now),
    putRecordIfAbsent: async (record, at) => {
      const { kind, id } = record
      if (await serve(() => records(files.data, kind, [id], at)[0])) return false
      return await commits.insertRecord(record, at).then(
        () => true,
        (error: unknown) => {
          if (error instanceof StoreConflict) return false
          throw error
        }
      )
    },
    audit: async (query) => {
      if (await serve(() => hasLines(files))) await commits.moveJournal()
      return await serve(() => audit(files.journal, query))
    },
    close: async () => {
      if (closed) return
      closed = true
      await commits.drain()
      closeFiles(files)
    }
  }
}
