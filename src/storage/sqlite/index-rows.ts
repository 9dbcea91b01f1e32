/** Index values as rows. Each question of search/query.ts becomes one exact (p, v) or one range, so that a row is probed with a single seek. */
import type { IndexValues } from '../../search/query.ts'

export const tables = ['tok', 'ref', 'str', 'dt'] as const
/** [p, v] or, in dt, [p, lo, hi]. */
export type IndexRow = readonly [number, string | number, number?]
export type IndexRows = Readonly<Record<typeof tables[number], readonly IndexRow[]>>

/** A token stands as its code (p), and as code with system and as system alone (−p). System 0: none. */
export const tokenForm = {
  code: (code: string): string => escape(code),
  codeWithSystem: (code: string, system: number): string => `${escape(code)}\u001f${system}`,
  system: (system: number): string => `\u001f*${system}`
}

/** The separator stays ours. */
const escape = (code: string): string => code.includes('\u001f') ? code.replaceAll('\u001f', '\u001f\u001f') : code

/** @param number interns a parameter or system */
export const toIndexRows = (index: IndexValues, number: (text: string) => number): IndexRows => ({
  tok: distinct(index.token.flatMap(({ parameter, code, system }) => {
    const p = number(parameter)
    const s = systemNumber(system, number)
    return [[p, tokenForm.code(code)], [-p, tokenForm.codeWithSystem(code, s)], [-p, tokenForm.system(s)]]
  })),
  ref: distinct(index.reference.map(({ parameter, target }) => [number(parameter), target])),
  // Folded values under p, values as written under −p.
  str: distinct(index.string.flatMap(({ parameter, value, exact }) => {
    const p = number(parameter)
    return [[p, value], [-p, exact]]
  })),
  dt: distinct(index.date.map(({ parameter, lo, hi }) => [number(parameter), lo, hi]))
})

export const systemNumber = (system: string | undefined, number: (text: string) => number): number =>
  system === undefined || system === '' ? 0 : number(system)

const distinct = (rows: readonly IndexRow[]): readonly IndexRow[] =>
  rows.length < 2 ? rows : [...new Map(rows.map((row) => [row.join('\u001d'), row])).values()]
