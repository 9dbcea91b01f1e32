/**
 * Pages of whatever comes in pages: how many entries, where they begin, and the links from one to
 * the next. https://hl7.org/fhir/R4/http.html#paging
 */
import { FhirError } from '../fhir/fhir-error.ts'
import type { Keyset } from '../search/query.ts'
import type { Context, FhirRequest } from './context.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { linkUrl } from './link-url.ts'

type Pairs = FhirRequest['query']

/** They say which page of an answer, never what the answer is. */
export const pageParameters: readonly string[] = ['_count', '_cursor']

/** What a request asks of its page, within this server's limits. */
export interface AskedPage {
  /** Entries at most; 0 asks for the total alone. */
  readonly size: number
  /** Where the page before ended, as its next link said. */
  readonly cursor?: string
  /** The parameter that carries it. */
  readonly carrier: string
}

/** What is paged through. */
export interface Paged {
  /** Path under the base, for the links. */
  readonly path: string
  /** Parameters that were applied, for the links; those of the page may be among them. */
  readonly used: Pairs
  /** What a cursor is bound to: equal for all pages of one answer, and for no other. */
  readonly query: string
}

export interface PageLink {
  readonly relation: 'self' | 'next'
  readonly url: string
}

const only = (query: Pairs, name: string): string | undefined => {
  const [value, ...more] = query.flatMap(([each, text]) => (each === name ? [text] : []))
  if (more.length === 0) return value
  throw new FhirError('invalid', `${name} is given more than once; give it once.`, {
    issue: 'value'
  })
}

/**
 * A huge page is capped, not refused. @param carrier what an operation calls `_cursor`
 * @throws FhirError invalid for a `_count` that is no whole number, or given twice
 */
export const askedPage = (
  { limits }: Pick<Context, 'limits'>,
  { query }: Pick<FhirRequest, 'query'>,
  carrier = '_cursor'
): AskedPage => {
  const [count, cursor] = [only(query, '_count'), only(query, carrier)]
  if (count !== undefined && !/^\d{1,9}$/.test(count)) {
    throw new FhirError(
      'invalid',
      `Found _count=${JSON.stringify(count)}, expected a whole number from 0 to ${limits.maxPage}.`,
      { issue: 'value' }
    )
  }
  return {
    size: count === undefined ? limits.page : Math.min(Number(count), limits.maxPage),
    carrier,
    ...(cursor !== undefined && { cursor })
  }
}

/**
 * Where the page begins; undefined on the first one. @throws FhirError invalid for a cursor of
 * another caller or another query
 */
export const keysetAfter = (
  { caller, cursorKey }: Context,
  { cursor }: AskedPage,
  { query }: Pick<Paged, 'query'>
): Keyset | undefined =>
  cursor === undefined
    ? undefined
    : decodeCursor(cursorKey, cursor, { client: caller.client, query })

/** The same, of what is paged by a single number. */
export const positionAfter = (
  context: Context,
  page: AskedPage,
  paged: Pick<Paged, 'query'>
): number | undefined => {
  const [position] = keysetAfter(context, page, paged) ?? []
  return typeof position === 'number' ? position : undefined
}

/** @param next where this page ended; undefined when nothing follows */
export const pageLinks = (
  { caller, base, cursorKey }: Context,
  { size, cursor, carrier }: AskedPage,
  { path, used, query }: Paged,
  next: Keyset | undefined
): readonly PageLink[] => {
  const pairs = used
    .filter(([name]) => name !== carrier)
    .map(([name, value]) => [name, name === '_count' ? String(size) : value] as const)
  const at = (mark: string | undefined): string =>
    linkUrl(base, path, mark === undefined ? pairs : [...pairs, [carrier, mark]])
  const self: PageLink = { relation: 'self', url: at(cursor) }
  if (next === undefined || size === 0) return [self]
  const mark = encodeCursor(cursorKey, { client: caller.client, query, keyset: next })
  return [self, { relation: 'next', url: at(mark) }]
}

/** One page of a list that is held whole. */
export const pageOf = <T>(
  context: Context,
  page: AskedPage,
  paged: Paged,
  all: readonly T[]
): { readonly rows: readonly T[]; readonly link: readonly PageLink[] } => {
  const start = positionAfter(context, page, paged) ?? 0
  const end = start + page.size
  return {
    rows: all.slice(start, end),
    link: pageLinks(context, page, paged, end < all.length ? [end] : undefined)
  }
}
