/**
 * Counts the trips to the store that a request makes in sequence. Calls are let through in rounds:
 * whatever is asked while nothing is under way goes together, and nothing is answered before all of
 * the round is. So calls that do not wait for one another count once, and the number of rounds is
 * how often the request waits for its store if every call takes equally long.
 */
import { formatReference } from '../../src/fhir/reference.ts'
import type { Reference } from '../../src/fhir/resource.ts'
import type { Store } from '../../src/storage/store.ts'

export interface Trips {
  readonly wrap: (store: Store) => Store
  /** The calls of each round so far, such as `commit` or `read Patient/1`; then it begins anew. */
  readonly taken: () => readonly (readonly string[])[]
}

interface Call {
  readonly name: string
  readonly run: () => Promise<unknown>
  readonly answer: (settled: PromiseSettledResult<unknown>) => void
}

const named = (name: string, [refs]: readonly unknown[]): string =>
  name === 'read' ? `read ${(refs as readonly Reference[]).map(formatReference).join(' ')}` : name

export const countTrips = (): Trips => {
  let rounds: (readonly string[])[] = []
  let waiting: Call[] = []
  let isUnderWay = false

  const round = async (): Promise<void> => {
    const calls = waiting
    waiting = []
    rounds.push(calls.map(({ name }) => name))
    const settled = await Promise.allSettled(calls.map(async ({ run }) => await run()))
    settled.forEach((each, i) => calls[i]?.answer(each))
    isUnderWay = false
    start()
  }
  /** Once everything that can go on without the store has gone on. */
  const start = (): void => {
    setImmediate(() => {
      if (isUnderWay || waiting.length === 0) return
      isUnderWay = true
      void round()
    })
  }
  const queued = async (name: string, run: Call['run']): Promise<unknown> =>
    await new Promise((resolve, reject) => {
      const answer: Call['answer'] = (settled) => {
        if (settled.status === 'fulfilled') resolve(settled.value)
        else reject(settled.reason as Error)
      }
      waiting.push({ name, run, answer })
      start()
    })

  return {
    wrap: (store) =>
      new Proxy(store, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name)
          if (typeof method !== 'function') return method
          return async (...given: unknown[]): Promise<unknown> =>
            await queued(
              named(String(name), given),
              async () => await (Reflect.apply(method, target, given) as Promise<unknown>)
            )
        }
      }),
    taken: () => {
      const found = rounds
      rounds = []
      return found
    }
  }
}
