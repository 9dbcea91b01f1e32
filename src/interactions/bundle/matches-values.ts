/**
 * Whether a resource that is not stored yet meets criteria, by its index values: conditional
 * references may lead to an entry of the same transaction.
 */
import { lastUpdatedKey } from '../../search/query.ts'
import type { IndexValues, Node, StringNode } from '../../search/query.ts'
import type { ResourceId } from '../../fhir/resource.ts'

const stringMatches = (
  { match, value }: StringNode,
  found: { readonly value: string; readonly exact: string }
): boolean =>
  match === 'exact'
    ? found.exact === value
    : match === 'prefix'
      ? found.value.startsWith(value)
      : found.value.includes(value)

/** Criteria hold no chains (search/criteria.ts). */
export const matchesValues = (node: Node, id: ResourceId, values: IndexValues): boolean => {
  switch (node.kind) {
    case 'and':
      return node.nodes.every((each) => matchesValues(each, id, values))
    case 'or':
      return node.nodes.some((each) => matchesValues(each, id, values))
    case 'not':
      return !matchesValues(node.node, id, values)
    case 'ids':
      return node.ids.includes(id)
    case 'token':
      return values.token.some(
        ({ parameter, code, system = '' }) =>
          parameter === node.parameter &&
          (node.code === undefined || code === node.code) &&
          (node.system === undefined || system === node.system)
      )
    case 'reference':
      return values.reference.some(
        ({ parameter, target }) => parameter === node.parameter && node.targets.includes(target)
      )
    case 'string':
      return values.string.some(
        (found) => found.parameter === node.parameter && stringMatches(node, found)
      )
    case 'date':
      return (
        node.parameter !== lastUpdatedKey &&
        values.date.some(
          ({ parameter, lo, hi }) =>
            parameter === node.parameter &&
            (node.loMin === undefined || lo >= node.loMin) &&
            (node.loMax === undefined || lo < node.loMax) &&
            (node.hiMin === undefined || hi > node.hiMin) &&
            (node.hiMax === undefined || hi <= node.hiMax)
        )
      )
    case 'missing':
      return !values[node.index].some(({ parameter }) => parameter === node.parameter)
    case 'chain':
    case 'has':
      return false
  }
}
