/** Which indexes answer, which commands are shared, and that no query goes without the acl. */
import { MongoClient } from 'mongodb'
import type { Db, Document } from 'mongodb'
import type { Test } from 'tap'
import type { Store } from '../../../src/storage/store.ts'
import { always, as, audited, batch, put, query, reference, system, version } from '../sample.ts'
import { caller, fill, routes, sorted, status } from './routes.ts'
import { freshUri, openAt, skip } from './world.ts'

interface World {
  readonly store: Store
  readonly profiled: (work: () => Promise<unknown>) => Promise<readonly Document[]>
}

/** What the server says of every command that `work` sent. */
const profiler =
  (db: Db) =>
  async (work: () => Promise<unknown>): Promise<readonly Document[]> => {
    await db.command({ profile: 0 })
    await db
      .collection('system.profile')
      .drop()
      .catch(() => false)
    await db.command({ profile: 2, slowms: 0 })
    await work()
    await db.command({ profile: 0 })
    return (
      await db
        .collection('system.profile')
        .find({ ns: { $not: /system\.profile/ } })
        .toArray()
    ).filter(({ appName }) => appName === 'psi-fhir')
  }

const fewDocuments = (t: Test, { store, profiled }: World): void => {
  for (const { name, where, parts, index, keys } of routes) {
    t.test(`${name}: answered from an index that leads to few documents`, async (t) => {
      const commands = await profiled(
        async () => await store.search(query('CarePlan', { limit: 20, where, ...parts }), caller)
      )
      t.equal(commands.length, 1, 'one query')
      for (const { planSummary, keysExamined, docsExamined } of commands) {
        t.match(String(planSummary), index)
        t.ok(keysExamined <= keys, `${keysExamined} keys examined, at most ${keys} expected`)
        t.ok(docsExamined <= keys, `${docsExamined} documents examined`)
      }
    })
  }
}

const sharedCommands = (t: Test, { store, profiled }: World): void => {
  t.test(
    'searches and reads that wait together share commands, each gets what it gets alone, and no two callers share one',
    async (t) => {
      const asked = [
        query('CarePlan', { where: status, ...sorted }),
        query('CarePlan', { where: status, ...sorted, after: [2_000_000, 0] }),
        query('CarePlan', { limit: 3 }),
        query('CarePlan', {
          limit: 5,
          sort: [
            { parameter: 'CarePlan.title', form: 'text', direction: 'asc' },
            { parameter: 'CarePlan.date', form: 'span', direction: 'asc' }
          ]
        }),
        query('CarePlan', {
          where: { kind: 'word', parameter: 'CarePlan.status', code: 'none' }
        })
      ]
      const callers = [caller, as('org-8')]
      const references = ['c7', 'c57', 'c8', 'none'].map((id) => reference('CarePlan', id))
      const alone: unknown[] = []
      for (const who of callers) {
        for (const one of asked) alone.push(await store.search(one, who))
        for (const one of references) alone.push(await store.read([one], who))
      }
      const together: unknown[] = []
      const commands = await profiled(async () => {
        together.push(
          ...(await Promise.all(
            callers.flatMap((who) => [
              ...asked.map(async (one) => await store.search(one, who)),
              ...references.map(async (one) => await store.read([one], who))
            ])
          ))
        )
      })
      t.same(together, alone)
      // Of the first in a lane nobody knows yet that others come, and an ascending sort goes on
      // with what has no value.
      t.ok(commands.length <= 12, `${commands.length} commands for ${together.length} questions`)
      for (const { command } of commands) {
        t.equal(
          new Set(JSON.stringify(command).match(/"\$in":\["org-\d"\]/g)).size,
          1,
          'one set of access keys'
        )
      }
    }
  )
}

