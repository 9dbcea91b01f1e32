/**
 * A random world made real: its steps as writes through the guarded store, and the same history raw
 * for the oracle.
 */
import { FhirError } from '../../../src/fhir/fhir-error.ts'
import { formatReference } from '../../../src/fhir/reference.ts'
import type { Resource } from '../../../src/fhir/resource.ts'
import type { Store } from '../../../src/storage/store.ts'
import { sees } from '../oracle/sees.ts'
import { referenceOf } from '../oracle/world.ts'
import type { OracleWorld, Version } from '../oracle/world.ts'
import { createWorld, zone } from '../world.ts'
import type { World } from '../world.ts'
import { foundation, writerOf } from './world-plan.ts'
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

/** @param enrich what every resource gets on top of what the plan says */
export const play = async (
  store: Store,
  plan: WorldPlan,
  clock: { now: number },
  enrich = (resource: Resource, _id: string): Resource => resource
): Promise<Played> => {
  const world = createWorld(store, () => clock.now)
  const versions: Version[] = []
  const exists = new Set<string>()
  let writes = 0
  let refused = 0

  /**
   * Nobody starts a record, a team or a consent for somebody whom they do not see, whatever the
   * guarded store thinks of it.
   */
  const forbidden = (organization: string, { changes }: Write): string | undefined => {
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
        (person !== undefined &&
          sees(oracle, { organization, purpose: 'TREAT' }, person, clock.now))
        ? []
        : [`${organization} wrote ${formatReference(ref)} about ${formatReference(about)}`]
    })[0]
  }

  const write = async (step: Write): Promise<void> => {
    const organization = writerOf(plan, step)
    const wrong = forbidden(organization, step)
    const guarded = world.as({
      organization,
      rights: step.publishes ? ['record-consents', 'directory'] : ['record-consents']
    })
    const changes = step.changes.map(({ ref, resource }) => ({
      ref,
      resource: resource === undefined ? undefined : enrich(resource, ref.id)
    }))
    const written = await guarded.write(
      changes.map(({ ref, resource }) => {
        if (resource === undefined) return { kind: 'delete', ref }
        const copy = respelled(resource, writes)
        return exists.has(formatReference(ref))
          ? { kind: 'update', ref, resource: copy, method: 'PUT' }
          : { kind: 'create', ref, resource: copy }
      })
    )
    if (wrong !== undefined) throw new Error(`${wrong}, whom it does not see.`)
    for (const [i, { outcome, stored }] of written.entries()) {
      if (stored === undefined || outcome === 'unchanged' || outcome === 'absent') continue
      exists.add(formatReference(stored.ref))
      const resource = changes[i]?.resource
      versions.push({
        seq: writes,
        ref: stored.ref,
        version: stored.version,
        organization,
        publishes: step.publishes,
        ...(resource === undefined ? {} : { resource })
      })
    }
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
  return { world, oracle: { versions, zone }, writes, refused }
}
