/**
 * Which errors of the driver mean "not now" to the caller; what is left is a fault of ours and
 * stays as it is.
 */
import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoError,
  MongoExpiredSessionError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError
} from 'mongodb'
import { FhirError } from '../../../fhir/fhir-error.ts'
import { StoreConflict, StoreUnavailable } from '../../store.ts'

const outOfDisk = 14031

/**
 * Fail-over, shutdown, time limits and lost transactions:
 * https://github.com/mongodb/specifications, retryable reads and writes.
 */
const passing: ReadonlySet<number> = new Set([
  6, 7, 24, 46, 50, 63, 64, 79, 84, 89, 91, 100, 112, 133, 134, 149, 150, 189, 202, 225, 234, 237,
  239, 244, 246, 251, 256, 262, 290, 317, 365, 384, 9001, 10058, 10107, 11600, 11601, 11602, 13388,
  13435, 13436
])

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11000

/** Might the same work succeed when tried again? */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return false
  if (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoOperationTimeoutError ||
    error instanceof MongoExpiredSessionError
  ) {
    return true
  }
  if (
    [
      'TransientTransactionError',
      'UnknownTransactionCommitResult',
      'RetryableWriteError',
      'RetryableError'
    ].some((label) => error.hasErrorLabel(label))
  ) {
    return true
  }
  // A bulk write that lost its server carries neither label nor code.
  if (error instanceof MongoBulkWriteError && error.code === undefined) return true
  if (error instanceof MongoServerError) {
    return typeof error.code === 'number' && passing.has(error.code)
  }
  // Not connected, pool cleared, topology closed: the driver has many names for a lost server.
  return (
    error instanceof MongoDriverError &&
    /NotConnected|WaitQueueTimeout|PoolCleared|PoolClosed|TopologyClosed|ServerClosed|TransactionError/.test(
      error.name
    )
  )
}

/** What the port promises to throw. */
export const storeError = (error: unknown): unknown => {
  if (
    error instanceof StoreConflict ||
    error instanceof StoreUnavailable ||
    error instanceof FhirError
  ) {
    return error
  }
  if (error instanceof MongoServerError && error.code === outOfDisk) {
    return new StoreUnavailable('MongoDB has no disk space left', { cause: error, full: true })
  }
  if (isPassing(error)) {
    return new StoreUnavailable('MongoDB has no primary that answers now', { cause: error })
  }
  return error
}

/** Reads that take longer are given up: a caller never waits 10 s for a server that hangs. */
const patience = 9000

/** The same function, in the port's words and time. */
export const inStoreWords =
  <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    try {
      return await within(patience, work(...args))
    } catch (error) {
      throw storeError(error)
    }
  }

/** @throws StoreUnavailable when the time is over; the work itself goes on unheard */
export const within = async <R>(milliseconds: number, work: Promise<R>): Promise<R> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailable(`MongoDB did not answer within ${milliseconds} ms`)),
      milliseconds
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
