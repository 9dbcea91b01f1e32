/**
 * What "durable" means on every session: a majority has it in its journal, and reads see only such
 * data.
 */
import { ReadConcern, ReadPreference, WriteConcern } from 'mongodb'
import type { TransactionOptions } from 'mongodb'

const written = new WriteConcern('majority', undefined, true)

export const durable = {
  writeConcern: written,
  readConcern: new ReadConcern('majority'),
  readPreference: ReadPreference.primary,
  transaction: {
    readConcern: new ReadConcern('snapshot'),
    writeConcern: written,
    readPreference: ReadPreference.primary,
    // A primary that lost its majority answers in time that it does not know.
    maxCommitTimeMS: 5000
  } satisfies TransactionOptions
} as const
