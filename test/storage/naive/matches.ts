/** A node on one resource of the world: search/matches.ts, with hops to what the caller may see. */
import { matches as matchesIndexed } from '../../../src/search/matches.ts'
import { targetOf } from '../../../src/search/query.ts'
import type { Hop, Node } from '../../../src/search/query.ts'
import type { Entry } from './world.ts'

/** `visible`: the resources that the caller may see, whole; a hop never leaves them. */
export const matches = (node: Node, entry: Entry, visible: readonly Entry[]): boolean => {
  const { stored, index } = entry.current
  return matchesIndexed(node, { id: stored.ref.id, index, at: stored.at }, (hop) =>
    visible.some((other) => isLed(hop, entry, other) && matches(hop.node, other, visible))
  )
}

const isLed = (hop: Hop, here: Entry, there: Entry): boolean =>
  hop.kind === 'chain'
    ? there.ref.type === hop.targetType && refersTo(here, hop.parameter, there)
    : there.ref.type === hop.sourceType && refersTo(there, hop.parameter, here)

const refersTo = ({ current }: Entry, parameter: string, { ref }: Entry): boolean =>
  current.index.link.some((link) => link.parameter === parameter && link.target === targetOf(ref))
