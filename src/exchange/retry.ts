/**
 * Runs an interaction again when the world moved between its decision and its commit. Nothing was
 * changed then, so a repeat is safe.
 */
import { FhirError } from '../fhir/fhir-error.ts'
import { StoreConflict } from '../storage/store.ts'

export interface RetryDeps {
  /** In [0, 1). */
  readonly random: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly attempts: number
}

/**
 * `exists` and the like do not go away by themselves. A changed version is judged anew: If-Match
 * then says so.
 */
const isPassing = (error: unknown): error is StoreConflict =>
  error instanceof StoreConflict && error.reason !== 'exists'

const longestPause = 200

export const createRetry =
  ({ random, sleep, attempts }: RetryDeps) =>
  async <T>(run: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run()
      } catch (error) {
        if (!isPassing(error)) throw error
        if (attempt >= attempts) {
          throw new FhirError(
            'unavailable',
            `Found ${attempts} concurrent changes of the same data in a row; send the request again.`,
            { cause: error, issue: 'lock-error' }
          )
        }
        await sleep(random() * Math.min(longestPause, 4 * 2 ** attempt))
      }
    }
  }

export type Retry = ReturnType<typeof createRetry>
