/**
 * Leases out of what every store has: a record that expires, and a counter that only one of two
 * who want it can raise. Knows no engine.
 */
import type { Millis } from '../fhir/resource.ts'
import { recordCounter } from './record-kinds.ts'
import { StoreConflict } from './store.ts'
import type { Batch, Lease, Leases, Store } from './store.ts'

const kind = 'lease'
const counterOf = (name: string): string => recordCounter(kind, name)

/** @param now the clock by which the store's records expire */
export const createLeases = (
  store: Pick<Store, 'records' | 'counters' | 'commit'>,
  now: () => Millis
): Leases => {
  const holder: Leases['holder'] = async (name) => {
    const [record] = await store.records(kind, [name])
    return record && { owner: record.json, until: record.expires ?? Infinity }
  }

  /** @returns false when somebody else was faster */
  const raise = async (
    { name, owner }: Pick<Lease, 'name' | 'owner'>,
    term: number,
    until: Millis
  ): Promise<boolean> => {
    try {
      await store.commit(raising(name, owner, term, until))
      return true
    } catch (error) {
      if (error instanceof StoreConflict) return false
      throw error
    }
  }

  return {
    holder,
    take: async (name, owner, ttl) => {
      // before the record: whoever takes it in between has raised the counter
      const [term = 0] = await store.counters([counterOf(name)])
      const held = await holder(name)
      if (held !== undefined && held.owner !== owner) return undefined
      const until = now() + ttl
      if (!(await raise({ name, owner }, term, until))) return undefined
      const fence = { name: counterOf(name), expect: term + 1, bump: false }
      return { name, owner, until, fence }
    },
    release: async (lease) => {
      await raise(lease, lease.fence.expect ?? 0, now())
    }
  }
}

const raising = (name: string, owner: string, term: number, until: Millis): Batch => ({
  // each term is reached once
  id: `lease ${name} ${term + 1} ${owner}`,
  expectations: [{ name: counterOf(name), expect: term, bump: true }],
  puts: [],
  restamps: [],
  records: [{ kind, id: name, json: owner, expires: until }],
  audit: []
})
