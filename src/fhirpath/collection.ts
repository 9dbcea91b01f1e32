/** Collections, which is all that FHIRPath computes with. http://hl7.org/fhirpath/N1/#collections */
import { beyond } from './beyond.ts'

export type Items = readonly unknown[]

export const none: Items = []
const yes: Items = [true]
const no: Items = [false]

/** Undefined, neither true nor false, is the empty collection. */
export const bool = (value: boolean | undefined): Items =>
  value === undefined ? none : value ? yes : no

/** Of more than one item the engine decides. @throws beyond */
export const single = (items: Items): unknown => {
  if (items.length > 1) throw beyond
  return items[0]
}

/**
 * What a lone item counts for where a boolean is asked: anything but false is true.
 * http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
 * @throws beyond
 */
export const truth = (items: Items): boolean | undefined =>
  items.length === 0 ? undefined : single(items) !== false
