/**
 * Index values as rows. Each question of search/query.ts becomes one exact (p, v) or one range, so
 * that a row is probed with a single seek.
 */
import type { Form, IndexValues } from '../../../search/query.ts'

/** One a form. The tables keep the names that they had before the forms: no file is migrated. */
export const tableOf = {
  word: 'tok',
  link: 'ref',
  text: 'str',
  span: 'dt'
} as const satisfies Record<Form, string>
export type Table = (typeof tableOf)[Form]
export const tables: readonly Table[] = Object.values(tableOf)
/** [p, v], and in tok and dt a third: the system (0: none), the end of the span. */
export type IndexRow = readonly [number, string | number, number?]
export type IndexRows = Readonly<Record<Table, readonly IndexRow[]>>

/** @param number interns a parameter or system */
export const toIndexRows = (index: IndexValues, number: (text: string) => number): IndexRows => ({
  // Codes under p, systems alone under −p.
  tok: distinct(
    index.word.flatMap(({ parameter, code, system }): readonly IndexRow[] => {
      const p = number(parameter)
      const s = system === undefined || system === '' ? 0 : number(system)
      return [
        [p, code, s],
        [-p, systemValue(s), 0]
      ]
    })
  ),
  ref: distinct(index.link.map(({ parameter, target }) => [number(parameter), target])),
  // Folded values under p, values as written under −p.
  str: distinct(
    index.text.flatMap(({ parameter, value, exact }): readonly IndexRow[] => {
      const p = number(parameter)
      return [
        [p, value],
        [-p, exact]
      ]
    })
  ),
  dt: toSpanRows(index.span, number)
})

export const systemValue = (system: number): string => String(system)

/**
 * Spans under p; where there are several, their hull under −p: two bounds may hold for two of
 * them.
 */
const toSpanRows = (
  spans: IndexValues['span'],
  number: (text: string) => number
): readonly IndexRow[] => {
  const rows = distinct(
    spans.map(({ parameter, lo, hi }): readonly [number, number, number] => [
      number(parameter),
      lo,
      hi
    ])
  )
  if (rows.length < 2) return rows
  const hulls = [...new Set(rows.map(([p]) => p))].flatMap(
    (p): readonly (readonly [number, number, number])[] => {
      const own = rows.filter((row) => row[0] === p)
      return own.length < 2
        ? []
        : [[-p, Math.min(...own.map(([, lo]) => lo)), Math.max(...own.map(([, , hi]) => hi))]]
    }
  )
  return [...rows, ...hulls]
}

const distinct = <T extends IndexRow>(rows: readonly T[]): readonly T[] =>
  rows.length < 2 ? rows : [...new Map(rows.map((row) => [row.join('\u001d'), row])).values()]
