/** Random worlds as plain data, so that they shrink: who exists, and the writes in order. */
import fc from 'fast-check'
import { organizations, themes } from './vocabulary.ts'
import { change } from './changes.ts'
import type { Change, Theme } from './vocabulary.ts'

export type Step =
  | {
      readonly kind: 'write'
      readonly by: string
      readonly publishes: boolean
      readonly changes: readonly Change[]
    }
  | { readonly kind: 'wait'; readonly days: number }

const organization = fc.constantFrom(...organizations)
const keeper = 'keeper'
/** Mostly by whoever keeps the record already, sometimes by anybody. */
const step = (theme: Theme): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        by: fc.oneof(
          { weight: 6, arbitrary: fc.constant(keeper) },
          { weight: 1, arbitrary: organization }
        ),
        publishes: fc.boolean(),
        changes: fc.uniqueArray(change(theme), {
          minLength: 1,
          maxLength: 2,
          selector: ({ ref }) => `${ref.type}/${ref.id}`
        })
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        days: fc.integer({ min: 1, max: 15 })
      })
    }
  )

export interface WorldPlan {
  /** Which organisation keeps each patient's record. */
  readonly keepers: Readonly<Record<string, string>>
  readonly publishes: boolean
  readonly steps: readonly Step[]
}

/**
 * The organisation that a write comes from: the one that keeps the record of the patient whom the
 * first change is about.
 */
export const writerOf = (
  { keepers }: WorldPlan,
  { by, changes }: Extract<Step, { kind: 'write' }>
): string => {
  if (by !== keeper) return by
  const about = /(?:^|-)(x\d)/.exec(changes[0]?.ref.id ?? '')?.[1]
  if (about !== undefined) return keepers[about] ?? 'o0'
  return changes[0]?.ref.type === 'Location' ? 'o1' : 'o0'
}

export const worldPlan = (most: number): fc.Arbitrary<WorldPlan> =>
  fc.constantFrom(...Object.values(themes)).chain((theme) =>
    fc.record({
      keepers: fc.record({ x0: fc.constantFrom('o0', 'o1'), x1: fc.constantFrom('o0', 'o3') }),
      publishes: fc.boolean(),
      steps: fc.array(step(theme), { minLength: 1, maxLength: most, size: 'max' })
    })
  )

export interface Who {
  readonly organization: string
  readonly user?: string
  readonly purposes?: readonly string[]
}

export const callers: readonly Who[] = [
  ...organizations.map((organization) => ({ organization })),
  { organization: 'o1', purposes: [] },
  { organization: 'o2', purposes: ['HRESCH'] },
  { organization: 'o3', purposes: ['TREAT', 'HRESCH'] },
  { organization: 'o1', user: 'PractitionerRole/r0' },
  { organization: 'o0', user: 'PractitionerRole/r0' },
  { organization: 'o4', user: 'PractitionerRole/r1' },
  { organization: 'o2', user: 'PractitionerRole/r2', purposes: ['HRESCH'] },
  { organization: 'o0', user: 'Practitioner/p0' },
  { organization: 'o3', user: 'Practitioner/p1' },
  { organization: 'o0', user: 'Patient/x0' },
  { organization: 'o4', user: 'Patient/x1' },
  { organization: 'o0', user: 'RelatedPerson/rel-x0' },
  { organization: 'o2', user: 'RelatedPerson/rel-x1', purposes: [] }
]
