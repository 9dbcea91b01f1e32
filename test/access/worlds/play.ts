/**
 * A random world made real: its steps as writes through the guarded store, and the same history raw
 * for the oracle.
 */
import type { Change, Written } from '../../../src/access/guarded-store.ts'
import { FhirError } from '../../../src/fhir/fhir-error.ts'
import { formatReference } from '../../../src/fhir/reference.ts'
import type { Reference, Resource } from '../../../src/fhir/resource.ts'
import type { Store } from '../../../src/storage/store.ts'
import { sees } from '../oracle/sees.ts'
import { referenceOf } from '../oracle/world.ts'
import type { OracleWorld, Version } from '../oracle/world.ts'
import { createWorld, zone } from '../world.ts'
import type { World } from '../world.ts'
import { foundation } from './foundation.ts'
import { writerOf } from './world-plan.ts'
import { day } from './vocabulary.ts'
import { respelled } from './spellings.ts'
import type { Step, WorldPlan } from './world-plan.ts'

export interface Played {
  readonly world: World
  readonly oracle: OracleWorld
  readonly writes: number
  readonly refused: number
}

type Write = Extract<Step, { kind: 'write' }>

/** What came of the writes so far: the history that the oracle judges, and the ids it has. */
interface History {
  readonly versions: Version[]
  readonly exists: Set<string>
}

/**
 * Nobody starts a record, a team or a consent for somebody whom they do not see, whatever the
 * guarded store thinks of it.
 */
const forbidden = (
  { versions, exists }: History,
  organization: string,
  { changes }: Write,
  now: number
): string | undefined => {
  const oracle: OracleWorld = { versions: [...versions], zone }
  return changes.flatMap(({ ref, resource }) => {
    const about = exists.has(formatReference(ref))
      ? undefined
      : [resource?.['subject'], resource?.['patient']]
          .map(referenceOf)
          .find((each) => each?.type === 'Patient')
    const person =
      about === undefined
        ? undefined
        : versions.findLast((version) => formatReference(version.ref) === formatReference(about))
    const created = changes.some(
      (other) => about !== undefined && formatReference(other.ref) === formatReference(about)
    )
    return about === undefined ||
      created ||
      (person !== undefined && sees(oracle, { organization, purpose: 'TREAT' }, person, now))
      ? []
      : [`${organization} wrote ${formatReference(ref)} about ${formatReference(about)}`]
  })[0]
}

interface Content {
  readonly ref: Reference
  /** `undefined`: delete. */
  readonly resource: Resource | undefined
}

/** @param nth which write of the world this is, by which references vary in spelling */
const sent = ({ exists }: History, changes: readonly Content[], nth: number): readonly Change[] =>
  changes.map(({ ref, resource }) => {
    if (resource === undefined) return { kind: 'delete', ref }
    const copy = respelled(resource, nth)
    return exists.has(formatReference(ref))
      ? { kind: 'update', ref, resource: copy, method: 'PUT' }
      : { kind: 'create', ref, resource: copy }
  })

const remember = (
  { versions, exists }: History,
  written: readonly Written[],
  changes: readonly Content[],
  by: Pick<Version, 'seq' | 'organization' | 'publishes'>
): void => {
  for (const [i, { outcome, stored }] of written.entries()) {
    if (stored === undefined || outcome === 'unchanged' || outcome === 'absent') continue
    exists.add(formatReference(stored.ref))
    const resource = changes[i]?.resource
    versions.push({
      ...by,
      ref: stored.ref,
      version: stored.version,
      ...(resource === undefined ? {} : { resource })
    })
  }
}

/** @param enrich what every resource gets on top of what the plan says */
export const play = async (
  store: Store,
  plan: WorldPlan,
  clock: { now: number },
  enrich = (resource: Resource, _id: string): Resource => resource
): Promise<Played> => {
  const world = createWorld(store, () => clock.now)
  const history: History = { versions: [], exists: new Set() }
  let writes = 0
  let refused = 0

  const write = async (step: Write): Promise<void> => {
    const organization = writerOf(plan, step)
    const wrong = forbidden(history, organization, step, clock.now)
    const guarded = world.as({
      organization,
      rights: step.publishes ? ['record-consents', 'directory'] : ['record-consents']
    })
    const changes = step.changes.map(({ ref, resource }) => ({
      ref,
      resource: resource === undefined ? undefined : enrich(resource, ref.id)
    }))
    const written = await guarded.write(sent(history, changes, writes))
    if (wrong !== undefined) throw new Error(`${wrong}, whom it does not see.`)
    remember(history, written, changes, { seq: writes, organization, publishes: step.publishes })
  }

  for (const step of [...foundation(plan), ...plan.steps]) {
    if (step.kind === 'wait') {
      clock.now += step.days * day
      continue
    }
    clock.now += 1000
    writes++
    try {
      await write(step)
    } catch (error) {
      if (!(error instanceof FhirError)) throw error
      refused++ // and leaves no trace, as the comparison will tell
    }
  }
  return { world, oracle: { versions: history.versions, zone }, writes, refused }
}
