/**
 * Writes the configuration table of README.md from src/config.ts: `npx tsx
 * scripts/configuration-table.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { variableTable } from '../src/config.ts'

const block = /<!-- configuration -->\n[\s\S]*?<!-- \/configuration -->/

/** @returns the same text with its configuration table made anew */
export const withConfigurationTable = (readme: string): string => {
  if (!block.test(readme)) {
    throw new Error('README.md has no <!-- configuration --> … <!-- /configuration --> block')
  }
  const rows = variableTable.map(
    ({ name, default: otherwise, description }) =>
      `| \`${name}\` | ${otherwise === undefined || otherwise === '' ? '' : `\`${otherwise}\``} | ${description} |`
  )
  return readme.replace(block, () =>
    [
      '<!-- configuration -->',
      '| variable | default | |',
      '|---|---|---|',
      ...rows,
      '<!-- /configuration -->'
    ].join('\n')
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = resolve(import.meta.dirname, '../README.md')
  writeFileSync(path, withConfigurationTable(readFileSync(path, 'utf8')))
}
