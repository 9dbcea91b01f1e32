/** Rows as aligned text; the last column is as long as it is. */

export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)),
    []
  )
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) =>
            index === row.length - 1 ? cell : cell.padEnd((widths[index] ?? 0) + 2)
          )
          .join('')
          .trimEnd()}\n`
    )
    .join('')
}
