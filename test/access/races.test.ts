/**
 * Two writes at once: one runs whole between any two steps of the other. Whatever the order, what
 * is seen afterwards is what the resources say.
 */
import type { Test } from 'tap'
import t from 'tap'
import { formatReference, parseReference } from '../../src/fhir/reference.ts'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { StoreConflict } from '../../src/storage/store.ts'
import type { Batch, Store } from '../../src/storage/store.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { sees } from './oracle/sees.ts'
import type { OracleWorld } from './oracle/world.ts'
import {
  consent,
  deny,
  foundation,
  hospital,
  house,
  patient,
  plan,
  provenance,
  provenanceOf,
  psiCore,
  put,
  role,
  team,
  unpublished
} from './races/acts.ts'
import type { Act } from './races/acts.ts'
import { createWorld, goal, zone } from './world.ts'
import type { As, World } from './world.ts'
import { recording } from './worlds/filtered.ts'
import { at, link } from './worlds/vocabulary.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const callers: readonly As[] = [
  ...['hospital', 'centre', 'unit', 'network'].map((organization) => ({ organization })),
  ...['r0', 'r1'].flatMap((id) =>
    ['centre', 'unit'].map((organization) => ({ organization, user: `PractitionerRole/${id}` }))
  ),
  ...['centre', 'unit'].map((organization) => ({ organization, user: 'Practitioner/p' }))
]

/** Raw history from what was committed. */
const oracleOf = (batches: readonly Batch[]): OracleWorld => ({
  zone,
  versions: batches.flatMap(({ puts }, seq) =>
    puts.map(({ stored }) => ({
      seq,
      ref: stored.ref,
      version: stored.version,
      organization: stored.envelope.custodian,
      publishes: stored.envelope.published === true,
      ...(stored.deleted
        ? {}
        : { resource: JSON.parse(new TextDecoder().decode(stored.json)) as Resource })
    }))
  )
})

const until = async (act: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      await act()
      return
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
    }
  }
  throw new Error('no end of conflicts')
}

/** The store as one writer meets it; before its step number `step` the other act happens. */
const interrupted = (
  store: Store,
  step: number,
  other: () => Promise<unknown>
): { readonly store: Store; readonly reached: () => boolean } => {
  let steps = 0
  const hooked = new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...given: unknown[]): Promise<unknown> => {
        if (steps++ === step) await other()
        return await (Reflect.apply(method, target, given) as Promise<unknown>)
      }
    }
  })
  return { store: hooked, reached: () => steps > step }
}

const mismatches = async (world: World, oracle: OracleWorld): Promise<readonly string[]> => {
  const found: string[] = []
  const refs = [...new Set(oracle.versions.map(({ ref }) => formatReference(ref)))].flatMap(
    (text) => parseReference(text) ?? []
  )
  for (const who of callers) {
    const rows = await world.as(who).readAll(refs)
    refs.forEach((ref, i) => {
      const version = oracle.versions.findLast(
        (each) => formatReference(each.ref) === formatReference(ref)
      )
      const [type = '', id = ''] = who.user?.split('/') ?? []
      const expected =
        version !== undefined &&
        sees(
          oracle,
          {
            organization: who.organization,
            purpose: 'TREAT',
            ...(who.user === undefined ? {} : { user: at(type as Reference['type'], id) })
          },
          version,
          now
        )
      if (expected !== (rows[i] !== undefined)) {
        found.push(
          `${who.organization} ${who.user ?? ''} ${expected ? 'misses' : 'sees'} ${formatReference(ref)}`
        )
      }
    })
  }
  return found
}

/** @returns number of places where one came between the other's steps */
const race = async (t: Test, before: readonly Act[], first: Act, second: Act): Promise<number> => {
  for (let step = 0; ; step++) {
    const { store, batches } = recording(await openNaiveStore({ now: () => now }))
    const world = createWorld(store, () => now)
    for (const act of [...foundation, ...before]) await act(world)
    const hook = interrupted(store, step, async () => {
      await until(async () => await second(world))
    })
    await until(async () => await first(createWorld(hook.store, () => now)))
    if (!hook.reached()) return step
    const found = await mismatches(world, oracleOf(batches))
    if (found.length > 0) t.same(found, [], `the second before step ${String(step)} of the first`)
  }
}

