/**
 * What a kind of search parameter does: index the values of a resource, and read a value of the
 * query. The two halves stand in one file so that they meet.
 */
import type { SearchParameter } from '../../definitions/definitions.ts'
import type { DateReader } from '../../fhir/date.ts'
import type { Millis, ResourceType } from '../../fhir/resource.ts'
import type { IndexKind, Node } from '../query.ts'
import type { Values } from '../values.ts'

export interface ParameterKind {
  readonly index: IndexKind
  /** Beside `:missing`, which every kind has. */
  readonly modifiers: readonly string[]
  /** For messages: how a value is written. */
  readonly example: string
  /** A sink for the values that the parameter's expression finds. */
  readonly values: (parameter: SearchParameter) => (value: unknown, into: Values) => void
  /**
   * The alternatives of one parameter, each still with its escapes. @throws FhirError when one
   * cannot be read
   */
  readonly node: (
    parameter: SearchParameter,
    alternatives: readonly string[],
    modifier: string | undefined,
    reading: Reading
  ) => Node
}

/** What reading a value depends on. */
export interface Reading {
  readonly dates: DateReader
  readonly base: string
  /** For `ap`, which grows with the distance from now. */
  readonly now: Millis
  readonly isType: (name: string) => name is ResourceType
  /** The other records of the same person as `Patient/id`, itself included. */
  readonly personTargets?: (target: string) => readonly string[]
}
