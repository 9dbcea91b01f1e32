/**
 * The yardstick: every answer equals that of a server that holds only what this caller may see.
 * Two whole applications on two stores, the second with the caller's versions alone, get the same
 * requests over HTTP.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import fc from 'fast-check'
import t from 'tap'
import { purposeOf } from '../../src/access/who/keys.ts'
import type { Caller, ClientRight } from '../../src/auth/caller.ts'
import { formatReference } from '../../src/fhir/reference.ts'
import type { Resource } from '../../src/fhir/resource.ts'
import { caseload } from '../../src/operations/caseload/caseload.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Batch, Store } from '../../src/storage/store.ts'
import { createWorld } from '../http/world.ts'
import type { World as Server } from '../http/world.ts'
import { forSelf } from './oracle/actors.ts'
import { sees } from './oracle/sees.ts'
import type { Asker, OracleWorld } from './oracle/world.ts'
import { callerOf } from './world.ts'
import { callers, worldPlan } from './worlds/world-plan.ts'
import { opening } from './worlds/consents.ts'
import { patients, start } from './worlds/vocabulary.ts'
import type { Who, WorldPlan } from './worlds/world-plan.ts'
import { recording, shadow } from './worlds/filtered.ts'
import { play } from './worlds/play.ts'
import { enriched } from './worlds/enriched.ts'
import type { Known, Request, Sent } from './worlds/names.ts'
import { anyRequest, lookAround } from './worlds/requests.ts'

const seed = Number(env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
/** More worlds for a longer run. */
const worldsNaive = Number(env['PSI_TEST_WORLDS'] ?? 60)
const worldsSqlite = Math.ceil(worldsNaive / 10)
const requestsPerWorld = 50

const statuses = new Map<string, number>()
let asked = 0
let left = 0
let strange = 0

interface Opened {
  readonly store: Store
  readonly close: () => Promise<void>
}
type Open = (now: () => number) => Promise<Opened>

const openNaive: Open = async (now) => {
  const store = await openNaiveStore({ now })
  return { store, close: store.close }
}
const openSqlite: Open = async (now) => {
  const directory = await mkdtemp(join(tmpdir(), 'psi-shadow-'))
  const store = await openSqliteStore({ directory, now })
  return {
    store,
    close: async () => {
      await store.close()
      await rm(directory, { recursive: true })
    }
  }
}

const decoder = new TextDecoder()

/** What an attacker might have learnt elsewhere: ids, contents and versions of all there is. */
const knownOf = (batches: readonly Batch[]): Known => {
  const puts = batches.flatMap((batch) => batch.puts.map(({ stored }) => stored))
  const of = (type: string, id: string): typeof puts =>
    puts.filter(({ ref }) => formatReference(ref) === `${type}/${id}`)
  return {
    resource: (type, id) => {
      const last = of(type, id).findLast(({ deleted }) => !deleted)
      return last === undefined ? undefined : (JSON.parse(decoder.decode(last.json)) as Resource)
    },
    versions: (type, id) => of(type, id).map(({ version }) => version)
  }
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const cursor = /(_cursor=)([A-Za-z0-9_-]+)/g

/**
 * Ids made while answering differ between two servers as between two days: they count by order of
 * appearance. Those of the common past stay.
 */
const comparable = (answers: readonly Answer[], past: ReadonlySet<string>): readonly unknown[] => {
  const fresh = new Map<string, string>()
  const rename = (text: string): string =>
    text
      .replace(
        cursor,
        (_, name: string, sealed: string) => `${name}${String(sealed.length)} characters`
      )
      .replace(uuid, (id) => {
        if (past.has(id)) return id
        if (!fresh.has(id)) fresh.set(id, `new-${String(fresh.size)}`)
        return fresh.get(id) ?? id
      })
  return answers.map(({ status, headers, text }) => {
    const { 'x-request-id': _request, date: _date, 'content-length': _length, ...rest } = headers
    return {
      status,
      headers: JSON.parse(rename(JSON.stringify(rest))) as unknown,
      text: rename(text)
    }
  })
}

const nextOf = (text: string): string | undefined =>
  /"relation":"next","url":"http:\/\/psi\.test(\/fhir\/[^"]+)"/.exec(text)?.[1]

/** One request, and the pages that follow it. */
const ask = async (
  server: Server,
  { method, path, headers = {}, body }: Sent
): Promise<readonly Answer[]> => {
  const answers: Answer[] = []
  let found = await server.send(method, path, {
    as: 'anybody',
    headers,
    ...(body === undefined ? {} : { body })
  })
  answers.push(found)
  for (
    let next = nextOf(found.text), page = 0;
    next !== undefined && page < 6;
    next = nextOf(found.text), page++
  ) {
    found = await server.send('GET', next, { as: 'anybody' })
    answers.push(found)
  }
  return answers
}

const rights: readonly (readonly ClientRight[])[] = [
  ['record-consents'],
  ['record-consents'],
  ['record-consents'],
  [],
  [],
  [],
  [],
  [],
  [],
  ['directory', 'operator'],
  ['platform']
]

const serve = async (store: Store, caller: Caller, clock: () => number): Promise<Server> =>
  await createWorld({
    wrap: () => store,
    clock,
    authenticate: async () => caller,
    operations: [caseload(3)]
  })

interface Scene {
  readonly plan: WorldPlan
  readonly who: Who
  readonly rights: readonly ClientRight[]
  readonly decisions: boolean
  readonly requests: readonly Request[]
}

