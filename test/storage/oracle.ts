/**
 * Generated worlds and queries, answered by an adapter and by storage/naive: same rows in the same
 * order, same totals, same pages.
 */
import fc from 'fast-check'
import type { Test } from 'tap'
import type { Include, Keyset, SearchQuery } from '../../src/search/query.ts'
import type { AclFilter, Batch, Store } from '../../src/storage/store.ts'
import { history, questions } from './generated.ts'
import type { Change } from './generated.ts'
import { openNaiveStore } from './naive/open.ts'
import { batch, envelope, put, version } from './sample.ts'
import type { Open } from './sample.ts'

/** @param worlds how many worlds to generate, each with some twenty questions */
export const storeOracle = (t: Test, name: string, open: Open, worlds = 60): void => {
  void t.test(`${name}: generated worlds answer as the naive store does`, async (t) => {
    const seed = Date.now() % 2 ** 31
    t.comment(`seed ${seed}`)
    t.setTimeout(120_000)
    await fc.assert(
      fc.asyncProperty(history, questions, async (changes, asked) => {
        const { store, close } = await open()
        try {
          const naive = await openNaiveStore({ now: Date.now })
          for (const one of toBatches(changes)) {
            await Promise.all([store.commit(one), naive.commit(one)])
          }
          for (const question of asked) {
            const [found, expected] = [await answer(store, question), await answer(naive, question)]
            if (JSON.stringify(found) !== JSON.stringify(expected)) {
              throw new Error(
                `${JSON.stringify(question)}\n found    ${JSON.stringify(found)}\n expected ${JSON.stringify(expected)}`
              )
            }
          }
        } finally {
          await close()
        }
      }),
      { seed, numRuns: worlds }
    )
    t.pass('no difference')
  })
}

/** What a caller can learn from one question, all pages of it. */
const answer = async (
  store: Store,
  {
    query,
    step,
    sources,
    limit,
    acl
  }: {
    query: SearchQuery
    step: Include
    sources: Parameters<Store['include']>[1]
    limit: number
    acl: AclFilter
  }
): Promise<unknown> => {
  const pages: unknown[] = []
  let after: Keyset | undefined
  do {
    const page = await store.search({ ...query, ...(after && { after }) }, acl)
    pages.push([
      page.rows.map(({ ref, version }) => `${ref.type}/${ref.id}/${version}`),
      page.total ?? 'none'
    ])
    after = page.next === undefined ? undefined : (JSON.parse(JSON.stringify(page.next)) as Keyset)
  } while (after && pages.length < 100)
  const included = (await store.include(step, sources, limit, acl)).map(
    ({ ref }) => `${ref.type}/${ref.id}`
  )
  const read = (await store.read(sources, acl)).map((row) => row?.version ?? 'none')
  const histories = await Promise.all(
    sources.slice(0, 2).map(async (ref) => {
      const { rows, total } = await store.history(ref, acl, { limit })
      return [rows.map(({ version }) => version), total]
    })
  )
  return { pages, included, read, histories }
}

const toBatches = (changes: readonly (readonly Change[])[]): readonly Batch[] => {
  const current = new Map<string, string>()
  let made = 0
  return changes.map((group) => {
    const once = [
      ...new Map(group.map((change) => [`${change.ref.type}/${change.ref.id}`, change])).entries()
    ]
    const puts: Batch['puts'][number][] = []
    const restamps: Batch['restamps'][number][] = []
    for (const [name, { ref, index, acl, at, fate, persons }] of once) {
      const replaces = current.get(name)
      if (fate === 'restamped' && replaces !== undefined) {
        restamps.push({ ref, version: version(replaces), acl, envelope: envelope(persons) })
        continue
      }
      const deleted = fate === 'deleted' && replaces !== undefined
      const next = `v${++made}`
      puts.push(
        put(ref, {
          version: next,
          at,
          acl,
          persons,
          deleted,
          ...(!deleted && { index }),
          ...(replaces !== undefined && { replaces })
        })
      )
      current.set(name, next)
    }
    return batch({ puts, restamps })
  })
}
