/**
 * Writes profiles/tables/structures.json (elements and invariants of every R4 type) and bindings.json (codes of
 * required value sets) from the official definitions. Run in this folder: npx tsx build-structure-tables.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createBindings } from './structure/bindings.ts'
import { readPackage } from './structure/package.ts'
import { createTypes } from './structure/types.ts'

const local = (path: string): string => new URL(path, import.meta.url).pathname

/** One entry per line, so that a change of a definition shows as a change of its line. */
const linesOf = (table: Record<string, unknown>): string => `{\n${Object.entries(table).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n')}\n}\n`

const r4 = readPackage(local('node_modules/hl7.fhir.r4.examples'))
const bindings = createBindings(r4)
const types = createTypes(r4.structures, bindings)
mkdirSync(local('../tables'), { recursive: true })
writeFileSync(local('../tables/structures.json'), linesOf(types))
writeFileSync(local('../tables/bindings.json'), linesOf(bindings.table()))
process.stdout.write(`${Object.keys(types).length} types, ${Object.keys(bindings.table()).length} value sets\nnot enumerable:\n${bindings.unknown().join('\n')}\n`)