const opened = (who: Who): fc.Arbitrary<WorldPlan> =>
  fc
    .tuple(
      worldPlan(10),
      fc.array(opening(who.user ?? `Organization/${who.organization}`), { maxLength: 2 })
    )
    .map(([plan, openings]) => ({
      ...plan,
      steps: [
        ...openings.map((change) => ({
          kind: 'write' as const,
          by: 'keeper',
          publishes: false,
          changes: [change]
        })),
        ...plan.steps
      ]
    }))

const scene: fc.Arbitrary<Scene> = fc
  .tuple(fc.boolean(), fc.constantFrom(...callers))
  .chain(([decisions, who]) =>
    fc.record({
      plan: opened(who),
      who: fc.constant(who),
      rights: fc.constantFrom(...rights),
      decisions: fc.constant(decisions),
      requests: fc.array(anyRequest(decisions), {
        minLength: 1,
        maxLength: requestsPerWorld,
        size: 'max'
      })
    })
  )

const names = (id: string): RegExp => new RegExp(`Patient/${id}(?![\\w-])|"id":"${id}"`)

/**
 * Patients of whom this caller sees nothing that even names them, read from the raw resources and
 * not from any acl:
 * the two servers share what stamps and judges, and would be wrong together.
 */
const unknownTo = (oracle: OracleWorld, caller: Caller, now: number): readonly string[] => {
  const purpose = purposeOf(caller)
  const asker: Asker = {
    organization: caller.organization,
    ...(caller.user === undefined ? {} : { user: caller.user }),
    ...(purpose === undefined ? {} : { purpose })
  }
  // What opens to the house opens to whoever comes from it, unless a deny names them: that the
  // person works in a denied house too is not known (2611-root-deny.md).
  const askers: readonly Asker[] =
    asker.user === undefined || forSelf(asker)
      ? [asker]
      : [asker, { organization: asker.organization, ...(purpose === undefined ? {} : { purpose }) }]
  return patients.filter(
    (id) =>
      !oracle.versions.some(
        (version) =>
          names(id).test(`${formatReference(version.ref)} ${JSON.stringify(version.resource)}`) &&
          askers.some((each) => sees(oracle, each, version, now))
      )
  )
}

const differs = (
  request: Sent,
  who: Who,
  full: readonly unknown[],
  alone: readonly unknown[]
): string => JSON.stringify({ who, request, full, alone }, null, 1)

const holds =
  (open: Open) =>
  async ({ plan, who, rights, decisions, requests }: Scene): Promise<void> => {
    const clock = { now: start }
    const whole = await open(() => clock.now)
    const part = await open(() => clock.now)
    const { store, batches } = recording(whole.store)
    try {
      const { oracle } = await play(store, plan, clock, enriched)
      const past = [...batches]
      clock.now += 1000
      const caller = callerOf({ purposes: ['TREAT'], rights, ...who })
      left += (await shadow(whole.store, past, part.store, caller, clock.now, decisions)).hidden
      const known = knownOf(past)
      const strangers = unknownTo(oracle, caller, clock.now)
      strange += strangers.length
      const ids = new Set(
        past.flatMap(({ puts }) => puts.map(({ stored }) => stored.version as string))
      )
      const full = await serve(whole.store, caller, () => clock.now)
      const alone = await serve(part.store, caller, () => clock.now)
      let told = ''
      for (const request of [...requests.map((make) => make(known)), ...lookAround]) {
        clock.now += 10
        const said = await ask(full, request)
        told += JSON.stringify(request)
        // whom the caller named stands in the caller's own journal
        const own = request.path.startsWith('AuditEvent') ? told : JSON.stringify(request)
        const leaked = strangers.find(
          (id) => !own.includes(id) && said.some(({ text }) => names(id).test(text))
        )
        if (leaked !== undefined) {
          throw new Error(
            `Patient/${leaked}, of whom ${JSON.stringify(who)} sees nothing, in the answer to ${JSON.stringify(request)}`
          )
        }
        const answers = [said, await ask(alone, request)].map((each) => comparable(each, ids))
        const status = String((answers[0]?.[0] as Answer | undefined)?.status)
        asked++
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1])) {
          throw new Error(differs(request, who, answers[0] ?? [], answers[1] ?? []))
        }
      }
    } finally {
      await whole.close()
      await part.close()
    }
  }

const told = (worlds: number): string =>
  `seed ${String(seed)}: ${String(worlds)} worlds, ${String(asked)} requests, ${String(left)} versions hidden, ${String(strange)} patients unknown to the caller; by status ${[
    ...statuses
  ]
    .sort()
    .map(([status, count]) => `${status}: ${String(count)}`)
    .join(', ')}`

t.setTimeout(600_000)

t.test(
  'every answer equals that of a server that holds only what the caller may see',
  async (t) => {
    await fc.assert(fc.asyncProperty(scene, holds(openNaive)), { seed, numRuns: worldsNaive })
    t.ok(left > 0, 'something was hidden')
    t.ok(strange > 0, 'somebody was unknown to the caller')
    t.comment(told(worldsNaive))
  }
)

t.test('so it is on the embedded store', async (t) => {
  await fc.assert(fc.asyncProperty(scene, holds(openSqlite)), { seed, numRuns: worldsSqlite })
  t.comment(told(worldsSqlite))
})
