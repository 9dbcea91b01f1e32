/**
 * Which batches of a failed group are refused, and why. In the order of the port: id already
 * applied, guards, puts, restamps.
 */
import type { ClientSession } from 'mongodb'
import { StoreConflict } from '../../store.ts'
import type { Batch, Restamp } from '../../store.ts'
import type { Collections } from '../database/collections.ts'
import { idOf, versionIdOf } from '../database/document.ts'
import { durable } from '../database/durable.ts'

/** `session`: causally after the failed transaction, so that what made it fail is seen here too. */
export const appliedOf = async (
  { commits }: Collections,
  session: ClientSession,
  batches: readonly Batch[]
): Promise<ReadonlySet<string>> => {
  const ids = batches.map(({ id }) => id)
  const found = await commits
    .find({ b: { $in: ids } }, { session, readConcern: durable.readConcern, projection: { b: 1 } })
    .toArray()
  const applied = new Set(found.flatMap(({ b }) => b))
  return new Set(ids.filter((id) => applied.has(id)))
}

export const refusalsOf = async (
  collections: Collections,
  session: ClientSession,
  batches: readonly Batch[]
): Promise<ReadonlyMap<Batch, StoreConflict>> => {
  const guards = await guardValues(collections, session, batches)
  const { current, old } = await versionsNow(collections, session, batches)
  const refusals = new Map<Batch, StoreConflict>()
  for (const batch of batches) {
    const known = ({ ref, version }: Restamp): boolean => {
      const id = idOf(ref)
      return (
        current.get(id) === version ||
        old.has(versionIdOf(id, version)) ||
        batch.puts.some(({ stored }) => stored.version === version && idOf(stored.ref) === id)
      )
    }
    const moved = batch.expectations.find(
      ({ name, expect }) => expect !== undefined && (guards.get(name) ?? 0) !== expect
    )
    const put = batch.puts.find(
      ({ stored, replaces }) => current.get(idOf(stored.ref)) !== replaces
    )
    const unknown = batch.restamps.find((one) => !known(one))
    if (moved) refusals.set(batch, new StoreConflict('counter'))
    else if (put) {
      refusals.set(
        batch,
        new StoreConflict(put.replaces === undefined ? 'exists' : 'version', put.stored.ref)
      )
    } else if (unknown) refusals.set(batch, new StoreConflict('version', unknown.ref))
  }
  return refusals
}

const guardValues = async (
  { guards }: Collections,
  session: ClientSession,
  batches: readonly Batch[]
): Promise<ReadonlyMap<string, number>> => {
  const names = batches.flatMap((batch) => batch.expectations.map(({ name }) => name))
  if (names.length === 0) return new Map()
  const found = await guards
    .find({ _id: { $in: names } }, { session, readConcern: durable.readConcern })
    .toArray()
  return new Map(found.map(({ _id, c }) => [_id, c]))
}

const versionsNow = async (
  { resources, versions }: Collections,
  session: ClientSession,
  batches: readonly Batch[]
): Promise<{
  readonly current: ReadonlyMap<string, string>
  readonly old: ReadonlySet<string>
}> => {
  const options = { session, readConcern: durable.readConcern }
  const restamps = batches.flatMap((batch) => batch.restamps)
  const ids = [
    ...batches.flatMap(({ puts }) => puts.map(({ stored }) => stored.ref)),
    ...restamps.map(({ ref }) => ref)
  ].map(idOf)
  const current =
    ids.length === 0
      ? []
      : await resources.find({ _id: { $in: ids } }, { ...options, projection: { v: 1 } }).toArray()
  const old =
    restamps.length === 0
      ? []
      : await versions
          .find(
            { _id: { $in: restamps.map(({ ref, version }) => versionIdOf(idOf(ref), version)) } },
            { ...options, projection: { _id: 1 } }
          )
          .toArray()
  return {
    current: new Map(current.map(({ _id, v }) => [_id, v])),
    old: new Set(old.map(({ _id }) => _id))
  }
}
