/** One batch: every condition first, then every change. */
import { StoreConflict } from '../../../src/storage/store.ts'
import type { Batch, Put, Restamp } from '../../../src/storage/store.ts'
import { find } from './world.ts'
import type { Version, World } from './world.ts'

export const commit = (world: World, batch: Batch): void => {
  if (world.batches.has(batch.id)) return
  check(world, batch)
  world.batches.add(batch.id)
  for (const { name, bump } of batch.expectations) {
    if (bump) world.guards.set(name, (world.guards.get(name) ?? 0) + 1)
  }
  for (const put of batch.puts) apply(world, put)
  for (const restamp of batch.restamps) {
    const version = versionOf(world, restamp)
    if (version === undefined) continue
    version.acl = restamp.acl
    if (restamp.envelope) version.stored = { ...version.stored, envelope: restamp.envelope }
  }
  for (const { ref, version, index } of batch.reindexes ?? []) {
    const current = find(world, ref)?.current
    if (current?.stored.version === version && !current.stored.deleted) current.index = index
  }
  for (const record of batch.records) world.records.set(recordKey(record), record)
  world.audit.push(...batch.audit)
}

export const recordKey = ({ kind, id }: { readonly kind: string; readonly id: string }): string =>
  JSON.stringify([kind, id])

const check = (world: World, batch: Batch): void => {
  for (const { name, expect } of batch.expectations) {
    if (expect !== undefined && (world.guards.get(name) ?? 0) !== expect) {
      throw new StoreConflict('counter')
    }
  }
  for (const {
    stored: { ref },
    replaces
  } of batch.puts) {
    const current = find(world, ref)?.current.stored.version
    if (current === replaces) continue
    throw new StoreConflict(replaces === undefined ? 'exists' : 'version', ref)
  }
  for (const restamp of batch.restamps) {
    const made = batch.puts.some(
      ({ stored }) =>
        stored.ref.type === restamp.ref.type &&
        stored.ref.id === restamp.ref.id &&
        stored.version === restamp.version
    )
    if (!made && versionOf(world, restamp) === undefined) {
      throw new StoreConflict('version', restamp.ref)
    }
  }
}

const versionOf = (world: World, { ref, version }: Restamp): Version | undefined =>
  find(world, ref)?.versions.find(({ stored }) => stored.version === version)

const apply = (world: World, { stored, index, acl }: Put): void => {
  const version: Version = { stored, index, acl }
  const entry = find(world, stored.ref)
  if (entry) {
    entry.versions.push(version)
    entry.current = version
  } else {
    world.entries.push({
      number: world.entries.length + 1,
      ref: stored.ref,
      versions: [version],
      current: version
    })
  }
  const { ref, version: id, at, method } = stored
  world.feed.push({ sequence: world.feed.length + 1, ref, version: id, at, method })
}
