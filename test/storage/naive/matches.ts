/**
 * Does a resource match a node? Read straight off the definition of each kind in search/query.ts:
 * the oracle of every adapter.
 */
import { lastUpdatedKey, targetOf } from '../../../src/search/query.ts'
import type { DateNode, Node, StringNode, TokenNode } from '../../../src/search/query.ts'
import type { Entry } from './world.ts'

/** `visible`: the resources that the caller may see, whole; a hop never leaves them. */
export const matches = (node: Node, entry: Entry, visible: readonly Entry[]): boolean => {
  const {
    current: { stored, index }
  } = entry
  switch (node.kind) {
    case 'and':
      return node.nodes.every((part) => matches(part, entry, visible))
    case 'or':
      return node.nodes.some((part) => matches(part, entry, visible))
    case 'not':
      return !matches(node.node, entry, visible)
    case 'ids':
      return node.ids.includes(stored.ref.id)
    case 'token':
      return index.token.some(
        (value) => value.parameter === node.parameter && tokenMatches(node, value)
      )
    case 'reference':
      return index.reference.some(
        (value) => value.parameter === node.parameter && node.targets.includes(value.target)
      )
    case 'string':
      return index.string.some(
        (value) => value.parameter === node.parameter && stringMatches(node, value)
      )
    case 'date':
      return datesOf(entry, node.parameter).some((value) => dateMatches(node, value))
    case 'missing':
      return (
        !isOwn(node.parameter) &&
        !index[node.index].some((value) => value.parameter === node.parameter)
      )
    case 'chain':
      return index.reference.some(
        (value) =>
          value.parameter === node.parameter &&
          visible.some(
            (target) =>
              target.ref.type === node.targetType &&
              targetOf(target.ref) === value.target &&
              matches(node.node, target, visible)
          )
      )
    case 'has':
      return visible.some(
        (source) =>
          source.ref.type === node.sourceType &&
          source.current.index.reference.some(
            (value) => value.parameter === node.parameter && value.target === targetOf(stored.ref)
          ) &&
          matches(node.node, source, visible)
      )
  }
}

/** Every resource has an id and a time. */
const isOwn = (parameter: string): boolean => parameter === lastUpdatedKey || parameter === '_id'

const datesOf = (
  { current }: Entry,
  parameter: string
): readonly { readonly lo: number; readonly hi: number }[] =>
  parameter === lastUpdatedKey
    ? [{ lo: current.stored.at, hi: current.stored.at + 1 }]
    : current.index.date.filter((value) => value.parameter === parameter)

const tokenMatches = (
  node: TokenNode,
  value: { readonly code: string; readonly system?: string }
): boolean =>
  (node.code === undefined || node.code === value.code) &&
  (node.system === undefined || node.system === (value.system ?? ''))

const stringMatches = (
  node: StringNode,
  value: { readonly value: string; readonly exact: string }
): boolean => {
  switch (node.match) {
    case 'prefix':
      return value.value.startsWith(node.value)
    case 'contains':
      return value.value.includes(node.value)
    case 'exact':
      return value.exact === node.value
  }
}

const dateMatches = (
  node: DateNode,
  { lo, hi }: { readonly lo: number; readonly hi: number }
): boolean =>
  (node.loMin === undefined || lo >= node.loMin) &&
  (node.loMax === undefined || lo < node.loMax) &&
  (node.hiMin === undefined || hi > node.hiMin) &&
  (node.hiMax === undefined || hi <= node.hiMax)
