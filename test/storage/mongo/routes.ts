/** Plans of many organisations, and which index answers what of one of them. */
import type { Node, SearchQuery } from '../../../src/search/query.ts'
import type { Store } from '../../../src/storage/store.ts'
import { always, as, audited, batch, put, reference } from '../sample.ts'

/**
 * Many organisations, each with its own patients; every caller below sees one organisation in
 * fifty.
 */
export const fill = async (store: Store): Promise<void> => {
  const organisations = 50
  const writes: Promise<void>[] = []
  for (let n = 0; n < 3000; n++) {
    const patient = `Patient/p${n % 600}`
    writes.push(
      store.commit(
        batch({
          puts: [
            put(reference('CarePlan', `c${n}`), {
              version: `v${n}`,
              persons: [`p${n % 600}`],
              acl: always(`org-${(n % 600) % organisations}`, `person-${n % 600}`, 'backup'),
              index: {
                word: [
                  { parameter: 'CarePlan.status', code: n % 10 === 0 ? 'completed' : 'active' },
                  { parameter: 'CarePlan.identifier', code: `id-${n}`, system: 'urn:x' }
                ],
                link: [{ parameter: 'CarePlan.patient', target: patient }],
                text: [{ parameter: 'CarePlan.title', value: `steun ${n}`, exact: `Steun ${n}` }],
                span: [{ parameter: 'CarePlan.date', lo: n * 1000, hi: n * 1000 + 1000 }]
              }
            })
          ],
          audit: [audited(`a${n}`)]
        })
      )
    )
  }
  await Promise.all(writes)
}

export const caller = as('org-7')
export const sorted: Partial<SearchQuery> = {
  sort: [{ parameter: 'CarePlan.date', form: 'span', direction: 'desc' }],
  limit: 20
}
export const status: Node = { kind: 'word', parameter: 'CarePlan.status', code: 'active' }

/** At most so many keys and documents does a query look at on its way. */
export const routes = [
  {
    name: 'the plans of a patient',
    where: { kind: 'link', parameter: 'CarePlan.patient', targets: ['Patient/p7'] },
    parts: {},
    index: /ref: 1/,
    keys: 12
  },
  {
    name: 'an identifier',
    where: { kind: 'word', parameter: 'CarePlan.identifier', code: 'id-7', system: 'urn:x' },
    parts: {},
    index: /tok: 1/,
    keys: 4
  },
  {
    name: 'ids',
    where: { kind: 'ids', ids: ['c7', 'c8'].map((id) => reference('CarePlan', id).id) },
    parts: {},
    index: /_id: 1/,
    keys: 6
  },
  {
    name: 'everything of a type, for one organisation of fifty',
    where: { kind: 'and', nodes: [] },
    parts: { limit: 20 },
    index: /acl\.k: 1/,
    keys: 70
  },
  {
    name: 'status by date, for one organisation of fifty',
    where: status,
    parts: sorted,
    index: /acl\.k: 1/,
    keys: 60
  },
  {
    name: 'its next page',
    where: status,
    parts: { ...sorted, after: [2_000_000, 0] },
    index: /acl\.k: 1/,
    keys: 60
  },
  {
    name: 'a title by its start',
    where: { kind: 'text', parameter: 'CarePlan.title', match: 'prefix', value: 'steun 100' },
    parts: {},
    index: /str: 1/,
    keys: 20
  },
  {
    name: 'what changed lately',
    where: { kind: 'span', parameter: '_lastUpdated', loMin: 1_900_000_000_000 },
    parts: {},
    index: /at: -1/,
    keys: 5
  },
  {
    name: 'a narrow date',
    where: { kind: 'span', parameter: 'CarePlan.date', loMin: 7000, loMax: 9000 },
    parts: {},
    index: /dt|acl/,
    keys: 70
  }
] as const satisfies readonly {
  name: string
  where: Node
  parts: Partial<SearchQuery>
  index: RegExp
  keys: number
}[]