const aclAtEveryHop = (t: Test, { store, profiled }: World): void => {
  t.test('every query on resources carries the acl, at every hop', async (t) => {
    const commands = await profiled(async () => {
      await store.search(
        query('CarePlan', {
          where: {
            kind: 'chain',
            parameter: 'CarePlan.patient',
            targetType: 'Patient',
            node: {
              kind: 'has',
              sourceType: 'CarePlan',
              parameter: 'CarePlan.patient',
              node: { kind: 'link', parameter: 'CarePlan.patient', targets: ['Patient/p7'] }
            }
          },
          total: 'capped',
          sort: [{ parameter: 'CarePlan.title', form: 'text', direction: 'asc' }]
        }),
        caller
      )
      for (const direction of ['forward', 'reverse'] as const) {
        await store.include(
          { direction, sourceType: 'CarePlan', parameter: 'CarePlan.patient', iterate: false },
          [reference('Patient', 'p7'), reference('CarePlan', 'c7')],
          5,
          caller
        )
      }
      await store.history(reference('CarePlan', 'c7'), caller, { limit: 5 })
      await store.readVersion(reference('CarePlan', 'c7'), version('none'), caller)
      await store.read([reference('CarePlan', 'c7')], caller)
    })
    t.ok(commands.length >= 10, `${commands.length} queries`)
    for (const { command } of commands) {
      t.match(JSON.stringify(command), /"acl":\{"\$elemMatch":\{"k":\{"\$in":\["org-7"\]\}/)
    }
  })
}

const everyOperation = async (store: Store): Promise<void> => {
  const plan = reference('CarePlan', 'c7')
  await store.read([plan], caller)
  await store.read([plan, reference('CarePlan', 'c57')], caller)
  await store.commit(
    batch({
      puts: [put(plan, { version: 'w', replaces: 'v7', acl: always('org-7') })],
      restamps: [{ ref: plan, version: version('v7'), acl: [] }],
      expectations: [{ name: 'g', expect: 0, bump: true }],
      audit: [audited('late')]
    })
  )
  await store.readVersion(plan, version('v7'), caller)
  await store.history(plan, system, { limit: 5 })
  await store.versionsOf('p7')
  await store.counters(['g'])
  await store.records('k', ['1'])
  await store.listRecords('k')
  await store.putRecordIfAbsent({ kind: 'k', id: '1', json: '{}' }, 1)
  await store.audit({ limit: 3 })
  await store.audit({
    limit: 3,
    patients: [],
    organization: plan.id,
    request: 'r',
    from: 1
  })
  await store.feed(0, 5)
  await store.count()
}

const noScans = (t: Test, { store, profiled }: World): void => {
  t.test(
    'no operation of the store scans a collection; reads and writes by id carry the shard key',
    async (t) => {
      const commands = await profiled(async () => {
        await everyOperation(store)
      })
      const scans = commands.filter(({ planSummary }) => String(planSummary).includes('COLLSCAN'))
      t.same(
        scans.map(({ ns, command }) => JSON.stringify([ns, command])),
        []
      )
      const byId = commands.filter(
        ({ ns, op, command }) =>
          /\.(resources|versions)$/.test(String(ns)) &&
          (op === 'update' || (op === 'query' && !('pe' in command.filter)))
      )
      t.ok(byId.length >= 7, `${byId.length} commands by id`)
      for (const { ns, op, command } of byId) {
        const filter = JSON.stringify(op === 'update' ? command.q : command.filter)
        t.match(filter, String(ns).endsWith('versions') ? /"(?:r|_id)":/ : /"_id":/)
      }
    }
  )
}

export const routingTests = (t: Test): void => {
  t.test('indexes and routing', { skip }, async (t) => {
    const uri = freshUri(t)
    const store = await openAt(t, uri)
    await fill(store)
    const client = new MongoClient(uri)
    t.teardown(async () => await client.close())
    const world: World = { store, profiled: profiler(client.db()) }
    fewDocuments(t, world)
    sharedCommands(t, world)
    aclAtEveryHop(t, world)
    noScans(t, world)
  })
}
