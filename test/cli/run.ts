/** Runs a command in this process and gives back what it printed. */
import { randomUUID } from 'node:crypto'
import { run } from '../../src/cli/main.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly json: () => unknown
}

export const runner =
  (environment: Readonly<Record<string, string>>) =>
  async (...args: string[]): Promise<Ran> => {
    const out: string[] = []
    const err: string[] = []
    const code = await run(args, {
      environment,
      out: (text) => {
        out.push(text)
      },
      err: (text) => {
        err.push(text)
      },
      clock: Date.now,
      newId: randomUUID,
      fetch: async (...request) => await fetch(...request)
    })
    return {
      code,
      out: out.join(''),
      err: err.join(''),
      json: () => JSON.parse(out.join('')) as unknown
    }
  }
