/**
 * Search: hops first, then the page by keyset, then the total; the acl stands in each of these
 * queries.
 */
import type { ClientSession, FindOptions } from 'mongodb'
import { FhirError } from '../../../fhir/fhir-error.ts'
import { totalCap } from '../../../search/query.ts'
import type { Node, SearchQuery } from '../../../search/query.ts'
import type { AclFilter, Page } from '../../store.ts'
import type { Collections, ResourceDocument } from '../database/collections.ts'
import { all, compile, visible } from './compile.ts'
import type { Hops, ResourceFilter } from './compile.ts'
import { referenceOf, storedOf, storedProjection } from '../database/document.ts'
import { parameterPrefix } from '../database/index-values.ts'
import { keysetOf, keysetProjection, partsOf } from './keyset.ts'
import { createSharedPages, stagesOf } from './shared-pages.ts'
import type { PageQuery } from './shared-pages.ts'

/** Resources that one chain or `_has` step may pass through. */
export const hopCap = 10_000

export const createSearch = (collections: Collections) => {
  const { client, resources } = collections
  const sharedPages = createSharedPages(resources)
  const run = async (
    query: SearchQuery,
    acl: AclFilter,
    session: ClientSession | undefined
  ): Promise<Page> => {
    const options: FindOptions = session === undefined ? {} : { session }
    const where = visible(query.type, acl, [
      await compile(query.where, query.type, hopsOf(resources, acl, options))
    ])
    const load: LoadPage = async (page) =>
      session === undefined
        ? await sharedPages(page, acl)
        : await resources.aggregate<ResourceDocument>(stagesOf(page), { session }).toArray()
    const rows = query.limit === 0 ? [] : await rowsOf(query, where, query.limit + 1, load)
    const more = rows.length > query.limit && query.limit > 0
    const page = more ? rows.slice(0, query.limit) : rows
    const last = page.at(-1)
    const whole = query.after === undefined && query.limit > 0 && !more
    const total =
      query.total === 'none'
        ? undefined
        : whole
          ? cap(query, rows.length)
          : await totalOf(resources, query, where, options)
    return {
      rows: page.map((row) => storedOf(referenceOf(row._id), row)),
      ...(more && last !== undefined && { next: keysetOf(query, last) }),
      ...(total !== undefined && { total })
    }
  }

  return async (query: SearchQuery, acl: AclFilter): Promise<Page> => {
    if (query.total === 'none' && !hasHop(query.where)) return await run(query, acl, undefined)
    // Several queries that must agree read one moment.
    return await client.withSession(
      { snapshot: true },
      async (session) => await run(query, acl, session)
    )
  }
}

type Resources = Collections['resources']

const hopsOf = (resources: Resources, acl: AclFilter, options: FindOptions): Hops => {
  const step = async (
    filter: ResourceFilter,
    projection: Readonly<Record<string, 1>>
  ): Promise<readonly ResourceDocument[]> => {
    const found = await resources
      .find(filter, { ...options, projection, limit: hopCap + 1 })
      .toArray()
    if (found.length > hopCap) throw tooCostly()
    return found
  }
  const hops: Hops = {
    matching: async (type, node) =>
      (await step(visible(type, acl, [await compile(node, type, hops)]), { _id: 1 })).map(
        ({ _id }) => _id
      ),
    referredTo: async ({ type, parameter, node }, targetType) => {
      const sources = await step(visible(type, acl, [await compile(node, type, hops)]), {
        _id: 1,
        ref: 1
      })
      const prefix = parameterPrefix(parameter)
      const targets = sources.flatMap(({ ref }) =>
        ref
          .filter((form) => form.startsWith(`${prefix}${targetType}/`))
          .map((form) => form.slice(prefix.length))
      )
      return [...new Set(targets)]
    }
  }
  return hops
}

type LoadPage = (page: PageQuery) => Promise<readonly ResourceDocument[]>

const rowsOf = async (
  query: SearchQuery,
  where: ResourceFilter,
  limit: number,
  load: LoadPage
): Promise<readonly ResourceDocument[]> => {
  const projection = { ...storedProjection, ...keysetProjection(query) }
  const rows: ResourceDocument[] = []
  for (const part of partsOf(query)) {
    const filter = all([where, part.filter])
    rows.push(...(await load({ filter, part, limit: limit - rows.length, projection })))
    if (rows.length === limit) break
  }
  return rows
}

const totalOf = async (
  resources: Resources,
  query: SearchQuery,
  where: ResourceFilter,
  options: FindOptions
): Promise<number | undefined> => {
  if (query.total === 'exact') return await resources.countDocuments(where, options)
  const [counted] = await resources
    .aggregate<{ n: number }>(
      [{ $match: where }, { $limit: totalCap + 1 }, { $count: 'n' }],
      options
    )
    .toArray()
  const count = counted?.n ?? 0
  return count > totalCap ? undefined : count
}

const cap = (query: SearchQuery, count: number): number | undefined =>
  query.total === 'capped' && count > totalCap ? undefined : count

const hasHop = (node: Node): boolean => {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.some(hasHop)
    case 'not':
      return hasHop(node.node)
    case 'chain':
    case 'has':
      return true
    case 'ids':
    case 'word':
    case 'text':
    case 'span':
    case 'link':
    case 'missing':
      return false
  }
}

const tooCostly = (): FhirError =>
  new FhirError(
    'invalid',
    `a chained parameter or _has passes through more than ${hopCap} resources: add a narrower condition to the inner search, for example a patient or an identifier`,
    { issue: 'too-costly' }
  )
