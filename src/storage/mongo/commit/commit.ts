/**
 * Durable commits. Waiting batches become one snapshot transaction; batches of one audit line each
 * become one plain insert.
 * After any error the group is looked up by the ids of its batches before it is tried again: never
 * doubled, never acknowledged in doubt.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientSession } from 'mongodb'
import { createGroupCommit } from '../../group-commit.ts'
import type { GroupCommit } from '../../group-commit.ts'
import { StoreUnavailable } from '../../store.ts'
import type { Batch, StoreConflict } from '../../store.ts'
import { apply, ConditionFailed } from './apply.ts'
import { auditDocument } from '../read/audit.ts'
import type { Collections } from '../database/collections.ts'
import type { CreationNumbers } from './creation-number.ts'
import { appliedOf, refusalsOf } from './diagnose.ts'
import { durable } from '../database/durable.ts'
import { isDuplicateKey, isPassing, storeError, within } from '../database/store-error.ts'

/** Batches in one transaction: more gains little and makes one conflict dearer. */
const maxBatches = 32
/** After this a new attempt is not begun. */
const patience = 5000
/**
 * After this the callers hear that the outcome is unknown, whatever the attempt still waits for.
 */
const hardEnd = 9000
/**
 * An abort that needs longer has lost its server, and the server ends the transaction by itself.
 */
const abortTime = 300

type Outcome = undefined | Error
/** What one attempt says of its batches; those it does not name are to be tried again. */
type Attempt = ReadonlyMap<Batch, Outcome>

/** Lines of the journal that stand alone do not wait behind writes, nor writes behind them. */
export const createCommit = (
  collections: Collections,
  numbers: CreationNumbers
): GroupCommit<Batch> => {
  const laneOf = (attempt: (batches: readonly Batch[]) => Promise<Attempt>): GroupCommit<Batch> =>
    createGroupCommit({
      flush: async (batches) => {
        const outcomes = await until(batches, attempt)
        return batches.map((batch) => outcomes.get(batch))
      },
      maxBatches
    })
  const lines = laneOf(async (batches) => await insertLines(collections, numbers, batches))
  const writes = laneOf(async (batches) => await transact(collections, numbers, batches))
  return {
    commit: async (batch) => {
      await (isOneLine(batch) ? lines : writes).commit(batch)
    },
    drain: async () => {
      await Promise.all([lines.drain(), writes.drain()])
    }
  }
}

const isOneLine = (batch: Batch): boolean => {
  const { audit, expectations, puts, records, restamps, reindexes = [] } = batch
  return (
    audit.length === 1 &&
    expectations.length + puts.length + records.length + restamps.length + reindexes.length === 0
  )
}

/** Tries until every batch has an outcome or patience ends. */
const until = async (
  batches: readonly Batch[],
  attempt: (rest: readonly Batch[]) => Promise<Attempt>
): Promise<Attempt> => {
  const outcomes = new Map<Batch, Outcome>()
  const begin = performance.now()
  let last: unknown
  for (let tries = 0; outcomes.size < batches.length; tries++) {
    if (tries > 0) {
      if (performance.now() - begin > patience) break
      await sleep(10 + ((tries * 17) % 50))
    }
    try {
      const left = hardEnd - (performance.now() - begin)
      for (const [batch, outcome] of await within(
        left,
        attempt(batches.filter((batch) => !outcomes.has(batch)))
      )) {
        outcomes.set(batch, outcome)
      }
    } catch (error) {
      last = error
    }
  }
  for (const batch of batches) {
    if (!outcomes.has(batch)) {
      outcomes.set(
        batch,
        new StoreUnavailable('MongoDB did not say in time whether the write is durable', {
          cause: last
        })
      )
    }
  }
  return outcomes
}

/**
 * One plain insert: a line is its own operation id, so a line that is already there was written by
 * an earlier try.
 */
const insertLines = async (
  collections: Collections,
  numbers: CreationNumbers,
  batches: readonly Batch[]
): Promise<Attempt> => {
  const lines = batches.flatMap((batch) =>
    batch.audit.map((entry) => auditDocument(entry, numbers.next()))
  )
  try {
    await collections.audit.insertMany(lines, { ordered: false })
  } catch (error) {
    if (!isDuplicateKey(error)) {
      return await failed(
        batches,
        error,
        async (batch) => await insertLines(collections, numbers, [batch])
      )
    }
  }
  return new Map(batches.map((batch) => [batch, undefined]))
}

/**
 * Passing troubles are thrown, to be tried again. What no server takes (too large, say) must not
 * fail those that happened to wait with it: each is tried alone.
 */
const failed = async (
  batches: readonly Batch[],
  error: unknown,
  alone: (batch: Batch) => Promise<Attempt>
): Promise<Attempt> => {
  if (isPassing(error)) throw error
  const outcomes = new Map<Batch, Outcome>()
  for (const batch of batches) {
    const known = storeError(error)
    if (batches.length === 1) {
      outcomes.set(batch, known instanceof Error ? known : new Error(String(known)))
    } else for (const [one, outcome] of await alone(batch)) outcomes.set(one, outcome)
  }
  return outcomes
}

const transact = async (
  collections: Collections,
  numbers: CreationNumbers,
  batches: readonly Batch[]
): Promise<Attempt> => {
  const session = collections.client.startSession({
    defaultTransactionOptions: durable.transaction
  })
  try {
    await runTransaction(collections, session, numbers, batches)
    return new Map(batches.map((batch) => [batch, undefined]))
  } catch (error) {
    return await collections.client.withSession(async (later) => {
      // Reads from here on see at least what made the transaction fail.
      if (session.operationTime) later.advanceOperationTime(session.operationTime)
      return await settle(collections, later, numbers, batches, error)
    })
  } finally {
    void session.endSession().catch(() => undefined)
  }
}

const runTransaction = async (
  collections: Collections,
  session: ClientSession,
  numbers: CreationNumbers,
  batches: readonly Batch[]
): Promise<void> => {
  session.startTransaction()
  try {
    await apply(collections, session, numbers, randomUUID(), batches)
  } catch (error) {
    await within(abortTime, session.abortTransaction()).catch(() => undefined)
    throw error
  }
  // When the outcome is unknown the driver asks the same commit once more.
  await session.commitTransaction()
}

const settle = async (
  collections: Collections,
  session: ClientSession,
  numbers: CreationNumbers,
  batches: readonly Batch[],
  error: unknown
): Promise<Attempt> => {
  const outcomes = new Map<Batch, Outcome>()
  const condition = error instanceof ConditionFailed || isDuplicateKey(error)
  const refusals = condition
    ? await refusalsOf(collections, session, batches)
    : new Map<Batch, StoreConflict>()
  // After the refusals: what refused a batch may be its own first try, whose commit became known
  // only now.
  const applied = await appliedOf(collections, session, batches)
  for (const batch of batches) {
    const refusal = refusals.get(batch)
    if (applied.has(batch.id)) outcomes.set(batch, undefined)
    else if (refusal) outcomes.set(batch, refusal)
  }
  if (outcomes.size > 0 || condition || isPassing(error)) return outcomes
  return await failed(
    batches,
    error,
    async (batch) => await transact(collections, numbers, [batch])
  )
}
