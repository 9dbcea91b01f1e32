/**
 * The only maker of a GuardedStore: the caller's keys go into every query, and every row that comes
 * back was found with them.
 */
import { createHash } from 'node:crypto'
import type { Caller } from '../auth/caller.ts'
import type { Definitions } from '../definitions/definitions.ts'
import type { Millis, Resource, ResourceId } from '../fhir/resource.ts'
import type { IndexValues } from '../search/query.ts'
import type { AclFilter, AuditEntry, Store, Stored } from '../storage/store.ts'
import { counter } from './counters.ts'
import { journalOf } from './decision/journal.ts'
import type { Guarded, GuardedStore } from './guarded-store.ts'
import { filterOf } from './who/keys.ts'
import { createBeforeImages } from './write/before-images.ts'
import { recall } from './write/memory.ts'
import { createWriter } from './write/write.ts'
import type { By } from './write/handed-on.ts'
import type { Writer } from './write/write.ts'

export interface AccessDeps {
  readonly store: Store
  readonly extract: (resource: Resource) => IndexValues
  readonly newId: () => ResourceId
  /** Zone of dates without one. */
  readonly zone: string
  /**
   * This server's FHIR base without a final slash: a reference under it is one to a resource here.
   */
  readonly base: string
  /** What a Consent may name. */
  readonly definitions: Pick<Definitions, 'isType' | 'profile'>
}

/** The entry that the request leaves in the journal, with the patients that it touched. */
export type AuditOf = (patients: readonly ResourceId[]) => AuditEntry

export interface Access {
  readonly open: (caller: Caller, now: Millis, auditOf: AuditOf) => GuardedStore
}

/** A caller is made once for a token, and its keys depend on it alone. */
const createKeptFilters = (): typeof filterOf => {
  const known = new WeakMap<object, ReturnType<typeof filterOf>>()
  return (caller, now) => {
    const kept = known.get(caller)
    if (kept !== undefined) return { ...kept, now }
    const made = filterOf(caller, now)
    known.set(caller, made)
    return made
  }
}

/**
 * Conditional creates with the same criteria by callers of one organisation meet on this name;
 * others cannot see each other's matches anyway.
 */
const criteriaCounter = (caller: Caller, type: string, criteria: string): string =>
  counter(
    'criteria',
    createHash('sha256').update(`${caller.organization} ${type}?${criteria}`).digest('base64url')
  )

/** What one request has looked at and done, for its line in the journal. */
interface Trace {
  readonly touched: Set<string>
  readonly seen: <T extends Stored | undefined>(row: T) => T
  isCommitted: boolean
}

const createTrace = (): Trace => {
  const touched = new Set<string>()
  return {
    touched,
    seen: (row) => {
      row?.envelope.patients.forEach((patient) => touched.add(patient))
      return row
    },
    isCommitted: false
  }
}

type Reads = Pick<
  Guarded,
  'readAll' | 'read' | 'readVersion' | 'history' | 'search' | 'include' | 'audit'
>

const readsOf = (store: Store, caller: Caller, acl: AclFilter, { seen }: Trace): Reads => {
  const readAll: Guarded['readAll'] = async (refs) =>
    refs.length === 0 ? [] : (await store.read(refs, acl)).map(seen)
  return {
    readAll,
    read: async (ref) => (await readAll([ref]))[0],
    readVersion: async (ref, version) => seen(await store.readVersion(ref, version, acl)),
    history: async (ref, page) => {
      const found = await store.history(ref, acl, page)
      found.rows.forEach(seen)
      return found
    },
    search: async (query) => {
      const page = await store.search(query, acl)
      page.rows.forEach(seen)
      return page
    },
    include: async (include, sources, limit) =>
      (await store.include(include, sources, limit, acl)).map(seen),
    audit: async (query) => {
      const own = journalOf(caller, query)
      return own === undefined ? { entries: [], total: 0 } : await store.audit(own)
    }
  }
}

type Writes = Pick<Guarded, 'readToChange' | 'match' | 'recall' | 'write'>

const writesOf = (
  store: Store,
  writer: Writer,
  by: Omit<By, 'beforeImages' | 'recalled'>,
  search: Guarded['search'],
  trace: Trace
): Writes => {
  const { caller, now } = by
  const beforeImages = createBeforeImages(store, by.readAll)
  const counters = new Map<string, number>()
  const recalled: By['recalled'] = (key) => counters.get(key) ?? 0
  return {
    readToChange: beforeImages.readToChange,
    match: async (type, where, criteria) => {
      const name = criteriaCounter(caller, type, criteria)
      const [expect = 0] = await store.counters([name])
      const { rows } = await search({ type, where, sort: [], limit: 2, total: 'none' })
      return { found: rows, expectation: { name, expect, bump: true } }
    },
    recall: async (key) => {
      const { answer, count } = await recall(store, caller, key, now)
      counters.set(key, count)
      return answer
    },
    write: async (changes, expectations, remember) => {
      const whole = { ...by, beforeImages, recalled }
      const written = await writer(whole, changes, expectations, remember)
      trace.isCommitted = true
      return written
    }
  }
}

export const createAccess = (deps: AccessDeps): Access => {
  const { store } = deps
  const filterFor = createKeptFilters()
  const writer = createWriter(deps)
  return {
    open: (caller, now, auditOf) => {
      const trace = createTrace()
      const reads = readsOf(store, caller, filterFor(caller, now), trace)
      const by = { caller, now, readAll: reads.readAll, auditOf }
      const guarded: Guarded = {
        caller,
        now,
        ...reads,
        ...writesOf(store, writer, by, reads.search, trace),
        touched: () => [...trace.touched],
        recorded: () => trace.isCommitted
      }
      return guarded as GuardedStore
    }
  }
}
