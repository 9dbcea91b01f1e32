/**
 * Criteria of conditional interactions (`If-None-Exist`, `Patient?identifier=…`): filters on one
 * type, nothing else. https://hl7.org/fhir/R4/http.html#ccreate
 */
import { FhirError } from '../fhir/fhir-error.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { parseFilter } from './filter.ts'
import { createFilterContext, type SearchRequest } from './parse.ts'
import type { Node } from './query.ts'
import { isResultParameter } from './result-parameters.ts'

export interface CriteriaRequest extends Pick<
  SearchRequest,
  'definitions' | 'timeZone' | 'base' | 'now' | 'personTargets'
> {
  readonly type: ResourceType
  /** As in a query string, percent-encoded, with or without `Type?` before it. */
  readonly criteria: string
}

/**
 * `normal`: the same for all ways to write the same criteria; names the expectation of a
 * conditional write.
 */
export interface Criteria {
  readonly where: Node
  readonly normal: string
}

/**
 * @throws FhirError `invalid`, also for chains and `_has`: whether they match depends on other
 * resources, which no expectation covers
 */
export const parseCriteria = (request: CriteriaRequest): Criteria => {
  const { type, criteria, personTargets, ...reading } = request
  const pairs = [
    ...new URLSearchParams(
      criteria.startsWith(`${type}?`) ? criteria.slice(type.length + 1) : criteria
    )
  ]
  if (pairs.length === 0) {
    throw new FhirError(
      'invalid',
      `The criteria for ${type} are empty. Name at least one search parameter, e.g. identifier=system|value.`,
      { issue: 'required' }
    )
  }
  const read = (context: Parameters<typeof createFilterContext>[0]): Node[] => {
    const filters = createFilterContext(context, [])
    return pairs.map(([name, value]) => one(type, name, value, filters))
  }
  const plain = read(reading)
  const normal = plain.map((node) => JSON.stringify(sorted(node))).sort()
  const nodes = personTargets ? read({ ...reading, personTargets }) : plain
  return {
    where: nodes.length === 1 ? (nodes[0] as Node) : { kind: 'and', nodes },
    normal: `${type}?${[...new Set(normal)].join('&')}`
  }
}

const one = (
  type: ResourceType,
  name: string,
  value: string,
  context: Parameters<typeof parseFilter>[0]
): Node => {
  if (isResultParameter(name)) {
    throw new FhirError(
      'invalid',
      `${name} shapes an answer and cannot stand in criteria. Leave it out.`,
      { issue: 'not-supported' }
    )
  }
  if (name.includes('.') || name.startsWith('_has')) {
    throw new FhirError(
      'invalid',
      `${name} looks into other resources, which criteria of conditional interactions may not. Use parameters of ${type} itself.`,
      { issue: 'not-supported' }
    )
  }
  const node = parseFilter(context, type, name, value)
  if (node.kind === 'unknown') {
    throw new FhirError('invalid', node.diagnostics, { issue: 'not-supported' })
  }
  return node
}

/** Alternatives in one order. */
const sorted = (node: Node): Node => {
  switch (node.kind) {
    case 'and':
    case 'or':
      return {
        kind: node.kind,
        nodes: node.nodes
          .map(sorted)
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      }
    case 'not':
      return { kind: 'not', node: sorted(node.node) }
    case 'ids':
      return { kind: 'ids', ids: [...node.ids].sort() }
    case 'link':
      return { ...node, targets: [...node.targets].sort() }
    case 'word':
    case 'text':
    case 'span':
    case 'missing':
    case 'chain':
    case 'has':
      return node
  }
}
