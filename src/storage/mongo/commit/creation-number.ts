/**
 * Numbers that order resources by creation without a counter in the database: time, then a count,
 * then the slot of the process.
 */
import type { Millis } from '../../../fhir/resource.ts'

/**
 * Processes that may share one database at a time without meeting; a clash is caught by the unique
 * index {t, n} and tried again.
 */
const slots = 64
const perMillisecond = 128 * slots
const epoch = Date.UTC(2024, 0, 1)

export interface CreationNumbers {
  /** Greater than every number given out or seen before; an exact double until the year 2058. */
  readonly next: () => number
  /** A number met in the database: later ones of ours must be greater, whatever the clock says. */
  readonly seen: (number: number) => void
}

export const createCreationNumbers = ({
  now,
  slot
}: {
  readonly now: () => Millis
  readonly slot: number
}): CreationNumbers => {
  const low = slot % slots
  let last = 0
  return {
    next: () => {
      const fromClock = Math.max(0, now() - epoch) * perMillisecond
      last = Math.max(fromClock, (Math.floor(last / slots) + 1) * slots)
      return last + low
    },
    seen: (number) => {
      last = Math.max(last, number)
    }
  }
}
