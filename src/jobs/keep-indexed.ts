/**
 * Brings the index of a store up to this process's tables when it starts, while requests are
 * served; then watches whether other processes leave it so.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { ResourceType } from '../fhir/resource.ts'
import type { ParameterKey } from '../search/query.ts'
import type { Store } from '../storage/store.ts'
import { createIndexState } from './index-state.ts'
import type { IndexState } from './index-state.ts'
import { onlyIndexed } from './indexed-store.ts'
import { reindex } from './reindex.ts'
import type { ReindexDeps } from './reindex.ts'

export interface KeepIndexedDeps extends ReindexDeps {
  readonly log: Logger
}

export interface KeptIndex {
  /** Searches by complete parameters alone; everything else as it is. */
  readonly store: Store
  readonly unindexed: () => ReadonlySet<ParameterKey>
  /**
   * Begins. Resolves when the types that everything depends on are complete, and the rest too
   * unless it takes longer than a moment.
   */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Milliseconds between two looks: while something is missing, and when all is well. */
const soon = 1000
const later = 30_000
/** A small store is complete before the first request. */
const moment = 1000
const pollTime = 20
const tellEvery = 10_000

export const keepIndexed = async (deps: KeepIndexedDeps): Promise<KeptIndex> => {
  const state = createIndexState(deps)
  await state.look()
  const ending = new AbortController()
  let running: Promise<void> | undefined
  return {
    store: onlyIndexed(deps.store, state),
    unindexed: state.unindexed,
    start: async () => {
      let waiting = true
      running = keep(deps, state, ending.signal, () => waiting)
      await untilUsable(deps.first, state, ending.signal)
      waiting = false
    },
    stop: async () => {
      ending.abort()
      await running
    }
  }
}

/**
 * Never rejects: what fails is told and tried again.
 * @param waiting whether somebody waits for the index: then what another process undoes is done
 * again
 */
const keep = async (
  deps: KeepIndexedDeps,
  state: IndexState,
  ending: AbortSignal,
  waiting: () => boolean
): Promise<void> => {
  const { log } = deps
  let mine = state.unindexed().size > 0
  let told = false
  while (!ending.aborted) {
    try {
      if (mine) mine = !(await complete(deps, state, ending))
      await state.look()
      const undone = !mine && state.unindexed().size > 0
      mine = (mine || waiting()) && state.unindexed().size > 0
      if (undone && !told) {
        told = true
        log.error(
          { parameters: state.unindexed().size },
          'another version of psi-fhir writes into this store: searches by what it does not index are refused; once it is stopped, run psi-fhir reindex'
        )
      }
    } catch (error) {
      log.error({ err: error }, 'the index could not be looked after; tried again')
    }
    const pause = state.unindexed().size > 0 ? soon : later
    await wait(pause, undefined, { signal: ending, ref: false }).catch(() => undefined)
  }
}

/** @returns false when it has to be tried again */
const complete = async (
  deps: KeepIndexedDeps,
  state: IndexState,
  ending: AbortSignal
): Promise<boolean> => {
  const { log } = deps
  let last = performance.now()
  let types = -1
  const outcome = await reindex(deps, {
    scope: 'changed',
    stopped: () => ending.aborted,
    report: async (progress) => {
      if (types !== progress.types.length) await state.look()
      const begun = types === -1
      types = progress.types.length
      if (!begun && performance.now() - last < tellEvery) return
      last = performance.now()
      log.info({ seen: progress.seen, total: progress.total }, 'indexing anew')
    }
  })
  if (outcome.kind === 'done') {
    const { seen, failed } = outcome.progress
    log[failed > 0 ? 'error' : 'info']({ resources: seen, failed }, 'indexed anew')
  }
  return outcome.kind === 'done'
}

const untilUsable = async (
  first: readonly ResourceType[],
  { unindexed }: IndexState,
  ending: AbortSignal
): Promise<void> => {
  const end = performance.now() + moment
  const deciding = (): boolean =>
    [...unindexed()].some((key) => first.some((type) => key.startsWith(`${type}.`)))
  while (!ending.aborted && unindexed().size > 0 && (performance.now() < end || deciding())) {
    await wait(pollTime)
  }
}
