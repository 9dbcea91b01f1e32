/**
 * A store that refuses to search by what its index is not complete for, whoever asks and by
 * whatever way: a filter, a chain, an include, conditional criteria, a decision of access.
 */
import { FhirError } from '../fhir/fhir-error.ts'
import type { Node, ParameterKey, SearchQuery } from '../search/query.ts'
import type { Store } from '../storage/store.ts'
import type { IndexState } from './index-state.ts'

export const onlyIndexed = (store: Store, { unindexed }: Pick<IndexState, 'unindexed'>): Store => {
  const check = (keys: () => readonly ParameterKey[]): void => {
    const missing = unindexed()
    if (missing.size === 0) return
    const key = keys().find((each) => missing.has(each))
    if (key !== undefined) throw refusal(key)
  }
  return {
    ...store,
    search: async (query, acl) => {
      check(() => keysOfQuery(query))
      return await store.search(query, acl)
    },
    include: async (include, sources, limit, acl) => {
      check(() => [include.parameter])
      return await store.include(include, sources, limit, acl)
    }
  }
}

/**
 * As any parameter that the CapabilityStatement does not name, but for now. How far the job is, it
 * does not say: that would tell of what the caller does not see.
 */
const refusal = (key: ParameterKey): FhirError => {
  const dot = key.indexOf('.')
  return new FhirError(
    'invalid',
    `Search parameter ${key.slice(dot + 1)} of ${key.slice(0, dot)} is being indexed: an answer would leave out what has not been reached. Ask again later, or without it.`,
    { issue: 'transient' }
  )
}

const keysOfQuery = ({ where, sort }: SearchQuery): readonly ParameterKey[] => [
  ...keysOf(where),
  ...sort.map(({ parameter }) => parameter)
]

const keysOf = (node: Node): readonly ParameterKey[] => {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap(keysOf)
    case 'not':
      return keysOf(node.node)
    case 'ids':
      return []
    case 'chain':
    case 'has':
      return [node.parameter, ...keysOf(node.node)]
    case 'word':
    case 'text':
    case 'span':
    case 'link':
    case 'missing':
      return [node.parameter]
  }
}
