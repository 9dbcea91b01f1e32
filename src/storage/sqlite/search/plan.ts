/**
 * Chooses where a search starts: at few rows that are sorted afterwards, or on an index that is
 * walked in the order asked for.
 */
import type { Node, SearchQuery } from '../../../search/query.ts'
import { betweenSpans, candidatesOf, estimateCap } from './candidates.ts'
import type { Candidates, Estimate } from './candidates.ts'
import type { Compiler } from './compile.ts'

/** `few`: rids in hand. `walk`: an index in order. */
export type Start =
  | { readonly kind: 'few'; readonly rids: Candidates['rids'] }
  | { readonly kind: 'walk'; readonly along?: Node }
export interface Plan {
  readonly start: Start
  /** Conditions still to be judged on each row. */
  readonly where: readonly Node[]
  /** The start already comes from the caller's visible sets. */
  readonly visible: boolean
}

/**
 * Where one way gets better than another, in rows. Tests lower them, so that small worlds go the
 * ways of large ones.
 */
export interface Thresholds {
  /** Up to here the caller's keys are not looked at as a way in. */
  readonly selective: number
  /**
   * Up to here fetching and sorting everything beats walking an index past rows that do not match.
   */
  readonly few: number
  /** From here on the rows of one sort value are a search of their own, and not sorted together. */
  readonly group: number
}
export const measured: Thresholds = { selective: 300, few: estimateCap / 2, group: 500 }

/** `node`: the condition that the candidates come from, when it is one. */
interface Choice {
  readonly node: Node | undefined
  readonly candidates: Candidates
}

export const conjuncts = (node: Node): readonly Node[] =>
  node.kind === 'and' ? node.nodes.flatMap(conjuncts) : [node]

/** Rows that are sorted faster than anything else could be tried. */
const soonSorted = 64
/**
 * A filter that keeps at least one row in so many is dense: an index walked past the others soon
 * gives a page, and at worst is so many times as long.
 */
const dense = 8
/** A row on the way costs as much as so many that are sorted. */
const stepsPerRow = 10

/**
 * Whether a page is found sooner by walking in the order asked for than by sorting all `matching`.
 * `total`, `seen`: rows of the type, and those the caller can see.
 */
const walksSooner = (matching: number, total: number, seen: number, limit: number): boolean =>
  total < estimateCap &&
  matching * dense >= total &&
  stepsPerRow * limit * (total / matching) * (total / Math.max(1, Math.min(seen, total))) < matching

/**
 * @param reach counts the rows of this type that the caller can see, capped; undefined for a caller
 * who sees all
 * @param total counts the rows of this type, capped
 */
export const plan = (
  query: Pick<SearchQuery, 'type' | 'sort' | 'limit'>,
  where: readonly Node[],
  estimate: Estimate,
  reach:
    (() => { readonly count: number; readonly rids: (compiler: Compiler) => string }) | undefined,
  total: () => number,
  { selective, few }: Thresholds
): Plan => {
  const best = [
    ...where.map((node) => ({ node, candidates: candidatesOf(node, query.type, estimate) })),
    ...betweenSpans(where, query.type, estimate).map((candidates) => ({
      node: undefined,
      candidates
    }))
  ]
    .filter((choice): choice is Choice => choice.candidates !== undefined)
    .reduce<Choice | undefined>(
      (a, b) => (a === undefined || b.candidates.estimate < a.candidates.estimate ? b : a),
      undefined
    )
  const matching = best?.candidates.estimate ?? estimateCap
  const isInOrder = (node: Node | undefined): node is Node =>
    node !== undefined && query.sort.length === 0 && isOrdered(node)
  const from = ({ node, candidates: { rids, complete } }: Choice): Plan => ({
    start: isInOrder(node) ? { kind: 'walk', along: node } : { kind: 'few', rids },
    where: complete ? where.filter((other) => other !== node) : where,
    visible: false
  })
  const walk: Plan = { start: { kind: 'walk' }, where, visible: false }
  if (
    best &&
    query.sort.length > 0 &&
    matching > soonSorted &&
    walksSooner(matching, total(), reach?.().count ?? estimateCap, query.limit)
  ) {
    return walk
  }
  if (best && matching <= selective) return from(best)

  const seen = reach?.()
  if (seen && seen.count <= few && seen.count < matching) {
    return { start: { kind: 'few', rids: seen.rids }, where, visible: true }
  }
  if (best && (matching <= few || isInOrder(best.node))) return from(best)
  return walk
}

/** One exact index value: its rows stand in order of creation. */
const isOrdered = (node: Node): boolean =>
  (node.kind === 'word' && (node.code !== undefined || node.system !== undefined)) ||
  (node.kind === 'link' && node.targets.length === 1) ||
  (node.kind === 'text' && node.match === 'exact')
