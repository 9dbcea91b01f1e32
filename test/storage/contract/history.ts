/** Older versions: who sees them, in which order, and whom they name. */
import type { Test } from 'tap'
import { always, as, batch, noon, plan, put, reference, system, version } from '../sample.ts'
import type { Open } from '../sample.ts'

const olderVersions = (t: Test, open: Open): void => {
  void t.test(
    'a version is given when its own acl and that of the current version admit the caller',
    async (t) => {
      const { store, close } = await open()
      await store.commit(
        batch({ puts: [put(plan, { version: 'v1', acl: always('old', 'both') })] })
      )
      await store.commit(
        batch({ puts: [put(plan, { version: 'v2', replaces: 'v1', acl: always('new', 'both') })] })
      )
      const seen = async (key: string): Promise<readonly (string | undefined)[]> =>
        (
          await Promise.all(
            ['v1', 'v2', 'v3'].map(
              async (id) => await store.readVersion(plan, version(id), as(key))
            )
          )
        ).map((row) => row?.version)
      t.same(await seen('both'), ['v1', 'v2', undefined])
      t.same(
        await seen('old'),
        [undefined, undefined, undefined],
        'a narrowed current acl hides the past'
      )
      t.same(await seen('new'), [undefined, 'v2', undefined], 'a widened one does not open it')
      const pages = async (key: string): Promise<unknown> => {
        const { rows, total } = await store.history(plan, as(key), { limit: 9 })
        return [rows.map((row) => row.version), total]
      }
      t.same(await pages('both'), [['v2', 'v1'], 2])
      t.same(await pages('old'), [[], 0])
      t.same(await pages('new'), [['v2'], 1])
      t.same((await store.history(reference('CarePlan', 'none'), system, { limit: 9 })).rows, [])
      t.equal(
        await store.readVersion(reference('CarePlan', 'none'), version('v1'), system),
        undefined
      )
      await close()
    }
  )
}

const historyPages = (t: Test, open: Open): void => {
  void t.test('history goes newest first, page by page, since a time', async (t) => {
    const { store, close } = await open()
    for (let n = 1; n <= 7; n++) {
      await store.commit(
        batch({
          puts: [
            put(plan, {
              version: `v${n}`,
              at: noon + n,
              ...(n > 1 && { replaces: `v${n - 1}` }),
              acl: always(n === 4 ? 'hidden' : 'reader')
            })
          ]
        })
      )
    }
    const walk = async (since?: number): Promise<readonly unknown[]> => {
      const seen: unknown[] = []
      for (let before: number | undefined; ;) {
        const page = await store.history(plan, as('reader'), {
          limit: 2,
          ...(before !== undefined && { before }),
          ...(since !== undefined && { since })
        })
        seen.push([...page.rows.map((row) => row.version), page.total])
        before = page.next
        if (before === undefined) return seen
      }
    }
    t.same(await walk(), [
      ['v7', 'v6', 6],
      ['v5', 'v3', 6],
      ['v2', 'v1', 6]
    ])
    t.same(await walk(noon + 3), [
      ['v7', 'v6', 4],
      ['v5', 'v3', 4]
    ])
    t.same(await walk(noon + 8), [[0]])
    await close()
  })
}

const versionsOfPersons = (t: Test, open: Open): void => {
  void t.test(
    'versionsOf gives every version that names the person, without its JSON',
    async (t) => {
      const { store, close } = await open()
      const other = reference('Patient', 'p')
      await store.commit(batch({ puts: [put(plan, { version: 'v1', persons: ['ann', 'bob'] })] }))
      await store.commit(batch({ puts: [put(other, { version: 'w1', persons: ['ann'] })] }))
      await store.commit(
        batch({
          puts: [
            put(plan, { version: 'v2', replaces: 'v1', persons: ['bob'] }),
            put(other, { version: 'w2', replaces: 'w1', deleted: true, persons: ['ann'] })
          ]
        })
      )
      const of = async (person: string): Promise<readonly unknown[]> =>
        (await store.versionsOf(person))
          .map((row) => [row.ref.id, row.version, row.current, row.deleted, row.envelope.persons])
          .sort()
      t.same(await of('ann'), [
        ['p', 'w1', false, false, ['ann']],
        ['p', 'w2', true, true, ['ann']],
        ['plan-1', 'v1', false, false, ['ann', 'bob']]
      ])
      t.same(await of('bob'), [
        ['plan-1', 'v1', false, false, ['ann', 'bob']],
        ['plan-1', 'v2', true, false, ['bob']]
      ])
      t.same(await of('nobody'), [])
      await close()
    }
  )
}

export const historyContract = (t: Test, open: Open): void => {
  olderVersions(t, open)
  historyPages(t, open)
  versionsOfPersons(t, open)
}
