/**
 * What a kind of search parameter is: how values of a resource are indexed, in which form they
 * stand, and how a value of the query is read. All stand in one file a kind, so that they meet, and
 * nothing else knows the kinds: a new one is its file and its line in kinds.ts.
 */
import type { SearchParameter } from '../../definitions/definitions.ts'
import type { DateReader } from '../../fhir/date.ts'
import type { Millis, ResourceType } from '../../fhir/resource.ts'
import type { Form, Node } from '../query.ts'
import type { Values } from '../values.ts'

export interface ParameterKind {
  /** Sorting and `:missing` go by it, and a store knows no more. */
  readonly form: Form
  /** Raised when `values` finds something else: stores are then indexed anew (jobs/). */
  readonly version: number
  /**
   * Data types that it can be indexed by; profiles/toolchain gives the tables the parameters that
   * lead to one of them. https://hl7.org/fhir/R4/search.html#table
   */
  readonly datatypes: readonly string[]
  /** Beside `:missing`, which every kind has; `anyType` stands for all names of resource types. */
  readonly modifiers: readonly string[]
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

export const anyType = '[Type]'

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
