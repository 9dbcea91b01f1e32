/**
 * What a command is given of the world around it, so that tests run commands in their own process.
 */
import { randomUUID } from 'node:crypto'
import type { Environment } from '../config.ts'

export interface Io {
  /** Absent: the process's own. */
  readonly environment?: Environment
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly clock: () => number
  readonly newId: () => string
  readonly fetch: typeof fetch
}

/** Exit codes, the same for every command and documented in its help. */
export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/** What went wrong, for people: printed as it is, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: 1 | 2
  constructor(message: string, exitCode: 1 | 2 = exitCodes.failure) {
    super(message)
    this.exitCode = exitCode
  }
}

export const processIo: Io = {
  out: (text) => {
    process.stdout.write(text)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  clock: Date.now,
  newId: randomUUID,
  fetch: async (...request) => await fetch(...request)
}
