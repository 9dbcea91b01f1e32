/**
 * A whole Store in plain lists, read top to bottom by linear scans: the oracle that the real
 * adapters are compared with. Nothing is durable.
 */
import type { Millis, Reference } from '../../../src/fhir/resource.ts'
import type {
  AclFilter,
  AuditEntry,
  AuditPage,
  AuditQuery,
  Store,
  StoredRecord
} from '../../../src/storage/store.ts'
import { createLeases } from '../../../src/storage/leases.ts'
import { commit, recordKey } from './commit.ts'
import { include, search } from './search.ts'
import { admits, compareText, emptyWorld, find } from './world.ts'
import type { Entry, Version, World } from './world.ts'

export const openNaiveStore = async ({ now }: { readonly now: () => Millis }): Promise<Store> => {
  const world = emptyWorld()
  const alive = (record: StoredRecord | undefined, at: Millis): StoredRecord | undefined =>
    record?.expires === undefined || record.expires > at ? record : undefined
  const words: Pick<Store, 'commit' | 'counters' | 'records'> = {
    commit: async (batch) => {
      commit(world, batch)
    },
    counters: async (names) => names.map((name) => world.guards.get(name) ?? 0),
    records: async (kind, ids) =>
      ids.map((id) => alive(world.records.get(recordKey({ kind, id })), now()))
  }

  return {
    read: async (refs, acl) =>
      refs.map((ref) => {
        const current = find(world, ref)?.current
        return current && admits(current.acl, acl) ? current.stored : undefined
      }),
    readVersion: async (ref, version, acl) =>
      seen(find(world, ref), (entry) => admits(entry.current.acl, acl))?.versions.find(
        (one) => one.stored.version === version && admits(one.acl, acl)
      )?.stored,
    history: async (ref, acl, page) => history(world, ref, acl, page),
    search: async (query, acl) => search(world, query, acl),
    include: async (step, sources, limit, acl) => include(world, step, sources, limit, acl),
    versionsOf: async (person) => versionsOf(world, person),
    counters: words.counters,
    records: words.records,
    listRecords: async (kind) =>
      [...world.records.values()]
        .filter((record) => record.kind === kind && alive(record, now()))
        .sort((a, b) => compareText(a.id, b.id)),
    putRecordIfAbsent: async (record, at) => {
      if (alive(world.records.get(recordKey(record)), at)) return false
      world.records.set(recordKey(record), record)
      return true
    },
    commit: words.commit,
    leases: createLeases(words, now),
    audit: async (query) => audit(world, query),
    feed: async (after, limit) =>
      world.feed.filter(({ sequence }) => sequence > after).slice(0, limit),
    ping: async () => {},
    count: async () => countByType(world),
    close: async () => {}
  }
}

const seen = (entry: Entry | undefined, allowed: (entry: Entry) => boolean): Entry | undefined =>
  entry && allowed(entry) ? entry : undefined

const versionsOf = (world: World, person: string): Awaited<ReturnType<Store['versionsOf']>> =>
  world.entries.flatMap((entry) =>
    entry.versions
      .filter(({ stored }) => stored.envelope.persons.includes(person))
      .map((version) => ({
        ref: entry.ref,
        version: version.stored.version,
        current: version === entry.current,
        deleted: version.stored.deleted,
        envelope: version.stored.envelope
      }))
  )

const history = (
  world: World,
  ref: Reference,
  acl: AclFilter,
  { limit, before, since }: Parameters<Store['history']>[2]
): Awaited<ReturnType<Store['history']>> => {
  const entry = seen(find(world, ref), ({ current }) => admits(current.acl, acl))
  const all = [...(entry?.versions.entries() ?? [])]
    .map(([index, version]) => ({ position: index + 1, version }))
    .filter(
      ({ version }) =>
        admits(version.acl, acl) && (since === undefined || version.stored.at >= since)
    )
    .reverse()
  return {
    ...page(all, limit, before, ({ version }: { version: Version }) => version.stored),
    total: all.length
  }
}

/** Newest first; `next` is the position of the last row given, when more follow. */
const page = <T extends { readonly position: number }, R>(
  all: readonly T[],
  limit: number,
  before: number | undefined,
  shape: (item: T) => R
): { readonly rows: readonly R[]; readonly next?: number } => {
  const rest = before === undefined ? all : all.filter(({ position }) => position < before)
  const rows = rest.slice(0, limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(shape),
    ...(last !== undefined && rest.length > rows.length && { next: last.position })
  }
}

const audit = (world: World, query: AuditQuery): AuditPage => {
  const all = world.audit
    .map((entry, index) => ({ position: index + 1, entry }))
    .filter(({ entry }) => asked(query, entry))
    .reverse()
  const { rows, next } = page(
    all,
    query.limit,
    query.before,
    ({ entry }: { entry: AuditEntry }) => entry
  )
  return { entries: rows, ...(next !== undefined && { next }), total: all.length }
}

const asked = (query: AuditQuery, entry: AuditEntry): boolean =>
  (query.id === undefined || entry.id === query.id) &&
  (query.patients === undefined ||
    query.patients.some((patient) => entry.patients.includes(patient))) &&
  (query.organization === undefined || entry.organization === query.organization) &&
  (query.request === undefined || entry.request === query.request) &&
  (query.from === undefined || entry.at >= query.from) &&
  (query.to === undefined || entry.at < query.to)

const countByType = (world: World): ReadonlyMap<Entry['ref']['type'], number> => {
  const counts = new Map<Entry['ref']['type'], number>()
  for (const { ref, current } of world.entries) {
    if (!current.stored.deleted) counts.set(ref.type, (counts.get(ref.type) ?? 0) + 1)
  }
  return counts
}
