/**
 * The caller's keys as SQL. Every query that gives rows to a caller takes its condition from here.
 */
import type { AclFilter } from '../../store.ts'
import type { Binder } from '../file/binder.ts'
import type { FindNames } from '../file/names.ts'

export interface Visibility {
  /** Condition on one row, `alias.acl`. */
  readonly row: (alias: string) => string
  /** Same condition for many rows: the visible sets are listed once. */
  readonly rows: (alias: string) => string
  /** Select of the sets that a key of the caller opens, denials not taken off; absent: all. */
  readonly sets?: string
  /** What `row` asks beyond being in `sets`: no denial. */
  readonly undenied: (alias: string) => string
}

/** For system use and for estimates, which no answer shows. */
export const everything: Visibility = { row: () => '1', rows: () => '1', undenied: () => '1' }

/** @returns undefined when no row can be visible */
export const compileVisibility = (
  names: FindNames,
  filter: AclFilter,
  { bind }: Binder
): Visibility | undefined => {
  if (filter.kind === 'system') return everything
  const allowed = known(names, filter.keys)
  if (allowed.length === 0) return undefined
  const denied = known(names, filter.denied ?? [])
  const now = bind(filter.now)
  const places = (keys: readonly number[]): string => pad(keys).map(bind).join()
  const holding = (keys: string): string =>
    `k.key IN (${keys}) AND k.since <= ${now} AND k.until > ${now}`
  const one = (alias: string, keys: string): string =>
    `EXISTS (SELECT 1 FROM acl_key k WHERE k.acl = ${alias}.acl AND ${holding(keys)})`
  const many = (keys: string): string =>
    `SELECT k.acl FROM acl_key k INDEXED BY acl_key_key WHERE ${holding(keys)}`
  const open = places(allowed)
  const shut = denied.length === 0 ? undefined : places(denied)
  return {
    row: (alias) =>
      shut === undefined ? one(alias, open) : `${one(alias, open)} AND NOT ${one(alias, shut)}`,
    rows: (alias) =>
      `+${alias}.acl IN (${many(open)})${shut === undefined ? '' : ` AND +${alias}.acl NOT IN (${many(shut)})`}`,
    sets: many(open),
    undenied: (alias) => (shut === undefined ? '1' : `NOT ${one(alias, shut)}`)
  }
}

/** A key that no row carries opens and shuts nothing. */
const known = (names: FindNames, keys: readonly string[]): readonly number[] =>
  names.findAll(keys).filter((id) => id !== 0)

/** Lists of 1, 2, 4, 8 … so that callers with different numbers of keys share statements. */
const pad = (keys: readonly number[]): readonly number[] => {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  return [...keys, ...Array<number>(size - keys.length).fill(keys.at(-1) ?? 0)]
}
