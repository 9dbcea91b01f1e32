/**
 * Random worlds through GuardedStore.write; then what each caller reads, of each version, is what
 * the oracle says from the raw resources.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import fc from 'fast-check'
import t from 'tap'
import { purposeOf } from '../../src/access/who/keys.ts'
import { formatReference, parseReference } from '../../src/fhir/reference.ts'
import type { Reference, Resource, ResourceType } from '../../src/fhir/resource.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { sees } from './oracle/sees.ts'
import { now, referenceOf } from './oracle/world.ts'
import type { Asker, OracleWorld } from './oracle/world.ts'
import { callerOf } from './world.ts'
import type { World } from './world.ts'
import { callers, worldPlan } from './worlds/world-plan.ts'
import { day, start } from './worlds/vocabulary.ts'
import type { Who, WorldPlan } from './worlds/world-plan.ts'
import { play } from './worlds/play.ts'
import type { Played } from './worlds/play.ts'

const seed = Number(env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
const worldsNaive = Number(env['PSI_TEST_WORLDS'] ?? 250)
const worldsSqlite = Math.ceil(worldsNaive / 20)

let compared = 0
let visible = 0
let writes = 0
let refused = 0

const askerOf = (who: Who): Asker => {
  const caller = callerOf({ purposes: ['TREAT'], ...who })
  const purpose = purposeOf(caller)
  return {
    organization: who.organization,
    ...(caller.user === undefined ? {} : { user: caller.user }),
    ...(purpose === undefined ? {} : { purpose })
  }
}

/** A professional is behind a client of the organisation for which the role is. */
const employed = (who: Who, { oracle }: Played): Who => {
  const role =
    who.user?.startsWith('PractitionerRole/') === true
      ? now(oracle, parseReference(who.user))
      : undefined
  return { ...who, organization: referenceOf(role?.['organization'])?.id ?? who.organization }
}

const refsOf = ({ oracle }: Played): readonly Reference[] =>
  [...new Set(oracle.versions.map(({ ref }) => formatReference(ref)))].flatMap(
    (text) => parseReference(text) ?? []
  )

interface Difference {
  readonly who: Who
  readonly days: number
  readonly what: string
  readonly expected: unknown
  readonly found: unknown
}

const seenBy = (oracle: OracleWorld, asker: Asker, at: number): ReadonlySet<string> =>
  new Set(
    oracle.versions
      .filter((version) => sees(oracle, asker, version, at))
      .map(({ version }) => version)
  )

const compare = async (played: Played, who: Who, at: number): Promise<readonly Difference[]> => {
  const { world, oracle } = played
  const guarded = world.as(who, at)
  const differences: Difference[] = []
  const expect = (what: string, expected: unknown, found: unknown): void => {
    if (JSON.stringify(expected) !== JSON.stringify(found)) {
      differences.push({ who, days: (at - start) / day, what, expected, found })
    }
  }
  const seen = seenBy(oracle, askerOf(who), at)
  compared += oracle.versions.length
  visible += seen.size
  const refs = refsOf(played)
  const rows = await guarded.readAll(refs)
  for (const [i, ref] of refs.entries()) {
    const own = oracle.versions.filter(
      (version) => formatReference(version.ref) === formatReference(ref)
    )
    const current = own.at(-1)
    expect(
      `read ${formatReference(ref)}`,
      current !== undefined && seen.has(current.version) ? current.version : undefined,
      rows[i]?.version
    )
    const expected = own
      .filter(({ version }) => seen.has(version))
      .map(({ version }) => version)
      .reverse()
    expect(
      `history ${formatReference(ref)}`,
      expected,
      (await guarded.history(ref, { limit: 100 })).rows.map(({ version }) => version)
    )
    for (const { version } of own) {
      expect(
        `vread ${formatReference(ref)} #${String(own.findIndex((each) => each.version === version))}`,
        seen.has(version),
        (await guarded.readVersion(ref, version as never)) !== undefined
      )
    }
  }
  for (const type of new Set(refs.map((ref) => ref.type))) {
    await compareSearch(played, guarded, type, seen, expect)
  }
  return differences
}

const compareSearch = async (
  { oracle }: Played,
  guarded: ReturnType<World['as']>,
  type: ResourceType,
  seen: ReadonlySet<string>,
  expect: (what: string, expected: unknown, found: unknown) => void
): Promise<void> => {
  const page = await guarded.search({
    type,
    where: { kind: 'and', nodes: [] },
    sort: [],
    limit: 1000,
    total: 'exact'
  })
  const expected = oracle.versions.filter(
    ({ ref, version, resource }) =>
      ref.type === type &&
      resource !== undefined &&
      seen.has(version) &&
      oracle.versions.findLast((other) => formatReference(other.ref) === formatReference(ref))
        ?.version === version
  )
  expect(
    `search ${type}`,
    expected.map(({ version }) => version).sort(),
    page.rows.map(({ version }) => version as string).sort()
  )
  expect(`total ${type}`, expected.length, page.total)
}

const story = ({ oracle }: Played, differences: readonly Difference[]): string =>
  JSON.stringify(
    {
      differences: differences.slice(0, 4),
      versions: oracle.versions
        .filter(
          ({ resource }) => resource === undefined || !['Location'].includes(resource.resourceType)
        )
        .slice(-14)
        .map(({ ref, organization, resource }): [string, string, Resource | undefined] => [
          formatReference(ref),
          organization,
          resource
        ])
    },
    null,
    1
  )

const holds =
  (
    open: () => Promise<{
      readonly store: Store
      readonly clock: { now: number }
      readonly close: () => Promise<void>
    }>
  ) =>
  async (plan: WorldPlan): Promise<void> => {
    const { store, clock, close } = await open()
    try {
      const played = await play(store, plan, clock)
      writes += played.writes
      refused += played.refused
      for (const ahead of [0, 17]) {
        for (const who of callers.map((each) => employed(each, played))) {
          const differences = await compare(played, who, clock.now + ahead * day)
          if (differences.length > 0) throw new Error(story(played, differences))
        }
      }
    } finally {
      await close()
    }
  }

const naive = async () => {
  const clock = { now: start }
  const store = await openNaiveStore({ now: () => clock.now })
  return { store, clock, close: store.close }
}
const sqlite = async () => {
  const clock = { now: start }
  const directory = await mkdtemp(join(tmpdir(), 'psi-oracle-'))
  const store = await openSqliteStore({ directory, now: () => clock.now })
  return {
    store,
    clock,
    close: async () => {
      await store.close()
      await rm(directory, { recursive: true })
    }
  }
}

t.setTimeout(600_000)
t.test('what is seen of every version is what the Consents say', async (t) => {
  await fc.assert(fc.asyncProperty(worldPlan(14), holds(naive)), { seed, numRuns: worldsNaive })
  t.ok(visible > 0 && visible < compared, 'both answers occur')
  t.comment(
    `seed ${String(seed)}: ${String(worldsNaive)} worlds, ${String(writes)} writes of which ${String(refused)} refused, ${String(compared)} verdicts of which ${String(visible)} visible`
  )
})

t.test('so it is on the embedded store', async (t) => {
  await fc.assert(fc.asyncProperty(worldPlan(14), holds(sqlite)), { seed, numRuns: worldsSqlite })
  t.comment(`seed ${String(seed)}: ${String(worldsSqlite)} worlds`)
})
