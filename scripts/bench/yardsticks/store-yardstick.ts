/** The yardsticks that need a store. */
import type { SourceBundle } from '../bundles.ts'

export interface StoreYardstick {
  /** Documents per second. */
  readonly load: (bundles: readonly SourceBundle[]) => Promise<number>
  /** Operations per second. */
  readonly crud: (documents: readonly string[], milliseconds: number) => Promise<number>
  /** Operations per second; undefined: the bare Fastify GET of the same bytes is the yardstick. */
  readonly reading: (
    name: 'read' | 'search-patient' | 'search-sorted',
    milliseconds: number
  ) => Promise<number | undefined>
  /** Milliseconds. */
  readonly restamp: (count: number, times: number) => Promise<number>
  /** What each number is, for the table. */
  readonly told: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}