const cases: readonly (readonly [string, readonly Act[], Act, Act])[] = [
  [
    'a denial of a role, and a new role of the same person',
    [consent('Organization/centre')],
    deny('PractitionerRole/r0'),
    role('r1')
  ],
  [
    'a permit of a role, and the end of the role',
    [],
    consent('PractitionerRole/r0'),
    role('r0', { active: false })
  ],
  [
    'a team, and a role that moves',
    [team('Organization/network'), consent('CareTeam/team')],
    team('PractitionerRole/r0'),
    role('r0', { organization: link('Organization', 'unit') })
  ],
  [
    'a denial of a house, and a unit that becomes part of it',
    [consent('Practitioner/p')],
    deny('Organization/centre'),
    house('unit', 'centre')
  ],
  [
    'two houses that move, one above the other, below a denied one',
    [consent('Practitioner/p'), deny('Organization/network')],
    house('unit', 'centre'),
    house('centre', 'network')
  ],
  [
    'a Provenance, and a target that becomes a crisis plan',
    [consent('Organization/centre', psiCore)],
    provenance,
    plan('crisis-plan')
  ],
  [
    'a consent, and a target that becomes a crisis plan below a Provenance',
    [provenance],
    consent('Organization/centre', psiCore),
    plan('crisis-plan')
  ],
  [
    'two targets of one Provenance, one that becomes a crisis plan and one that no longer is',
    [
      consent('Organization/centre', psiCore),
      plan('crisis-plan', 'second'),
      provenanceOf('plan', 'second')
    ],
    plan('psi', 'second'),
    plan('crisis-plan')
  ],
  ['a consent, and another one', [], consent('Organization/centre'), deny('Organization/centre')],
  [
    'a consent, and a new resource',
    [],
    consent('Organization/centre'),
    put({ ...goal(patient), id: 'late' })
  ],
  [
    'a consent, and a professional whom a goal newly names',
    [unpublished({ resourceType: 'Practitioner', id: 'q' })],
    consent('Organization/centre'),
    put({ ...goal(patient), id: 'goal', expressedBy: link('Practitioner', 'q') })
  ],
  [
    'a name that changes, and a goal that newly names its bearer',
    [unpublished({ resourceType: 'Practitioner', id: 'q' }), consent('Organization/centre')],
    unpublished({ resourceType: 'Practitioner', id: 'q', active: true }),
    put({ ...goal(patient), id: 'goal', expressedBy: link('Practitioner', 'q') })
  ]
]

for (const [name, before, first, second] of cases) {
  t.test(name, async (t) => {
    t.ok((await race(t, before, first, second)) > 2, 'the second between the steps of the first')
    t.ok((await race(t, before, second, first)) > 2, 'and the other way round')
  })
}

t.test('a before-image is the one that this request read, and still the current one', async (t) => {
  const world = createWorld(await openNaiveStore({ now: () => now }), () => now)
  const ref = at('Patient', 'x')
  const named = (family: string): Resource => ({
    resourceType: 'Patient',
    id: 'x',
    name: [{ family }]
  })
  await world.put(hospital, named('A'))
  const [early, late] = [world.as(hospital), world.as(hospital)]
  const before = await early.readToChange(ref)
  const other = await late.readToChange(ref)
  const change = { kind: 'update', ref, method: 'PUT' } as const
  if (before === undefined || other === undefined) throw new Error('The patient is there.')
  await t.rejects(
    world.as(hospital).write([{ ...change, resource: named('B'), before }]),
    /readToChange did not give/
  )
  await late.write([{ ...change, resource: named('B'), before: other }])
  await t.rejects(
    early.write([{ ...change, resource: named('C'), before }]),
    new StoreConflict('version', ref)
  )
})
