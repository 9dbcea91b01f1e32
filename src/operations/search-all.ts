/** All visible matches of a filter, parsed: for operations that count and list over many pages. */
import type { GuardedStore } from '../access/guarded-store.ts'
import type { Resource, ResourceType } from '../fhir/resource.ts'
import type { Keyset, Node } from '../search/query.ts'

// eslint-disable-next-line no-restricted-syntax -- rows, not a status
const pageSize = 500
/** References in one filter; more are asked in several. */
const chunkSize = 200

const decoder = new TextDecoder()

export const searchAll = async (
  store: GuardedStore,
  type: ResourceType,
  where: Node
): Promise<readonly Resource[]> => {
  const found: Resource[] = []
  let after: Keyset | undefined
  do {
    const page = await store.search({
      type,
      where,
      sort: [],
      limit: pageSize,
      total: 'none',
      ...(after === undefined ? {} : { after })
    })
    found.push(...page.rows.map(({ json }) => JSON.parse(decoder.decode(json)) as Resource))
    after = page.next
  } while (after !== undefined)
  return found
}

/** Resources of a type that refer to one of the targets by this parameter, each once. */
export const searchReferring = async (
  store: GuardedStore,
  type: ResourceType,
  code: string,
  targets: readonly string[]
): Promise<readonly Resource[]> => {
  const found = new Map<string, Resource>()
  for (let i = 0; i < targets.length; i += chunkSize) {
    const where: Node = {
      kind: 'link',
      parameter: `${type}.${code}`,
      targets: targets.slice(i, i + chunkSize)
    }
    for (const resource of await searchAll(store, type, where)) {
      found.set(resource.id ?? '', resource)
    }
  }
  return [...found.values()]
}
