/**
 * A provision and those inside it: what a child does not state of its context it inherits, what it
 * states of data never.
 */
import type { Millis } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'
import { statedIn } from './provision-elements.ts'
import type { ProvisionElement, Stated } from './provision-elements.ts'
import { list, period, problem } from './reading.ts'
import type { Reading } from './reading.ts'

export interface ReadProvision extends Stated {
  readonly type: 'permit' | 'deny'
  readonly from: Millis
  readonly to: Millis
  readonly nested: readonly ReadProvision[]
}

/** R4 nests without end; the judge follows two levels. */
const maxDepth = 2

/** Somewhere in a Consent. */
interface Place {
  readonly path: string
  readonly depth: number
  readonly type: 'permit' | 'deny'
  readonly parent?: ReadProvision
  /**
   * The root's period: a child may state another than its parent's, but none outlasts the Consent.
   */
  readonly bounds: readonly [Millis, Millis]
}

/**
 * Context (period, actor, purpose, action) is inherited when the child does not state it; data
 * elements never are.
 */
const contextOf = ({ actors, purposes, actions }: Stated): Stated => ({
  ...(actors === undefined ? {} : { actors }),
  ...(purposes === undefined ? {} : { purposes }),
  ...(actions === undefined ? {} : { actions })
})

const withoutNested = (
  element: ProvisionElement,
  { path, parent, type, bounds }: Place,
  reading: Reading
): ReadProvision => {
  const said = statedIn(element, path, reading)
  const [from, to] =
    element.period === undefined
      ? [parent?.from ?? openLo, parent?.to ?? openHi]
      : period(element.period, `${path}.period`, reading)
  return {
    ...(parent === undefined ? {} : contextOf(parent)),
    ...said,
    type,
    from: Math.max(from, bounds[0]),
    to: Math.min(to, bounds[1]),
    nested: []
  }
}

/** A type that is not told is a problem, and a deny until somebody reads that. */
const typeOf = ({ type }: ProvisionElement, path: string, reading: Reading): 'permit' | 'deny' => {
  if (type === 'permit' || type === 'deny') return type
  problem(
    reading,
    `${path}.type`,
    `Found ${String(type)}, expected permit or deny; it is never inferred from the level above.`
  )
  return 'deny'
}

const readAt = (element: ProvisionElement, place: Place, reading: Reading): ReadProvision => {
  const parent = withoutNested(element, place, reading)
  const children = list(element.provision)
  if (place.depth === maxDepth) {
    if (children.length > 0) {
      problem(
        reading,
        `${place.path}.provision`,
        `Found a provision nested more than ${String(maxDepth)} levels deep; say it on a higher level.`
      )
    }
    return parent
  }
  const depth = place.depth + 1
  const bounds = place.parent === undefined ? ([parent.from, parent.to] as const) : place.bounds
  const nested = children.map((child, i) => {
    const path = `${place.path}.provision[${String(i)}]`
    const type = typeOf(child, path, reading)
    return readAt(child, { path, depth, type, parent, bounds }, reading)
  })
  return { ...parent, nested }
}

/** @param type of the root, which its policy may tell */
export const readProvision = (
  root: ProvisionElement,
  type: 'permit' | 'deny',
  reading: Reading
): ReadProvision =>
  readAt(root, { path: 'Consent.provision', depth: 0, type, bounds: [openLo, openHi] }, reading)
