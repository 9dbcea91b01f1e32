/**
 * Registered clients, kept in the store as records of kind `client`, so that every process sees one
 * registry.
 */
import type { Millis } from '../../fhir/resource.ts'
import type { AuditEntry, Store } from '../../storage/store.ts'
import { recordCounter } from '../../storage/record-kinds.ts'
import { StoreConflict } from '../../storage/store.ts'
import type { Client } from '../caller.ts'

/** What an operator did to a client. */
export type ClientDeed = 'add' | 'disable' | 'enable' | 'rotate'

export interface ClientStore {
  /**
   * At most `freshFor` old, so that what another process changed is honoured soon. The same object
   * until the registration changes.
   */
  readonly find: (id: string) => Promise<Client | undefined>
  readonly list: () => Promise<readonly Client[]>
  readonly add: (client: Client) => Promise<void>
  /**
   * Repeated when another process changed the same client in between; undefined: no such client.
   */
  readonly change: (
    id: string,
    deed: ClientDeed,
    edit: (client: Client) => Client
  ) => Promise<Client | undefined>
}

export interface ClientStoreDeps {
  readonly store: Store
  readonly clock: () => Millis
  readonly newId: () => string
  /**
   * The line of the journal that each change commits with itself; absent where clients are only
   * looked up.
   */
  readonly auditOf?: (deed: ClientDeed, client: Client) => AuditEntry
}

const kind = 'client'
/** The promise is 5 s; this leaves room for the request itself. */
const freshFor = 2000
/** Unknown ids are remembered as well, so the map is bounded against guessing. */
const mostCached = 10_000

interface Cached {
  readonly at: Millis
  readonly json: string | undefined
  readonly client: Client | undefined
}

/** Look-ups by id: remembered for `freshFor`, and one at a time for each id. */
const createCache = (store: Store, clock: () => Millis) => {
  const cache = new Map<string, Cached>()
  const loading = new Map<string, Promise<Client | undefined>>()

  const keep = (id: string, entry: Cached): void => {
    cache.delete(id)
    const [oldest] = cache.keys()
    if (cache.size >= mostCached && oldest !== undefined) cache.delete(oldest)
    cache.set(id, entry)
  }

  const load = async (id: string): Promise<Client | undefined> => {
    const at = clock()
    const [record] = await store.records(kind, [id])
    const before = cache.get(id)
    const client =
      before !== undefined && before.json === record?.json
        ? before.client
        : record && parse(record.json)
    keep(id, { at, json: record?.json, client })
    return client
  }

  const find = async (id: string): Promise<Client | undefined> => {
    const cached = cache.get(id)
    if (cached !== undefined && Math.abs(clock() - cached.at) < freshFor) return cached.client
    const pending = loading.get(id) ?? load(id).finally(() => loading.delete(id))
    loading.set(id, pending)
    return await pending
  }

  return { find, forget: (id: string) => cache.delete(id) }
}

export const createClientStore = ({
  store,
  clock,
  newId,
  auditOf
}: ClientStoreDeps): ClientStore => {
  const cache = createCache(store, clock)

  const save = async (client: Client, deed: ClientDeed, expect: number): Promise<void> => {
    await store.commit({
      id: newId(),
      expectations: [{ name: recordCounter(kind, client.id), expect, bump: true }],
      puts: [],
      restamps: [],
      records: [{ kind, id: client.id, json: JSON.stringify(client) }],
      audit: auditOf === undefined ? [] : [auditOf(deed, client)]
    })
    cache.forget(client.id)
  }

  const change: ClientStore['change'] = async (id, deed, edit) => {
    for (;;) {
      const [expect = 0] = await store.counters([recordCounter(kind, id)])
      const [record] = await store.records(kind, [id])
      if (record === undefined) return undefined
      const edited = edit(parse(record.json))
      try {
        await save(edited, deed, expect)
        return edited
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error
      }
    }
  }

  return {
    find: cache.find,
    list: async () => (await store.listRecords(kind)).map(({ json }) => parse(json)),
    add: async (client) => await save(client, 'add', 0),
    change
  }
}

const parse = (json: string): Client => JSON.parse(json) as Client
