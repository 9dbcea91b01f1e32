/** Every table that the command prints: aligned, without frames, to be cut and searched. */
import Table from 'cli-table3'

const frames = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left']
const lines = ['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid']
const none = Object.fromEntries([...frames, ...lines].map((name) => [name, '']))

/**
 * @param rows with the heads first, where there are any; all of the same length
 * @param numbers columns of numbers, from 0: they stand to the right
 */
export const table = (
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = []
): string => {
  const printed = new Table({
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: (rows[0] ?? []).map((_cell, index) => (numbers.includes(index) ? 'right' : 'left'))
  })
  for (const row of rows) printed.push([...row])
  return `${printed.toString().replace(/ +$/gm, '')}\n`
}
