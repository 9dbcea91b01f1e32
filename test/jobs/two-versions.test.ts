/** Two versions of this program on one store: the index of one is undone by the other. */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { changeTables } from '../../src/jobs/index-tables.ts'
import { keepIndexed } from '../../src/jobs/keep-indexed.ts'
import type { Store } from '../../src/storage/store.ts'
import { batch } from '../storage/sample.ts'
import { depsFor, fill, openStore, today } from './world.ts'

t.test('a start that the other held up goes on when the other is gone', async (t) => {
  const { store } = await openStore(t)
  await fill(store, 2)
  await store.commit(batch({ records: [{ kind: 'index', id: 'tables', json: '{}' }] }))
  const deps = depsFor(store, today)
  let undone = 0
  /** The other takes Consents out of the record each time that they come into it. */
  const undo = async (): Promise<void> => {
    undone += 1
    await changeTables(store, deps.newId, (tables) => {
      const others = [...(tables ?? [])].filter(([key]) => !key.startsWith('Consent.'))
      return new Map(others)
    })
  }
  const shared: Store = {
    ...store,
    commit: async (changes) => {
      await store.commit(changes)
      const told = changes.records.find(({ kind, id }) => kind === 'index' && id === 'tables')
      if (undone < 3 && told?.json.includes('"Consent.') === true) await undo()
    }
  }
  const kept = await keepIndexed({ ...deps, store: shared })
  const started = await Promise.race([
    kept.start().then(() => true),
    wait(10_000, false, { ref: false })
  ])
  await kept.stop()
  t.ok(undone > 0)
  t.ok(started)
  t.equal(kept.unindexed().size, 0)
})
