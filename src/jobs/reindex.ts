/**
 * Finds the index values of stored resources anew and puts them in place of the old ones: type by
 * type, in order of creation, a few at a time, under a lease. Versions, history, feed and journal
 * stay as they are.
 */
import { createHash } from 'node:crypto'
import { FhirError } from '../fhir/fhir-error.ts'
import type { Millis, Resource, ResourceType } from '../fhir/resource.ts'
import type { IndexValues } from '../search/query.ts'
import { StoreConflict } from '../storage/store.ts'
import type { AclFilter, Lease, Page, Reindex, Store, Stored } from '../storage/store.ts'
import { changeTables, nothing, readTables } from './index-tables.ts'
import type { Tables } from './index-tables.ts'
import { progressRecord, readProgress } from './progress.ts'
import type { Progress, Scope } from './progress.ts'

export interface ReindexDeps {
  readonly store: Store
  /** The acl of the system itself; access/ alone makes it. */
  readonly everything: AclFilter
  readonly extract: (resource: Resource) => IndexValues
  /** What `extract` goes by. */
  readonly tables: Tables
  /** Types to begin with. */
  readonly first: readonly ResourceType[]
  /** Unique among all processes, and what people read who are told that they have to wait. */
  readonly owner: string
  readonly clock: () => Millis
  readonly newId: () => string
  readonly sleep: (ms: number) => Promise<void>
}

export interface ReindexOptions {
  readonly scope: Scope
  /** After each step: when it is committed. */
  readonly report: (progress: Progress) => Promise<void> | void
  readonly stopped: () => boolean
}

export type Outcome =
  | { readonly kind: 'done' | 'stopped'; readonly progress: Progress }
  /** Somebody else does it. */
  | { readonly kind: 'held'; readonly owner: string; readonly until: Millis }

export const leaseName = 'reindex'
const leaseTime = 30_000
/** A few, so that no request waits long for the thread or the lock. */
const batchSize = 50
/** Milliseconds of finding values between two looks at what else there is to do. */
const slice = 10
/** Between batches at least, and at least as long as the batch took: half of the time is left. */
const shortestPause = 5

/** Somebody else has the lease. */
class LeaseLost extends Error {}

export const reindex = async (deps: ReindexDeps, options: ReindexOptions): Promise<Outcome> => {
  const lease = await deps.store.leases.take(leaseName, deps.owner, leaseTime)
  if (lease === undefined) return await held(deps)
  const work = { ...deps, ...options, held: holding(deps, lease) }
  try {
    return await walk(work, await plan(work))
  } catch (error) {
    if (error instanceof LeaseLost) return await held(deps)
    throw error
  } finally {
    await work.held.release()
  }
}

const held = async ({ store, clock }: ReindexDeps): Promise<Outcome> => {
  const holder = await store.leases.holder(leaseName)
  return {
    kind: 'held',
    owner: holder?.owner ?? 'another process',
    until: holder?.until ?? clock()
  }
}

interface Held {
  readonly lease: () => Lease
  /** @throws LeaseLost */
  readonly keep: () => Promise<void>
  readonly release: () => Promise<void>
}

const holding = ({ store, owner, clock }: ReindexDeps, taken: Lease): Held => {
  let lease = taken
  return {
    lease: () => lease,
    keep: async () => {
      if (lease.until - clock() > leaseTime / 2) return
      const renewed = await store.leases.take(leaseName, owner, leaseTime)
      if (renewed === undefined) throw new LeaseLost()
      lease = renewed
    },
    // What fails here expires by itself.
    release: async () => {
      await store.leases.release(lease).catch(() => undefined)
    }
  }
}

type Work = ReindexDeps & ReindexOptions & { readonly held: Held }

const versionOf = (tables: Tables): string =>
  createHash('sha256')
    .update(JSON.stringify([...tables].sort()))
    .digest('base64url')
    .slice(0, 16)

const typeOf = (key: string): ResourceType => key.slice(0, key.indexOf('.')) as ResourceType

