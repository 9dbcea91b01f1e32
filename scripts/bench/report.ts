/** A table for people, then one line of JSON for programs. */
import Table from 'cli-table3'

export interface Row {
  readonly name:
    | 'load'
    | 'crud'
    | 'read'
    | 'search-patient'
    | 'search-sorted'
    | 'consent-change'
    | 'ready'
    | 'memory'
  readonly store: 'sqlite' | 'mongodb'
  readonly value: number
  readonly unit: string
  readonly yardstick: number
  /**
   * value / yardstick: for rates the nearer to 1 the better, for times and memory how many times as
   * much.
   */
  readonly ratio: number
}

export const rowOf = (row: Omit<Row, 'ratio'>): Row => ({
  ...row,
  value: rounded(row.value),
  yardstick: rounded(row.yardstick),
  ratio: Math.round((row.value / row.yardstick) * 1000) / 1000
})

const rounded = (value: number): number =>
  value >= 100 ? Math.round(value) : Math.round(value * 100) / 100

export const report = (
  rows: readonly Row[],
  yardsticks: Readonly<Record<string, string>>
): string => {
  const table = new Table({
    head: ['', 'store', 'measured', 'unit', 'yardstick', 'ratio', 'yardstick is'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'left', 'right', 'right', 'left']
  })
  for (const { name, store, value, unit, yardstick, ratio } of rows) {
    table.push([
      name,
      store,
      value.toLocaleString('en'),
      unit,
      yardstick.toLocaleString('en'),
      ratio.toFixed(2),
      yardsticks[`${name} ${store}`] ?? ''
    ])
  }
  return `${table.toString()}\n${JSON.stringify({ rows })}\n`
}
