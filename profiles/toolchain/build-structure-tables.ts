/**
 * Writes the committed tables that src/definitions reads: structures.json (elements and invariants of every R4 type),
 * structures-profiles.json (Belgian and PSI profiles, extensions) and bindings.json (codes of required value sets).
 * Run in this folder after build-profiles.ts: npx tsx build-structure-tables.ts
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createBindings } from './structure/bindings.ts'
import { mergePackages, readPackage } from './structure/package.ts'
import { createBase, createProfiles } from './structure/profiles.ts'
import { createTypes } from './structure/types.ts'

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** One entry per line, so that a change of a definition shows as a change of its line. */
const linesOf = (table: Record<string, unknown>): string => `{\n${Object.entries(table).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n')}\n}\n`

const r4 = readPackage(local('node_modules/hl7.fhir.r4.examples'))
const archives = readdirSync(local('../packages')).filter((name) => name.endsWith('.tgz')).sort()
const own = mergePackages([...archives.map((name) => readPackage(local(`../packages/${name}`))), readPackage(local('../fsh-generated/resources'))])
const bindings = createBindings(mergePackages([r4, own]))
const types = createTypes(r4.structures, bindings)
const profiles = createProfiles(own.structures, r4.structures, createBase(r4.structures, [...r4.structures, ...own.structures]), bindings)

mkdirSync(local('../tables'), { recursive: true })
writeFileSync(local('../tables/structures.json'), linesOf(types))
writeFileSync(local('../tables/structures-profiles.json'), linesOf(profiles))
writeFileSync(local('../tables/bindings.json'), linesOf(bindings.table()))
process.stdout.write(`${String(Object.keys(types).length)} types, ${String(Object.keys(profiles).length)} profiles and extensions, ${String(Object.keys(bindings.table()).length)} value sets\nrequired bindings that cannot be listed:\n${bindings.unknown().join('\n')}\n`)