/** Goes on with what was begun by the same tables, if that is enough; else begins anew. */
const plan = async (work: Work): Promise<Progress> => {
  const { store, tables, scope, first } = work
  const version = versionOf(tables)
  const counts = await store.count()
  const recorded = (await readTables(store)) ?? new Map<string, string>()
  const missing = [...tables].filter(([key, value]) => recorded.get(key) !== value)
  const changed = new Set(missing.map(([key]) => typeOf(key)))
  const wanted = [...counts.keys()].filter((type) => scope === 'all' || changed.has(type))
  const begun = await readProgress(store)
  if (
    begun?.tables === version &&
    (scope === 'changed' || begun.scope === 'all') &&
    [...changed].every((type) => begun.types.includes(type))
  ) {
    return begun
  }
  const rank = (type: ResourceType): number => (first.includes(type) ? 0 : 1)
  const types = wanted.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const total = types.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0)
  const progress = { tables: version, scope, types, seen: 0, total, failed: 0 }
  // Types without resources have nothing to be found.
  await complete(work, progress, (type) => !types.includes(type))
  return progress
}

/** Notes with the progress that the index is complete for these types. */
const complete = async (
  work: Work,
  progress: Progress,
  ofType: (type: ResourceType) => boolean
): Promise<void> => {
  const { store, newId, tables, clock, held } = work
  await held.keep()
  const ended = progress.types.length === 0 ? clock() : undefined
  await fenced(async () => {
    await changeTables(
      store,
      newId,
      (recorded) =>
        new Map([...(recorded ?? []), ...[...tables].filter(([key]) => ofType(typeOf(key)))]),
      { expectations: [held.lease().fence], records: [progressRecord(progress, ended)] }
    )
  })
}

const fenced = async (commit: () => Promise<void>): Promise<void> => {
  try {
    await commit()
  } catch (error) {
    if (error instanceof StoreConflict && error.reason === 'counter') throw new LeaseLost()
    throw error
  }
}

const walk = async (work: Work, begun: Progress): Promise<Outcome> => {
  let progress = begun
  await work.report(progress)
  while (progress.types.length > 0) {
    if (work.stopped()) return { kind: 'stopped', progress }
    const begin = performance.now()
    progress = await step(work, progress)
    await work.report(progress)
    await work.sleep(Math.max(shortestPause, performance.now() - begin))
  }
  return { kind: 'done', progress }
}

/** One batch of the first type, or its end. */
const step = async (work: Work, progress: Progress): Promise<Progress> => {
  const { store, everything, held, newId } = work
  const { types, after, ...rest } = progress
  const [type, ...others] = types
  if (type === undefined) return progress
  const where = { kind: 'and' as const, nodes: [] }
  const page: Page = await store.search(
    { type, where, sort: [], limit: batchSize, total: 'none', ...(after && { after }) },
    everything
  )
  const reindexes = await valuesOf(work, page.rows)
  const next: Progress = {
    ...rest,
    types: page.next ? types : others,
    ...(page.next && { after: page.next }),
    seen: progress.seen + page.rows.length,
    failed: progress.failed + page.rows.length - reindexes.length
  }
  await held.keep()
  await fenced(async () => {
    await store.commit({
      ...nothing,
      id: newId(),
      expectations: [held.lease().fence],
      reindexes,
      records: page.next ? [progressRecord(next)] : []
    })
  })
  if (page.next === undefined) await complete(work, next, (each) => each === type)
  return next
}

/** A resource that holds too many values for today's bounds keeps the values that it has. */
const valuesOf = async (
  { extract }: Work,
  rows: readonly Stored[]
): Promise<readonly Reindex[]> => {
  const found: Reindex[] = []
  let since = performance.now()
  for (const { ref, version, json } of rows) {
    try {
      const resource = JSON.parse(Buffer.from(json).toString()) as Resource
      found.push({ ref, version, index: extract(resource) })
    } catch (error) {
      if (!(error instanceof FhirError)) throw error
    }
    if (performance.now() - since > slice) {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      since = performance.now()
    }
  }
  return found
}
