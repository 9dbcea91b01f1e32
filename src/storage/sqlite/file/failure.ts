/** What SQLite's result codes mean to the port. https://www.sqlite.org/rescode.html */
import { StoreUnavailable } from '../../store.ts'

const busy = 5
const locked = 6
const noMemory = 7
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26
// SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC
const fsyncFailed = [ioError | (4 << 8), ioError | (5 << 8)]
const unavailable = [
  busy,
  locked,
  noMemory,
  readOnly,
  ioError,
  corrupt,
  full,
  cannotOpen,
  notADatabase
]

const codeOf = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : undefined
}

export const isBusy = (error: unknown): boolean => ((codeOf(error) ?? 0) & 0xff) === busy

/**
 * After a failed fsync nobody knows what the disk holds: the store stays shut until it is opened
 * again.
 */
export const isFsyncFailure = (error: unknown): boolean => fsyncFailed.includes(codeOf(error) ?? 0)

/**
 * The engine's inability becomes StoreUnavailable; anything else is a mistake of ours and stays
 * what it is.
 */
export const toPortError = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error))
  const code = codeOf(error)
  if (code === undefined || !unavailable.includes(code & 0xff)) return error
  return new StoreUnavailable(`SQLite cannot serve: ${error.message} (code ${code})`, {
    cause: error,
    full: (code & 0xff) === full
  })
}
