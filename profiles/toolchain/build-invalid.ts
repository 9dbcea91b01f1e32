/** Writes the examples that must be refused (fixtures/invalid/profiles), made from the compiled valid ones. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { invalidExamples } from './invalid-examples.ts'

const here = dirname(fileURLToPath(import.meta.url))
const compiled = join(here, '..', 'fsh-generated', 'resources')
const target = join(here, '..', '..', 'fixtures', 'invalid', 'profiles')

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const { name, base, change } of invalidExamples) {
  const resource = JSON.parse(readFileSync(join(compiled, `${base.replace('/', '-')}.json`), 'utf8'))
  const valid = JSON.stringify(resource)
  resource.id = name
  change(resource)
  if (JSON.stringify({ ...resource, id: JSON.parse(valid).id }) === valid) throw new Error(`Found ${name} equal to ${base}, expected a difference; correct its change in invalid-examples.ts.`)
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify(resource, null, 2)}\n`)
}
process.stdout.write(`${String(invalidExamples.length)} examples in fixtures/invalid/profiles\n`)
