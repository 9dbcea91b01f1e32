/** Random worlds as plain data, so that they shrink: who exists, and the writes in order. */
import fc from 'fast-check'
import { psiCodeSystem } from '../../../src/psi/canonical.ts'
import {
  at,
  clean,
  link,
  organizations,
  patients,
  practitioners,
  roles,
  themes
} from './vocabulary.ts'
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

/** What every world begins with, so that most writes find what they refer to. */
export const foundation = ({ keepers, publishes }: WorldPlan): readonly Step[] => [
  {
    kind: 'write',
    by: 'o0',
    publishes,
    changes: organizations.map((id) => ({
      ref: at('Organization', id),
      resource: clean({ resourceType: 'Organization', name: id })
    }))
  },
  {
    kind: 'write',
    by: 'o0',
    publishes: true,
    changes: practitioners.map((id) => ({
      ref: at('Practitioner', id),
      resource: clean({ resourceType: 'Practitioner' })
    }))
  },
  {
    kind: 'write',
    by: 'o0',
    publishes: true,
    changes: roles.map((id, i) => ({
      ref: at('PractitionerRole', id),
      resource: clean({
        resourceType: 'PractitionerRole',
        practitioner: link('Practitioner', practitioners[i % 2] ?? 'p0'),
        organization: link('Organization', organizations[i + 1] ?? 'o1')
      })
    }))
  },
  {
    kind: 'write',
    by: 'o1',
    publishes: false,
    changes: ['l0', 'l1'].map((id) => ({
      ref: at('Location', id),
      resource: clean({ resourceType: 'Location', name: id })
    }))
  },
  ...patients.map((id): Step => ({
    kind: 'write',
    by: keepers[id] ?? 'o0',
    publishes: false,
    changes: [
      {
        ref: at('Patient', id),
        resource: clean({ resourceType: 'Patient', name: [{ family: id }] })
      },
      {
        ref: at('RelatedPerson', `rel-${id}`),
        resource: clean({ resourceType: 'RelatedPerson', patient: link('Patient', id) })
      },
      ...['a', 'b'].map((letter): Change => ({
        ref: at('CareTeam', `${id}-team-${letter}`),
        resource: clean({
          resourceType: 'CareTeam',
          status: 'active',
          subject: link('Patient', id)
        })
      })),
      {
        ref: at('CarePlan', `${id}-plan`),
        resource: clean({
          resourceType: 'CarePlan',
          status: 'active',
          intent: 'plan',
          subject: link('Patient', id),
          category: [{ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code: 'psi' }] }]
        })
      },
      {
        ref: at('Goal', `${id}-goal`),
        resource: clean({
          resourceType: 'Goal',
          lifecycleStatus: 'active',
          description: { text: 'g' },
          subject: link('Patient', id)
        })
      },
      {
        ref: at('Condition', `${id}-condition`),
        resource: clean({ resourceType: 'Condition', subject: link('Patient', id) })
      }
    ]
  }))
]

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
