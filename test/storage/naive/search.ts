/** Search by looking at everything: filter, sort, cut. */
import { targetOf, totalCap } from '../../../src/search/query.ts'
import type { Include, Keyset, SearchQuery, Sort } from '../../../src/search/query.ts'
import type { Reference } from '../../../src/fhir/resource.ts'
import type { AclFilter, Page, Stored } from '../../../src/storage/store.ts'
import { matches } from './matches.ts'
import { admits, compareText } from './world.ts'
import type { Entry, World } from './world.ts'

const visibleTo = (world: World, acl: AclFilter): readonly Entry[] =>
  world.entries.filter(({ current }) => !current.stored.deleted && admits(current.acl, acl))

export const search = (world: World, query: SearchQuery, acl: AclFilter): Page => {
  const visible = visibleTo(world, acl)
  const found = visible
    .filter((entry) => entry.ref.type === query.type && matches(query.where, entry, visible))
    .map((entry) => ({
      entry,
      keyset: [...query.sort.map((sort) => sortValue(sort, entry)), entry.number]
    }))
    .sort((a, b) => compare(a.keyset, b.keyset, query.sort))
  const { after } = query
  const rest =
    after === undefined
      ? found
      : found.filter(({ keyset }) => compare(keyset, after, query.sort) > 0)
  const rows = rest.slice(0, query.limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(({ entry }) => entry.current.stored),
    ...(last !== undefined && rest.length > rows.length && { next: last.keyset }),
    ...((query.total === 'exact' || (query.total === 'capped' && found.length <= totalCap)) && {
      total: found.length
    })
  }
}

export const include = (
  world: World,
  step: Include,
  sources: readonly Reference[],
  limit: number,
  acl: AclFilter
): readonly Stored[] => {
  const visible = visibleTo(world, acl)
  const given = new Set(sources.map(targetOf))
  const referencesOf = (entry: Entry): readonly string[] =>
    entry.ref.type === step.sourceType
      ? entry.current.index.link
          .filter(({ parameter }) => parameter === step.parameter)
          .map(({ target }) => target)
      : []
  const forward = new Set(
    visible.filter(({ ref }) => given.has(targetOf(ref))).flatMap(referencesOf)
  )
  const targets = new Set(
    sources
      .filter(({ type }) => step.targetType === undefined || type === step.targetType)
      .map(targetOf)
  )
  return visible
    .filter((entry) =>
      step.direction === 'forward'
        ? forward.has(targetOf(entry.ref)) &&
          (step.targetType === undefined || entry.ref.type === step.targetType)
        : referencesOf(entry).some((target) => targets.has(target))
    )
    .slice(0, limit)
    .map(({ current }) => current.stored)
}

const sortValue = (
  sort: Sort,
  { ref, current: { stored, index } }: Entry
): string | number | null => {
  if (sort.parameter === '_id') return ref.id
  if (sort.parameter === '_lastUpdated') return stored.at
  const values = valuesOf[sort.form](index, sort.parameter).sort(compareValues)
  return values.at(sort.direction === 'asc' ? 0 : -1) ?? null
}

/** A token sorts by its code, a date by its start. */
const valuesOf: Readonly<
  Record<Sort['form'], (index: Entry['current']['index'], parameter: string) => (string | number)[]>
> = {
  word: (index, parameter) =>
    index.word.filter((value) => value.parameter === parameter).map(({ code }) => code),
  link: (index, parameter) =>
    index.link.filter((value) => value.parameter === parameter).map(({ target }) => target),
  text: (index, parameter) =>
    index.text.filter((value) => value.parameter === parameter).map(({ value }) => value),
  span: (index, parameter) =>
    index.span.filter((value) => value.parameter === parameter).map(({ lo }) => lo)
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b))

/** Nothing comes last in both directions; ties go by creation number, the last part of both. */
const compare = (a: Keyset, b: Keyset, sorts: readonly Sort[]): number => {
  for (const [index, { direction }] of sorts.entries()) {
    const [left, right] = [a[index] ?? null, b[index] ?? null]
    if (left === null && right === null) continue
    if (left === null) return 1
    if (right === null) return -1
    const order = compareValues(left, right)
    if (order !== 0) return direction === 'asc' ? order : -order
  }
  return Number(a.at(-1)) - Number(b.at(-1))
}
