/** What two processes may do to each other on one database. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { Reference } from '../../../src/fhir/resource.ts'
import type { Node } from '../../../src/search/query.ts'
import { StoreConflict } from '../../../src/storage/store.ts'
import type { Store } from '../../../src/storage/store.ts'
import { freshUri, now, openAt, skip } from './world.ts'
import { always, as, batch, put, query, reference, system } from '../sample.ts'

/** False when the counters had moved. */
const attempt = async (work: () => Promise<void>): Promise<boolean> =>
  await work().then(
    () => true,
    (error: unknown) => {
      if (error instanceof StoreConflict && error.reason === 'counter') return false
      throw error
    }
  )

/** The create counts the person's rows up and relies on the epoch … */
const create = async (store: Store, ref: Reference, who: string): Promise<void> => {
  await store.commit(
    batch({
      expectations: [
        { name: `epoch ${who}`, expect: 0, bump: false },
        { name: `rows ${who}`, bump: true }
      ],
      puts: [put(ref, { version: 'v', persons: [who], acl: always('before') })]
    })
  )
}

/** … the re-stamp counts the epoch up and relies on the rows. */
const restamp = async (store: Store, who: string): Promise<void> => {
  const [rows = 0] = await store.counters([`rows ${who}`])
  const restamps = (await store.versionsOf(who)).map(({ ref, version }) => ({
    ref,
    version,
    acl: always('after')
  }))
  await store.commit(
    batch({
      expectations: [
        { name: `epoch ${who}`, expect: 0, bump: true },
        { name: `rows ${who}`, expect: rows, bump: false }
      ],
      restamps
    })
  )
}

const conditionalCreates = (t: Test): void => {
  t.test('64 identical conditional creates in two processes make one resource', async (t) => {
    const uri = freshUri(t)
    const stores = [await openAt(t, uri), await openAt(t, uri)]
    const criteria: Node = { kind: 'word', parameter: 'Patient.identifier', code: 'one' }
    const create = async (store: Store): Promise<'created' | 'found'> => {
      for (;;) {
        const [expect = 0] = await store.counters(['match'])
        const { rows } = await store.search(query('Patient', { where: criteria, limit: 2 }), system)
        if (rows.length > 0) return 'found'
        try {
          await store.commit(
            batch({
              expectations: [{ name: 'match', expect, bump: true }],
              puts: [
                put(reference('Patient', randomUUID()), {
                  index: { word: [{ parameter: 'Patient.identifier', code: 'one' }] }
                })
              ]
            })
          )
          return 'created'
        } catch (error) {
          if (!(error instanceof StoreConflict) || error.reason !== 'counter') throw error
        }
      }
    }
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, async (_, n) => await create(stores[n % 2]!))
    )
    t.equal(outcomes.filter((outcome) => outcome === 'created').length, 1)
    t.equal(
      (await stores[0]!.search(query('Patient', { where: criteria, total: 'exact' }), system))
        .total,
      1
    )
  })
}

const restampsBesideCreates = (t: Test): void => {
  t.test('a re-stamp never passes a create of the same person unseen', async (t) => {
    const uri = freshUri(t)
    const [writer, admin] = [await openAt(t, uri), await openAt(t, uri)]
    for (let round = 0; round < 25; round++) {
      const who = `person-${round}`
      const goal = reference('Goal', `g${round}`)
      const [created, restamped] = await Promise.all([
        attempt(async () => {
          await create(writer, goal, who)
        }),
        attempt(async () => {
          await restamp(admin, who)
        })
      ])
      const left = (await admin.read([goal], as('before')))[0]
      t.notOk(
        created && restamped && left !== undefined,
        `round ${round}: created ${created}, re-stamped ${restamped}`
      )
      t.ok(created || restamped, 'one of the two went through')
    }
  })
}

const feedAcrossProcesses = (t: Test): void => {
  t.test(
    'the feed keeps the order of acknowledgements across processes, gapless, with readers that number at the same time',
    async (t) => {
      const uri = freshUri(t)
      const stores = [await openAt(t, uri), await openAt(t, uri), await openAt(t, uri)]
      const spans: { id: string; began: number; ended: number }[] = []
      let tick = 0
      const write = async (store: Store, name: string): Promise<void> => {
        for (let n = 0; n < 40; n++) {
          const id = `${name}-${n}`
          const began = tick++
          await store.commit(batch({ puts: [put(reference('Task', id))] }))
          spans.push({ id, began, ended: tick++ })
        }
      }
      const reading = { stop: false }
      const readers = stores.map(async (store) => {
        while (!reading.stop) await store.feed(0, 5)
      })
      await Promise.all([
        ...stores.flatMap((store, n) => [write(store, `a${n}`), write(store, `b${n}`)])
      ])
      reading.stop = true
      await Promise.all(readers)
      const feed = await stores[0]!.feed(0, 1000)
      t.same(
        feed.map(({ sequence }) => sequence),
        Array.from({ length: 240 }, (_, n) => n + 1)
      )
      const place = new Map(feed.map(({ ref, sequence }) => [ref.id as string, sequence]))
      t.equal(place.size, 240, 'each once')
      // Whoever was acknowledged before another began stands before it.
      const wrong = spans.flatMap((first) =>
        spans
          .filter(
            (second) => first.ended < second.began && place.get(first.id)! > place.get(second.id)!
          )
          .map((second) => `${first.id} before ${second.id}`)
      )
      t.same(wrong, [])
    }
  )
}

const tokens = (t: Test): void => {
  t.test('a token used once in either process is used', async (t) => {
    const uri = freshUri(t)
    const stores = [await openAt(t, uri), await openAt(t, uri)]
    const outcomes = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, n) =>
          await stores[n % 2]!.putRecordIfAbsent(
            { kind: 'jti', id: 'one', json: '{}', expires: now() + 60_000 },
            now()
          )
      )
    )
    t.equal(outcomes.filter(Boolean).length, 1)
  })
}

export const processTests = (t: Test): void => {
  t.test('two processes', { skip }, async (t) => {
    conditionalCreates(t)
    restampsBesideCreates(t)
    feedAcrossProcesses(t)
    tokens(t)
  })
}
