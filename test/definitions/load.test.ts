import { readFileSync, readdirSync } from 'node:fs'
import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import { profilesPath } from '../../src/definitions/table.ts'

const before = performance.now()
const definitions = loadDefinitions()
const took = performance.now() - before
const { structures } = definitions

t.test('loads in a fraction of the start-up budget, and the tables stay small', async (t) => {
  t.ok(took < 300, `${took.toFixed(0)} ms`)
  const bytes = readdirSync(profilesPath('tables')).reduce(
    (sum, name) => sum + readFileSync(profilesPath(`tables/${name}`)).length,
    0
  )
  t.ok(bytes < 2_000_000, `${bytes} bytes`)
})

t.test('all concrete R4 types, and only they', async (t) => {
  t.equal(definitions.types.length, 146)
  t.ok(definitions.isType('CarePlan'))
  for (const name of ['Resource', 'DomainResource', 'Period', 'careplan', 'constructor', '']) {
    t.notOk(definitions.isType(name), name)
  }
})

t.test('elements stand in the order of the standard, inherited ones first', async (t) => {
  const names = [...structures.children('CarePlan')!.keys()]
  t.same(names.slice(0, 12), [
    'id',
    'meta',
    'implicitRules',
    'language',
    'text',
    'contained',
    'extension',
    'modifierExtension',
    'identifier',
    'instantiatesCanonical',
    'instantiatesUri',
    'basedOn'
  ])
  t.same([...structures.children('CarePlan.activity')!.keys()].slice(0, 5), [
    'id',
    'extension',
    'modifierExtension',
    'outcomeCodeableConcept',
    'outcomeReference'
  ])
  t.same(
    [...structures.children('Timing.repeat')!.keys()].slice(0, 3),
    ['id', 'extension', 'bounds[x]'],
    'an Element has no modifierExtension'
  )
  t.equal(structures.children('CarePlan.nothing'), undefined)
  t.equal(structures.children('Nothing'), undefined)
})

t.test(
  'an element tells its cardinality, types, targets, codes and whether it is in a summary',
  async (t) => {
    const carePlan = structures.children('CarePlan')!
    t.match(carePlan.get('status'), {
      path: 'CarePlan.status',
      min: 1,
      max: 1,
      types: [{ code: 'code' }],
      codes: 'request-status',
      summary: true
    })
    t.match(carePlan.get('subject'), {
      types: [{ code: 'Reference', targets: ['Patient', 'Group'] }]
    })
    t.equal(carePlan.get('activity')?.max, Infinity)
    t.equal(carePlan.get('activity')?.summary, false)
    t.equal(
      structures.children('Questionnaire.item')!.get('item')?.contentReference,
      'Questionnaire.item'
    )
    t.equal(structures.children('Extension')!.get('value[x]')?.types.length, 50)
    t.equal(carePlan.get('id')?.types[0]?.code, 'id')
    t.equal(structures.children('Period')!.get('id')?.types[0]?.code, 'string')
  }
)

t.test('codes of required bindings by system', async (t) => {
  const status = definitions.valueSet('request-status')!
  t.ok(status.codes.has('active'))
  t.ok(status.has('http://hl7.org/fhir/request-status', 'active'))
  t.notOk(status.has('http://example.org', 'active'))
  t.notOk(status.has(undefined, 'active'))
  t.equal(definitions.valueSet('constructor'), undefined)
})

t.test('profiles by canonical, whatever version it names', async (t) => {
  const url =
    'https://www.ehealth.fgov.be/standards/fhir/patient-care/StructureDefinition/be-care-plan'
  t.equal(definitions.profile(`${url}|1.0.0`)?.id, 'be-care-plan')
  t.equal(definitions.profile(`${url}x`), undefined)
  t.match(definitions.profile('http://hl7.org/fhir/StructureDefinition/patient-birthPlace'), {
    type: 'Extension',
    root: { children: { 'value[x]': { types: ['Address'] } } }
  })
})

t.test(
  'rules of a data type lose the prefix that would make them true of everything',
  async (t) => {
    const rule = definitions.profile(
      'https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-patient'
    )?.root.children?.['identifier']?.rules?.[0]
    t.equal(rule?.key, 'be-inv-SSIN')
    t.match(rule?.expression, /^where\(/)
  }
)

t.test('serves the PSI and Belgian definitions as resources with stable ids', async (t) => {
  const ids = definitions.conformance('StructureDefinition').map(({ id }) => id)
  for (const id of ['psi-care-plan', 'psi-ext-mandate', 'be-patient', 'be-care-plan']) {
    t.ok(ids.includes(id), id)
  }
  t.equal(new Set(ids).size, ids.length)
  t.ok(definitions.conformance('NamingSystem').some(({ id }) => id === 'be-ssin'))
  t.ok(definitions.conformance('ValueSet').length > 15)
  t.same(definitions.conformance('Patient'), [], 'examples are no definitions')
})

t.test('the tables are those of the guide as compiled', async (t) => {
  for (const profile of definitions
    .conformance('StructureDefinition')
    .filter(({ id }) => id?.startsWith('psi-'))) {
    const snapshot = profile['snapshot'] as {
      element: { id: string; constraint?: { key: string; expression: string }[] }[]
    }
    const own = (snapshot.element[0]?.constraint ?? []).filter(({ key }) =>
      key.startsWith('psi-inv-')
    )
    const table = definitions.profile(profile['url'] as string)
    t.same(
      table?.root.rules
        ?.filter(({ key }) => key.startsWith('psi-inv-'))
        .map(({ key, expression }) => ({ key, expression })) ?? [],
      own.map(({ key, expression }) => ({ key, expression })),
      `${profile.id!}: rebuild profiles/tables`
    )
  }
})
