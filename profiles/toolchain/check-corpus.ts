/**
 * Validates the official R4 examples, and the Bundles of a .ndjson.gz given as argument, and prints what was found and how long it took.
 * Run in this folder: npx tsx check-corpus.ts [FILE.ndjson.gz]
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Issue } from '../../src/fhir/fhir-error.ts'
import type { ResourceType } from '../../src/fhir/resource.ts'
import { createValidator } from '../../src/validation/validator.ts'

const definitions = loadDefinitions()
const validate = createValidator(definitions)
const found = new Map<string, { count: number, example: string }>()
const slow: [number, string][] = []
const totals = { resources: 0, failed: 0, ms: 0 }

const note = (issue: Issue, name: string): void => {
  const key = `${issue.severity} ${issue.code} ${issue.diagnostics.slice(0, 150)}`
  const known = found.get(key) ?? { count: 0, example: `${name} ${issue.expression ?? ''}` }
  known.count++
  found.set(key, known)
}

const check = (resource: { resourceType: ResourceType }, name: string): void => {
  if (!definitions.isType(resource.resourceType)) return
  const before = performance.now()
  const issues = validate(resource, resource.resourceType)
  const ms = performance.now() - before
  if (resource.resourceType !== 'Bundle') slow.push([ms, name])
  totals.ms += ms
  totals.resources++
  if (issues.some(({ severity }) => severity === 'error' || severity === 'fatal')) totals.failed++
  for (const issue of issues) note(issue, name)
}

const examples = new URL('node_modules/hl7.fhir.r4.examples', import.meta.url).pathname
const file = process.argv[2]
if (file === undefined) {
  for (const name of readdirSync(examples).filter((one) => /^[A-Z].*\.json$/.test(one))) check(JSON.parse(readFileSync(join(examples, name), 'utf8')) as { resourceType: ResourceType }, name)
} else {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter((line) => line !== '')
  for (const [index, line] of lines.entries()) {
    const bundle = JSON.parse(line) as { resourceType: ResourceType, entry: { resource: { resourceType: ResourceType } }[] }
    check(bundle, `line ${String(index + 1)}`)
    for (const { resource } of bundle.entry) check(resource, `line ${String(index + 1)} ${resource.resourceType}`)
  }
}
for (const [key, { count, example }] of [...found].sort(([, left], [, right]) => right.count - left.count)) process.stdout.write(`${String(count)} × ${key}\n      e.g. ${example}\n`)
process.stdout.write(`${JSON.stringify(totals)}\nslowest: ${slow.sort(([left], [right]) => right - left).slice(0, 5).map(([ms, name]) => `${name} ${ms.toFixed(0)} ms`).join(', ')}\n`)
