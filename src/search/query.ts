/**
 * What a query string means, as readonly data. Knows FHIR, knows no store; every store answers it
 * alike. https://hl7.org/fhir/R4/search.html
 */
import type { Reference, ResourceId, ResourceType } from '../fhir/resource.ts'

/**
 * A search parameter on its type, e.g. `CarePlan.status`. Index values and nodes meet on this key.
 */
export type ParameterKey = string

/** Every resource has these; they are answered from the version itself, not from index values. */
export const idKey = '_id'
/** The version's own time, as the span [at, at + 1). */
export const lastUpdatedKey = '_lastUpdated'
export const isOwnKey = (parameter: ParameterKey): boolean =>
  parameter === idKey || parameter === lastUpdatedKey

/**
 * How a value stands in the index, and all that a store knows of search parameters. Which of R4's
 * kinds of parameter stands in which form is said in search/parameters/.
 * - `word`: found whole, alone or in its system: codes, identifiers, URIs.
 * - `text`: found by its beginning, a part, or as written.
 * - `span`: a piece of a line, found by its two ends: dates, periods; numbers likewise.
 * - `link`: leads to a resource; chains, `_has` and includes go along it.
 */
export type Form = 'word' | 'text' | 'span' | 'link'

export type Node =
  | { readonly kind: 'and'; readonly nodes: readonly Node[] } // no nodes: everything
  | { readonly kind: 'or'; readonly nodes: readonly Node[] } // no nodes: nothing
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'ids'; readonly ids: readonly ResourceId[] }
  | WordNode
  | TextNode
  | SpanNode
  | LinkNode
  // no value of this parameter at all
  | { readonly kind: 'missing'; readonly parameter: ParameterKey; readonly form: Form }
  | Hop

/**
 * `code`: any system. `system: ''` with code: words without a system (`|code`). `code` absent: any
 * code of the system (`system|`).
 */
export interface WordNode {
  readonly kind: 'word'
  readonly parameter: ParameterKey
  readonly code?: string
  readonly system?: string
}
/** `prefix` and `contains` compare folded values, `exact` the value as written. */
export interface TextNode {
  readonly kind: 'text'
  readonly parameter: ParameterKey
  readonly match: 'prefix' | 'contains' | 'exact'
  readonly value: string
}
/**
 * Bounds on one stored half-open span [lo, hi): lo >= loMin, lo < loMax, hi > hiMin, hi <= hiMax.
 * Prefixes are compiled to these (search/parameters/).
 */
export interface SpanNode {
  readonly kind: 'span'
  readonly parameter: ParameterKey
  readonly loMin?: Place
  readonly loMax?: Place
  readonly hiMin?: Place
  readonly hiMax?: Place
}
/** One of these targets, each `Type/id`, or an absolute URL stored as sent. */
export interface LinkNode {
  readonly kind: 'link'
  readonly parameter: ParameterKey
  readonly targets: readonly string[]
}

/** From here to a resource that `node` matches, along a link of this one or of that one. */
export type Hop =
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

/** A place on the line of a span: a whole number from `openLo` to `openHi`; of times, Millis. */
export type Place = number

/**
 * Ascending sorts by the smallest value, descending by the largest; resources without a value come
 * last in both. A word sorts by its code, a link by its target, a text by its folded value, a span
 * by its start. `_lastUpdated` and `_id` are allowed keys.
 */
export interface Sort {
  readonly parameter: ParameterKey
  readonly form: Form
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
  readonly word: readonly {
    readonly parameter: ParameterKey
    readonly code: string
    readonly system?: string
  }[]
  /** `value` folded, `exact` as written. */
  readonly text: readonly {
    readonly parameter: ParameterKey
    readonly value: string
    readonly exact: string
  }[]
  /** Half-open [lo, hi); an open side is `openLo` or `openHi`. */
  readonly span: readonly {
    readonly parameter: ParameterKey
    readonly lo: Place
    readonly hi: Place
  }[]
  readonly link: readonly { readonly parameter: ParameterKey; readonly target: string }[]
}

/** Bounds of the Date type, so that both fit every store's integers. */
export const openLo: Place = -8_640_000_000_000_000
export const openHi: Place = 8_640_000_000_000_000

export const noIndexValues: IndexValues = { word: [], text: [], span: [], link: [] }

/** A reference as it stands in index values. */
export const targetOf = (reference: Reference): string => `${reference.type}/${reference.id}`
