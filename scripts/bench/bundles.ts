/**
 * The Bundles that the bench loads: PSI_BENCH_FILE, else the Synthea corpus beside the clone, else
 * the sample in fixtures.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

interface Entry {
  readonly fullUrl?: string
  readonly resource: {
    readonly resourceType: string
    readonly status?: string
    readonly period?: { readonly start?: string }
  }
}
export interface SourceBundle {
  readonly text: string
  readonly entries: readonly Entry[]
}
export interface Source {
  readonly name: string
  readonly bundles: readonly SourceBundle[]
}

const root = resolve(import.meta.dirname, '../..')
const beside = resolve(root, '../shared/data/synthea/careplans.ndjson.gz')

export const readSource = (): Source => {
  const given = process.env['PSI_BENCH_FILE']
  const file = given ?? (existsSync(beside) ? beside : undefined)
  const lines =
    file === undefined ? sampleLines(join(root, 'fixtures/synthea-bundles')) : linesOf(file)
  const bundles = lines.map((text) => ({
    text,
    entries: (JSON.parse(text) as { entry: Entry[] }).entry
  }))
  if (bundles.length === 0) {
    throw new Error(
      `${file ?? 'fixtures/synthea-bundles'} holds no Bundle: expected one transaction Bundle a line`
    )
  }
  return {
    name: file === undefined ? 'fixtures/synthea-bundles' : file.slice(file.lastIndexOf('/') + 1),
    bundles
  }
}

const linesOf = (file: string): string[] => {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return file.endsWith('.json') ? [text] : text.split('\n').filter((line) => line.trim() !== '')
}

const sampleLines = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /\.(json|ndjson)(\.gz)?$/.test(name))
    .sort()
    .flatMap((name) => linesOf(join(folder, name)))

/**
 * As many Bundles as hold `resources` resources, the source repeated when it has fewer: every
 * create gets an id of its own.
 */
export const takeResources = (source: Source, resources: number): readonly SourceBundle[] => {
  const taken: SourceBundle[] = []
  for (let count = 0, index = 0; count < resources; index++) {
    const bundle = source.bundles[index % source.bundles.length]
    if (bundle === undefined) break
    taken.push(bundle)
    count += bundle.entries.length
  }
  return taken
}

export const resourcesIn = (bundles: readonly SourceBundle[]): number =>
  bundles.reduce((sum, { entries }) => sum + entries.length, 0)
