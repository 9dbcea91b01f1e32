/**
 * What a query node means, said once: whether the index values of one resource meet it. Stores say
 * the same in their own language, and are tested against this.
 */
import type { Millis, ResourceId } from '../fhir/resource.ts'
import { isOwnKey, lastUpdatedKey } from './query.ts'
import type { Hop, IndexValues, Node, SpanNode, TextNode, WordNode } from './query.ts'

/** `at`: the time of its version; absent: it has none yet, and meets no bound on `_lastUpdated`. */
export interface Indexed {
  readonly id: ResourceId
  readonly index: IndexValues
  readonly at?: Millis
}

/** @param leads whether a chain or `_has` leads from here to a resource that its node matches */
export const matches = (node: Node, indexed: Indexed, leads: (hop: Hop) => boolean): boolean => {
  const { id, index } = indexed
  switch (node.kind) {
    case 'and':
      return node.nodes.every((part) => matches(part, indexed, leads))
    case 'or':
      return node.nodes.some((part) => matches(part, indexed, leads))
    case 'not':
      return !matches(node.node, indexed, leads)
    case 'ids':
      return node.ids.includes(id)
    case 'word':
      return valuesOf(index.word, node).some((word) => isWord(node, word))
    case 'text':
      return valuesOf(index.text, node).some((text) => isText(node, text))
    case 'span':
      return spansOf(indexed, node).some((span) => isWithin(node, span))
    case 'link':
      return valuesOf(index.link, node).some(({ target }) => node.targets.includes(target))
    case 'missing':
      return (
        !isOwnKey(node.parameter) &&
        !index[node.form].some(({ parameter }) => parameter === node.parameter)
      )
    case 'chain':
    case 'has':
      return leads(node)
  }
}

interface OfParameter {
  readonly parameter: string
}
const valuesOf = <T extends OfParameter>(
  values: readonly T[],
  { parameter }: OfParameter
): readonly T[] => values.filter((value) => value.parameter === parameter)

const spansOf = ({ index, at }: Indexed, node: SpanNode): readonly Omit<Span, 'parameter'>[] => {
  if (node.parameter !== lastUpdatedKey) return valuesOf(index.span, node)
  return at === undefined ? [] : [{ lo: at, hi: at + 1 }]
}

type Word = IndexValues['word'][number]
type Text = IndexValues['text'][number]
type Span = IndexValues['span'][number]

const isWord = (node: WordNode, { code, system = '' }: Word): boolean =>
  (node.code === undefined || node.code === code) &&
  (node.system === undefined || node.system === system)

const isText = (node: TextNode, { value, exact }: Text): boolean => {
  switch (node.match) {
    case 'prefix':
      return value.startsWith(node.value)
    case 'contains':
      return value.includes(node.value)
    case 'exact':
      return exact === node.value
  }
}

const isWithin = (node: SpanNode, { lo, hi }: Omit<Span, 'parameter'>): boolean =>
  (node.loMin === undefined || lo >= node.loMin) &&
  (node.loMax === undefined || lo < node.loMax) &&
  (node.hiMin === undefined || hi > node.hiMin) &&
  (node.hiMax === undefined || hi <= node.hiMax)
