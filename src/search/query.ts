/**
 * What a query string means, as readonly data. Knows FHIR, knows no store; every store answers it
 * alike. https://hl7.org/fhir/R4/search.html
 */
import type { Millis, Reference, ResourceId, ResourceType } from '../fhir/resource.ts'

/**
 * A search parameter on its type, e.g. `CarePlan.status`. Index values and nodes meet on this key.
 */
export type ParameterKey = string

/**
 * `_lastUpdated` is a date parameter answered from the version's own time, not from index values.
 */
export const lastUpdatedKey = '_lastUpdated'

export type Node =
  | { readonly kind: 'and'; readonly nodes: readonly Node[] } // no nodes: everything
  | { readonly kind: 'or'; readonly nodes: readonly Node[] } // no nodes: nothing
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'ids'; readonly ids: readonly ResourceId[] }
  | TokenNode
  | ReferenceNode
  | DateNode
  | StringNode
  // no value of this parameter at all
  | { readonly kind: 'missing'; readonly parameter: ParameterKey; readonly index: IndexKind }
  | {
      readonly kind: 'chain'
      readonly parameter: ParameterKey
      readonly targetType: ResourceType
      readonly node: Node
    }
  | {
      readonly kind: 'has'
      readonly sourceType: ResourceType
      readonly parameter: ParameterKey
      readonly node: Node
    }

/**
 * `code`: any system. `system: ''` with code: values without a system (`|code`). `code` absent: any
 * code of the system (`system|`). Also serves uri parameters (code = the uri, no system).
 */
export interface TokenNode {
  readonly kind: 'token'
  readonly parameter: ParameterKey
  readonly code?: string
  readonly system?: string
}
/** One of these targets, each `Type/id`, or an absolute URL stored as sent. */
export interface ReferenceNode {
  readonly kind: 'reference'
  readonly parameter: ParameterKey
  readonly targets: readonly string[]
}
/**
 * Bounds on one stored half-open interval [lo, hi): lo >= loMin, lo < loMax, hi > hiMin, hi <=
 * hiMax. Prefixes are compiled to these (search/parameters/date.ts).
 */
export interface DateNode {
  readonly kind: 'date'
  readonly parameter: ParameterKey
  readonly loMin?: Millis
  readonly loMax?: Millis
  readonly hiMin?: Millis
  readonly hiMax?: Millis
}
/** `prefix` and `contains` compare folded values, `exact` the value as written. */
export interface StringNode {
  readonly kind: 'string'
  readonly parameter: ParameterKey
  readonly match: 'prefix' | 'contains' | 'exact'
  readonly value: string
}

export type IndexKind = 'token' | 'reference' | 'date' | 'string'

/**
 * Ascending sorts by the smallest value, descending by the largest; resources without a value come
 * last in both. `_lastUpdated` and `_id` are allowed keys.
 */
export interface Sort {
  readonly parameter: ParameterKey | '_lastUpdated' | '_id'
  readonly index: IndexKind
  readonly direction: 'asc' | 'desc'
}

export interface SearchQuery {
  readonly type: ResourceType
  readonly where: Node
  /** Empty: in order of creation. Ties are broken by order of creation. */
  readonly sort: readonly Sort[]
  /** Where the last page ended; made by the store, carried by the caller unread. */
  readonly after?: Keyset
  /** Matches per page, 0 or more. */
  readonly limit: number
  /** `capped` stops counting at `totalCap` and then gives no total. */
  readonly total: 'none' | 'capped' | 'exact'
}

/** One entry per sort (null: no value), then the creation number of the last row. Survives JSON. */
export type Keyset = readonly (string | number | null)[]

export const totalCap = 1000

/** One step of `_include` (forward) or `_revinclude` (reverse) from resources already found. */
export interface Include {
  readonly direction: 'forward' | 'reverse'
  readonly sourceType: ResourceType
  readonly parameter: ParameterKey
  readonly targetType?: ResourceType
  readonly iterate: boolean
}

/**
 * What extraction finds in one resource: engine-neutral, stored by every adapter, never recomputed
 * by one.
 */
export interface IndexValues {
  readonly token: readonly {
    readonly parameter: ParameterKey
    readonly code: string
    readonly system?: string
  }[]
  readonly reference: readonly { readonly parameter: ParameterKey; readonly target: string }[]
  /** `value` folded, `exact` as written. */
  readonly string: readonly {
    readonly parameter: ParameterKey
    readonly value: string
    readonly exact: string
  }[]
  /** Half-open [lo, hi); an open side is `openLo` or `openHi`. */
  readonly date: readonly {
    readonly parameter: ParameterKey
    readonly lo: Millis
    readonly hi: Millis
  }[]
}

/** Bounds of the Date type, so that both fit every store's integers. */
export const openLo: Millis = -8_640_000_000_000_000
export const openHi: Millis = 8_640_000_000_000_000

export const noIndexValues: IndexValues = { token: [], reference: [], string: [], date: [] }

/** A reference as it stands in index values. */
export const targetOf = (reference: Reference): string => `${reference.type}/${reference.id}`
