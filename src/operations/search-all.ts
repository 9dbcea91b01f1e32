/** All visible matches of a filter, parsed: for operations that count and list over many pages. */
import type { GuardedStore } from '../access/guarded-store.ts'
import { resourceAs, wholeResource } from '../fhir/elements.ts'
import type { ResourceOf } from '../fhir/elements.ts'
import type { ResourceType } from '../fhir/resource.ts'
import type { Keyset, Node } from '../search/query.ts'

// eslint-disable-next-line no-restricted-syntax -- rows, not a status
const pageSize = 500
/** References in one filter; more are asked in several. */
const chunkSize = 200

export const searchAll = async <T extends ResourceType>(
  store: GuardedStore,
  type: T,
  where: Node
): Promise<readonly ResourceOf<T>[]> => {
  const found: ResourceOf<T>[] = []
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
    found.push(...page.rows.map(({ json }) => resourceAs(type, wholeResource(json))))
    after = page.next
  } while (after !== undefined)
  return found
}

/** Resources of a type that refer to one of the targets by this parameter, each once. */
export const searchReferring = async <T extends ResourceType>(
  store: GuardedStore,
  type: T,
  code: string,
  targets: readonly string[]
): Promise<readonly ResourceOf<T>[]> => {
  const found = new Map<string, ResourceOf<T>>()
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
