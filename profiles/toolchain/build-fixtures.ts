/** Writes Monsieur X as the transaction Bundles that organisations push (fixtures/monsieur-x), from the compiled instances. https://hl7.org/fhir/R4/http.html#transaction */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Instance { resourceType: string, id: string, identifier?: { system: string, value: string }[] }
type Method = 'POST' | 'PUT'
interface Push { readonly file: string, readonly ids: readonly string[], readonly method: (instance: Instance) => Method }

const here = dirname(fileURLToPath(import.meta.url))
const compiled = join(here, '..', 'fsh-generated', 'resources')
const target = join(here, '..', '..', 'fixtures', 'monsieur-x')

/** All dates of the fixtures are meant from here (fixtures/monsieur-x/README.md). */
const baseDate = '2026-11-22T09:00:00+01:00'

/** The patient may be known already to whoever receives the push: created at most, never overwritten. */
const patientOnce = ({ resourceType }: Instance): Method => resourceType === 'Patient' ? 'POST' : 'PUT'

const pushes: readonly Push[] = [
  {
    file: 'directory.json',
    ids: [
      'org-hopital', 'org-habitat', 'org-ssm', 'org-formation', 'org-reseau',
      'practitioner-social-worker', 'practitioner-superior', 'practitioner-psychologist', 'practitioner-ssm-director', 'practitioner-psychiatrist', 'practitioner-nurse', 'practitioner-gp',
      'role-referent', 'role-superior', 'role-psychologist', 'role-ssm-director', 'role-psychiatrist', 'role-nurse', 'role-gp'
    ],
    method: () => 'POST'
  },
  {
    file: 'plan.json',
    ids: ['monsieur-x', 'sister', 'colleague', 'team', 'goal-home', 'goal-sister', 'goal-training', 'plan', 'crisis-plan', 'meeting-hospital', 'meeting-next', 'meeting-report'],
    method: patientOnce
  },
  {
    file: 'sortie-hopital.json',
    ids: ['monsieur-x', 'team', 'goal-training', 'goal-home-reached', 'goal-paid-work', 'plan-revised', 'meeting-discharge', 'discharge-report', 'evaluation-satisfaction'],
    method: patientOnce
  },
  { file: 'consents.json', ids: ['consent-x', 'consent-x-withdrawn', 'consent-sister', 'consent-colleague'], method: patientOnce },
  { file: 'consent-formation.json', ids: ['consent-formation'], method: patientOnce }
]

const readInstances = (): ReadonlyMap<string, Instance> => new Map(readdirSync(compiled)
  .map((name) => JSON.parse(readFileSync(join(compiled, name), 'utf8')) as Instance)
  .map((instance) => [`${instance.resourceType}/${instance.id}`, instance]))

/** Of the name, so that a rebuild changes nothing. */
const urn = (file: string, id: string): string => {
  const hex = createHash('sha256').update(`${file} ${id}`).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const criteria = ({ resourceType, id, identifier }: Instance): string => {
  const own = identifier?.[0]
  if (own === undefined) throw new Error(`Found no identifier on ${resourceType}/${id}, expected one to push by; add it to its FSH instance.`)
  return `identifier=${own.system}|${own.value}`
}

/** Within the Bundle by urn, else by the identifier of what is there already. */
const rewrite = (value: unknown, of: (reference: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((each) => rewrite(each, of))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, each]) =>
    name === 'reference' && typeof each === 'string' ? [[name, of(each)], ['type', each.split('/')[0]]] : [[name, rewrite(each, of)]]))
}

const bundle = ({ file, ids, method }: Push, instances: ReadonlyMap<string, Instance>): unknown => {
  const find = (reference: string): Instance => {
    const found = instances.get(reference)
    if (found === undefined) throw new Error(`Found ${reference} in ${file}, expected a compiled instance of that name; compile the FSH first.`)
    return found
  }
  const byId = (id: string): Instance => find([...instances.keys()].find((key) => key.endsWith(`/${id}`)) ?? id)
  const of = (reference: string): string => {
    const instance = find(reference)
    return ids.includes(instance.id) ? urn(file, instance.id) : `${instance.resourceType}?${criteria(instance)}`
  }
  const entry = ids.map(byId).map((instance) => {
    const { id, ...resource } = instance
    const request = method(instance) === 'POST'
      ? { method: 'POST', url: instance.resourceType, ifNoneExist: criteria(instance) }
      : { method: 'PUT', url: `${instance.resourceType}?${criteria(instance)}` }
    return { fullUrl: urn(file, id), resource: rewrite(resource, of), request }
  })
  return { resourceType: 'Bundle', type: 'transaction', timestamp: baseDate, entry }
}

const instances = readInstances()
mkdirSync(target, { recursive: true })
for (const push of pushes) writeFileSync(join(target, push.file), `${JSON.stringify(bundle(push, instances), null, 2)}\n`)
process.stdout.write(`${String(pushes.length)} Bundles in fixtures/monsieur-x\n`)
