/**
 * Order and place of a page as filters and sorts: missing values last in both directions, ties by
 * creation number.
 */
import type { Sort as MongoSort } from 'mongodb'
import type { ResourceType } from '../../../fhir/resource.ts'
import { idKey, lastUpdatedKey } from '../../../search/query.ts'
import type { Keyset, SearchQuery, Sort } from '../../../search/query.ts'
import type { ResourceDocument } from '../database/collections.ts'
import type { ResourceFilter } from './compile.ts'
import { sortPath } from '../database/index-values.ts'

/** One sort as it is stored. */
interface Column {
  readonly path: string
  readonly direction: 1 | -1
  /**
   * Lowest value of its kind; a filter `>= lowest` keeps rows that have a value. Absent: every row
   * has one.
   */
  readonly lowest?: string | number
  /** Value in the keyset as it stands in the document. */
  readonly encode: (value: string | number) => string | number
  readonly decode: (value: string | number) => string | number
}

/** One query of a page. A page is read by its parts in turn until it is full. */
export interface Part {
  readonly filter: ResourceFilter
  readonly sort: Readonly<Record<string, 1 | -1>>
  /** Fields `z0`, `z1`, … that are 1 where the path has no value; sorted before the path. */
  readonly flags: Readonly<Record<string, string>>
}

const same = (value: string | number): string | number => value

const columnOf = (type: ResourceType, sort: Sort): Column => {
  const direction = sort.direction === 'asc' ? 1 : -1
  if (sort.parameter === lastUpdatedKey) {
    return { path: 'at', direction, encode: same, decode: same }
  }
  if (sort.parameter === idKey) {
    return {
      path: '_id',
      direction,
      encode: (value) => `${type}/${value}`,
      decode: (value) => String(value).slice(type.length + 1)
    }
  }
  return {
    path: sortPath(type, sort),
    direction,
    lowest: sort.form === 'span' ? -Infinity : '',
    encode: same,
    decode: same
  }
}

/** Fields that `keysetOf` reads. */
export const keysetProjection = (query: SearchQuery): Record<string, 1> =>
  Object.fromEntries(
    ['n', ...query.sort.map((sort) => columnOf(query.type, sort).path)].map(
      (path) => [path, 1] as const
    )
  )

export const keysetOf = (
  query: SearchQuery,
  document: Partial<ResourceDocument> & { readonly n: number }
): Keyset => [
  ...query.sort.map((sort) => {
    const { path, decode } = columnOf(query.type, sort)
    const [field, name] = split(path)
    const found: unknown = (document as Readonly<Record<string, unknown>>)[field]
    const value =
      name === undefined ? found : (found as Readonly<Record<string, unknown>> | undefined)?.[name]
    return typeof value === 'string' || typeof value === 'number' ? decode(value) : null
  }),
  document.n
]

const split = (path: string): readonly [string, string | undefined] => {
  const dot = path.indexOf('.')
  return dot === -1 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)]
}

/** The rows after `query.after`, in order. */
export const partsOf = (query: SearchQuery): readonly Part[] => {
  const columns = query.sort.map((sort) => columnOf(query.type, sort))
  const [first, ...rest] = columns
  const { after } = query
  if (first === undefined) return [part([], after, {})]
  if (first.lowest === undefined) return [part(columns, after, bound(first, after))]
  // Descending, the server itself puts missing values last: the first page is one walk along the
  // index.
  if (after === undefined && first.direction === -1) return [part(columns, after, {})]
  const without = part(rest, after?.[0] === null ? after.slice(1) : undefined, {
    [first.path]: null
  })
  if (after?.[0] === null) return [without]
  return [
    part(columns, after, { [first.path]: { $gte: first.lowest } }, bound(first, after)),
    without
  ]
}

/**
 * An outer bound on the first column gives the index scan its start; the alternatives of `beyond`
 * alone do not.
 */
const bound = (column: Column, after: Keyset | undefined): ResourceFilter => {
  const value = after?.[0]
  if (value === undefined || value === null) return {}
  return { [column.path]: { [column.direction === 1 ? '$gte' : '$lte']: column.encode(value) } }
}

const part = (
  columns: readonly Column[],
  after: Keyset | undefined,
  ...filters: readonly ResourceFilter[]
): Part => {
  const sort: Record<string, 1 | -1> = {}
  const flags: Record<string, string> = {}
  columns.forEach((column, index) => {
    // Ascending, the server puts missing values first; only below the first column, which partsOf
    // splits, does that need a flag.
    const flagged =
      column.lowest !== undefined &&
      column.direction === 1 &&
      !filters.some((filter) => column.path in filter)
    if (flagged) {
      flags[`z${index}`] = column.path
      sort[`z${index}`] = 1
    }
    sort[column.path] ??= column.direction
  })
  sort['n'] ??= 1
  const conditions = [
    ...filters.filter((filter) => Object.keys(filter).length > 0),
    ...(after === undefined ? [] : [beyond(columns, after)])
  ]
  return { filter: conditions.length === 0 ? {} : { $and: conditions }, sort, flags }
}

/**
 * Rows strictly after the keyset: equal in the first k columns and beyond in the next, for every k.
 */
const beyond = (columns: readonly Column[], after: Keyset): ResourceFilter => {
  const alternatives: ResourceFilter[] = []
  const equal: ResourceFilter[] = []
  columns.forEach((column, index) => {
    const raw = after[index] ?? null
    const value = raw === null ? null : column.encode(raw)
    if (value !== null) {
      alternatives.push(
        ...[
          { [column.path]: { [column.direction === 1 ? '$gt' : '$lt']: value } },
          ...(column.lowest === undefined ? [] : [{ [column.path]: null }])
        ].map((next) => ({ $and: [...equal, next] }))
      )
    }
    equal.push({ [column.path]: value })
  })
  alternatives.push({ $and: [...equal, { n: { $gt: Number(after.at(-1)) } }] })
  return alternatives.length === 1 && alternatives[0] !== undefined
    ? alternatives[0]
    : { $or: alternatives }
}

export const sortOf = ({ sort }: Part): MongoSort => Object.entries(sort)
