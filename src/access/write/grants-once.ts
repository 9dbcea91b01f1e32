/**
 * Grants in the course of one write: each person's are read once, the counter before them, and
 * every decision of the write rests on the same ones.
 */
import type { Expectation, PersonKey, Store } from '../../storage/store.ts'
import { counter } from '../counters.ts'
import type { Grants } from '../consent/rules.ts'
import type { GrantsOf } from '../decision/acl.ts'
import { epochsOf, grantsSince, noGrants } from '../decision/grants.ts'

export interface GrantsOnce {
  /** Reads the counters: whatever makes grants is read afterwards. */
  readonly open: (persons: readonly PersonKey[]) => Promise<void>
  readonly load: (persons: readonly PersonKey[]) => Promise<void>
  /** Of whom was loaded; nobody else has any. */
  readonly of: GrantsOf
  /** @param changed whose grants the write makes anew */
  readonly expectations: (changed: readonly PersonKey[]) => readonly Expectation[]
}

/** Reads each person's value once, also when two ask at the same time. */
const once = <T>(
  read: (persons: readonly PersonKey[]) => Promise<readonly T[]>
): ((persons: readonly PersonKey[]) => Promise<readonly T[]>) => {
  const known = new Map<PersonKey, Promise<T>>()
  return async (persons) => {
    const fresh = [...new Set(persons)].filter((person) => !known.has(person))
    if (fresh.length > 0) {
      const asked = read(fresh)
      fresh.forEach((person, i) => {
        known.set(
          person,
          asked.then((values) => values[i] as T)
        )
      })
    }
    return await Promise.all(persons.flatMap((person) => known.get(person) ?? []))
  }
}

export const createGrantsOnce = (store: Store): GrantsOnce => {
  const epochs = new Map<PersonKey, number>()
  const grants = new Map<PersonKey, Grants>()
  const readEpochs = once(async (persons) => {
    const values = await epochsOf(store, persons)
    persons.forEach((person, i) => epochs.set(person, values[i] ?? 0))
    return values
  })
  const readGrants = once(async (persons) => {
    const values = await grantsSince(store, persons, await readEpochs(persons))
    persons.forEach((person, i) => grants.set(person, values[i] ?? noGrants(person)))
    return values
  })
  return {
    open: async (persons) => {
      await readEpochs(persons)
    },
    load: async (persons) => {
      await readGrants(persons)
    },
    of: (person) => grants.get(person) ?? noGrants(person),
    expectations: (changed) =>
      [...epochs].map(([person, expect]) => ({
        name: counter('patient', person),
        expect,
        bump: changed.includes(person)
      }))
  }
}
