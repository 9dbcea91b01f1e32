/**
 * Says no early when the process has more to do than it can: a quick 503 is better than a slow
 * answer.
 */
import { FhirError } from '../../fhir/fhir-error.ts'

export interface OverloadLimits {
  /** Requests in work at the same time. */
  readonly inFlight: number
  /** Milliseconds that the event loop may be late, twice in a row. */
  readonly eventLoopDelay: number
}

export interface Overload {
  readonly start: () => void
  readonly stop: () => void
  /** @returns the refusal when there is no room */
  readonly enter: () => FhirError | undefined
  readonly leave: () => void
}

const interval = 100

export const createOverload = (
  { inFlight, eventLoopDelay }: OverloadLimits,
  clock: () => number
): Overload => {
  let working = 0
  let timer: NodeJS.Timeout | undefined
  let late = 0
  let expected = 0

  const tick = (): void => {
    const now = clock()
    late = now - expected > eventLoopDelay ? late + 1 : 0
    expected = now + interval
  }

  return {
    start: () => {
      expected = clock() + interval
      timer = setInterval(tick, interval)
      timer.unref()
    },
    stop: () => {
      clearInterval(timer)
    },
    enter: () => {
      if (working >= inFlight || late >= 2) {
        return new FhirError(
          'unavailable',
          'The server has more requests than it can answer in time; send this one again after the seconds in Retry-After.',
          { issue: 'throttled' }
        )
      }
      working++
      return undefined
    },
    leave: () => {
      working--
    }
  }
}
