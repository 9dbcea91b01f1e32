/** Short ways to store what a search finds, and to search for it. */
import type { Node, SearchQuery } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { idsOf, put, query, reference, system } from '../sample.ts'
import type { Sample } from '../sample.ts'

export const stored = (
  type: 'Patient' | 'CarePlan' | 'Goal',
  id: string,
  index: Sample['index'] = {},
  sample: Sample = {}
): ReturnType<typeof put> => put(reference(type, id), { ...sample, index })
export const everything: Node = { kind: 'and', nodes: [] }
export const nothing: Node = { kind: 'or', nodes: [] }
export const finder =
  (store: Store, type: SearchQuery['type'], acl = system) =>
  async (where: Node): Promise<string> =>
    idsOf((await store.search(query(type, { where }), acl)).rows).join(' ')
