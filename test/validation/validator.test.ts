import fc from 'fast-check'
import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'
import { createValidator } from '../../src/validation/validator.ts'
import { copy, entries, r4Examples, synthea, transactions } from './corpus.ts'

const definitions = loadDefinitions()
const validate = createValidator(definitions)
const check = (resource: unknown, type?: ResourceType) =>
  validate(resource, type ?? (resource as Resource).resourceType)
const errors = (resource: unknown, type?: ResourceType) =>
  check(resource, type).filter(({ severity }) => severity === 'error' || severity === 'fatal')
const first = (resource: unknown, type?: ResourceType) =>
  errors(resource, type)[0] ?? { code: 'none', expression: '', diagnostics: '' }

const plan = {
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/1' }
} as const
const patient = { resourceType: 'Patient' } as const

t.test(
  'real resources pass: Synthea, the R4 examples, the transactions of the guide',
  async (t) => {
    for (const bundle of [...synthea, ...transactions.values()]) {
      t.same(errors(bundle), [])
      for (const resource of entries(bundle)) t.same(errors(resource), [], resource.resourceType)
    }
    for (const [name, resource] of r4Examples) {
      // This example has an Encounter as performer, against its own definition.
      if (name !== 'Observation/clinical-gender') t.same(errors(resource), [], name)
    }
    t.equal(
      first(r4Examples.get('Observation/clinical-gender')).expression,
      'Observation.performer[0].reference'
    )
  }
)

t.test('an unknown element is named with the nearest known one', async (t) => {
  t.match(first({ ...plan, statuss: 'active' }), {
    code: 'structure',
    expression: 'CarePlan.statuss',
    diagnostics: /"statuss"; did you mean status\?/
  })
  t.match(first({ ...patient, deceased: true }), {
    code: 'structure',
    diagnostics: /deceasedBoolean or deceasedDateTime/
  })
  t.match(first({ ...plan, activity: [{ detail: { status: 'scheduled', performerr: [] } }] }), {
    expression: 'CarePlan.activity[0].detail.performerr'
  })
  t.equal(first(JSON.parse('{"resourceType":"Patient","__proto__":{"a":1}}')).code, 'structure')
  t.equal(first({ ...patient, fhir_comments: ['x'] }).code, 'structure')
})

t.test('the wrong kind of JSON is told from the wrong value', async (t) => {
  for (const [resource, expression] of [
    [{ ...patient, active: 'true' }, 'Patient.active'],
    [{ ...patient, name: { family: 'X' } }, 'Patient.name'],
    [{ ...patient, birthDate: ['1986'] }, 'Patient.birthDate'],
    [{ ...patient, name: ['X'] }, 'Patient.name[0]'],
    [{ ...patient, multipleBirthInteger: '2' }, 'Patient.multipleBirthInteger'],
    [{ ...patient, name: [] }, 'Patient.name'],
    [{ ...patient, maritalStatus: {} }, 'Patient.maritalStatus'],
    [{ ...patient, maritalStatus: { id: 'a' } }, 'Patient.maritalStatus'],
    [{ ...patient, birthDate: null }, 'Patient.birthDate'],
    [{ ...patient, name: [null] }, 'Patient.name[0]'],
    [{ ...patient, text: 'x' }, 'Patient.text']
  ] as const) {
    t.match(first(resource), { code: 'structure', expression }, expression)
  }
  t.match(first({ ...patient, birthDate: '' }), { code: 'value', expression: 'Patient.birthDate' })
})

t.test('what is missing is named where it is missing', async (t) => {
  t.match(first({ resourceType: 'CarePlan', status: 'active', intent: 'plan' }), {
    code: 'required',
    expression: 'CarePlan',
    diagnostics: /CarePlan has no subject/
  })
  t.match(first({ ...plan, activity: [{}, { detail: {} }] }), {
    code: 'structure',
    expression: 'CarePlan.activity[0]',
    diagnostics: /ele-1/
  })
  t.match(first({ ...plan, activity: [{ detail: { description: 'x' } }] }), {
    code: 'required',
    expression: 'CarePlan.activity[0].detail',
    diagnostics: /status/
  })
  t.match(first({ resourceType: 'Observation', status: 'final' }), { code: 'required' })
  t.same(
    errors({
      ...plan,
      status: undefined,
      _status: {
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
            valueCode: 'unknown'
          }
        ]
      }
    }),
    [],
    'an extension instead of a value is a value'
  )
})

t.test('of a choice one type only, and both halves of it', async (t) => {
  t.match(first({ ...patient, deceasedBoolean: true, deceasedDateTime: '2020' }), {
    code: 'structure',
    diagnostics: /deceasedBoolean and deceasedDateTime/
  })
  t.same(errors({ ...patient, deceasedDateTime: '2020', _deceasedDateTime: { id: 'a' } }), [])
  t.match(first({ ...patient, _deceasedDateTime: { id: 'a' } }), {
    expression: 'Patient._deceasedDateTime',
    diagnostics: /ele-1/
  })
  t.equal(first({ ...patient, deceasedString: 'x' }).code, 'structure')
  for (const one of errors({
    ...plan,
    activity: [{ detail: { status: 'scheduled', scheduledPeriod: { start: 'x' } } }]
  })) {
    t.notMatch(one.expression, /\[x\]/)
  }
})

t.test('primitives by their format', async (t) => {
  const good: readonly [string, unknown][] = [
    ['date', '2024-02-29'],
    ['date', '1986'],
    ['dateTime', '2026-02-15T14:30:00+01:00'],
    ['dateTime', '2026-02-15T23:59:60Z'],
    ['dateTime', '2026-02'],
    ['instant', '2026-02-15T14:30:00.123Z'],
    ['time', '14:30:00'],
    ['code', 'a b'],
    ['id', 'A-z.0'],
    ['oid', 'urn:oid:1.2.3'],
    ['uuid', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    ['base64Binary', 'QUJD'],
    ['base64Binary', 'QUJ DRA ==\n'],
    ['decimal', 1e-7],
    ['integer', -2147483648],
    ['positiveInt', 1],
    ['unsignedInt', 0],
    ['uri', 'urn:x'],
    ['string', 'é\n\t'],
    ['markdown', '# x'],
    ['boolean', false],
    ['canonical', 'http://x|1']
  ]
  const bad: readonly [string, unknown][] = [
    ['date', '2023-02-29'],
    ['date', '2023-13'],
    ['date', '0000'],
    ['date', '2023-1-1'],
    ['date', '2026-02-15T14:30:00Z'],
    ['dateTime', '2026-02-15T14:30:00'],
    ['dateTime', '2026-02-15T14:30Z'],
    ['dateTime', '2026-02-15T24:00:00Z'],
    ['dateTime', '2026-04-31'],
    ['dateTime', '2026-02-15 14:30:00Z'],
    ['instant', '2026-02-15'],
    ['time', '14:30'],
    ['time', '14:30:00Z'],
    ['code', ' a'],
    ['code', 'a  b'],
    ['id', 'a_b'],
    ['id', 'a'.repeat(65)],
    ['oid', '1.2.3'],
    ['uuid', 'c757873d'],
    ['base64Binary', 'QUJ'],
    ['base64Binary', 'QU=D'],
    ['decimal', '1'],
    ['integer', 1.5],
    ['integer', 2147483648],
    ['positiveInt', 0],
    ['unsignedInt', -1],
    ['uri', 'a b'],
    ['string', 'a\u0000b'],
    ['string', '\u0007'],
    ['string', 'a'.repeat(1024 * 1024 + 1)],
    ['boolean', 'true'],
    ['boolean', 1]
  ]
  const value = (type: string, content: unknown) => ({
    resourceType: 'Basic',
    code: { text: 'x' },
    extension: [
      { url: 'http://example.org/x', [`value${type[0]!.toUpperCase()}${type.slice(1)}`]: content }
    ]
  })
  for (const [type, content] of good) {
    t.same(errors(value(type, content)), [], `${type} ${String(content)}`)
  }
  for (const [type, content] of bad) {
    t.match(
      first(value(type, content)).expression,
      /^Basic\.extension\[0\]\.value/,
      `${type} ${String(content).slice(0, 40)}`
    )
  }
})

t.test('long values take linear time', async (t) => {
  const spaces = ' '.repeat(900_000)
  for (const value of [
    { valueBase64Binary: `${spaces}!` },
    { valueCode: `a${spaces}` },
    { valueUri: `a${spaces}` },
    { valueReference: { reference: `${'/A'.repeat(100_000)}!` } },
    { valueDateTime: `2026${spaces}` }
  ]) {
    const before = performance.now()
    t.not(
      errors({
        resourceType: 'Basic',
        code: { text: 'x' },
        extension: [{ url: 'http://example.org/x', ...value }]
      }).length,
      0
    )
    t.ok(performance.now() - before < 1500, JSON.stringify(Object.keys(value)))
  }
})

t.test('NUL is refused everywhere', async (t) => {
  t.match(first({ ...patient, name: [{ family: 'a\u0000' }] }), {
    code: 'value',
    expression: 'Patient.name[0].family',
    diagnostics: /NUL/
  })
})

t.test('arrays of primitives and their siblings keep step', async (t) => {
  const extension = [{ url: 'http://example.org/x', valueString: 'y' }]
  t.same(errors({ ...patient, name: [{ given: ['a', null], _given: [null, { extension }] }] }), [])
  t.match(first({ ...patient, name: [{ given: ['a', null] }] }), {
    code: 'structure',
    expression: 'Patient.name[0].given[1]'
  })
  t.match(first({ ...patient, name: [{ given: ['a', null], _given: [{ extension }] }] }), {
    expression: 'Patient.name[0].given[1]'
  })
  t.match(first({ ...patient, name: [{ _given: [null] }] }), {
    expression: 'Patient.name[0]._given[0]'
  })
  t.match(first({ ...patient, _birthDate: { value: 'x' } }), {
    code: 'structure',
    expression: 'Patient._birthDate.value'
  })
})

t.test('extensions: url, and a value or nested ones', async (t) => {
  const on = (extension: unknown) => ({ ...patient, extension: [extension] })
  t.equal(first(on({ valueString: 'x' })).code, 'required')
  t.match(first(on({ url: 'http://example.org/x' })), { code: 'extension', diagnostics: /ext-1/ })
  t.match(
    first(
      on({
        url: 'http://example.org/x',
        valueString: 'x',
        extension: [{ url: 'a', valueString: 'b' }]
      })
    ),
    { code: 'extension' }
  )
  t.same(
    errors(on({ url: 'http://example.org/x', extension: [{ url: 'a', valueString: 'b' }] })),
    []
  )
  t.match(
    first(
      on({
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueString: 'Liège'
      })
    ),
    {
      code: 'value',
      expression: 'Patient.extension[0].valueString',
      diagnostics: /expected Address/
    }
  )
})

t.test('codes of required bindings, with the nearest one', async (t) => {
  t.match(first({ ...plan, status: 'activ' }), {
    code: 'code-invalid',
    expression: 'CarePlan.status',
    diagnostics: /"activ".*did you mean "active"/
  })
  const condition = { resourceType: 'Condition', subject: { reference: 'Patient/1' } }
  const clinical = (coding: unknown) => ({ ...condition, clinicalStatus: { coding: [coding] } })
  t.same(
    errors(
      clinical({
        system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
        code: 'active'
      })
    ),
    []
  )
  t.match(first(clinical({ system: 'http://example.org', code: 'active' })), {
    code: 'code-invalid',
    expression: 'Condition.clinicalStatus'
  })
  t.equal(first({ ...condition, clinicalStatus: { text: 'active' } }).code, 'code-invalid')
  t.same(
    errors({ resourceType: 'Binary', contentType: 'application/x-unheard-of' }),
    [],
    'media types cannot be listed and are not judged'
  )
})

t.test('references: form, type, contained', async (t) => {
  const subject = (reference: unknown) => first({ ...plan, subject: reference })
  t.match(subject({ reference: 'Device/1' }), {
    code: 'value',
    expression: 'CarePlan.subject.reference',
    diagnostics: /Device, expected Patient or Group/
  })
  t.match(subject({ reference: 'https://example.org/fhir/Device/1/_history/2' }), {
    expression: 'CarePlan.subject.reference'
  })
  t.match(subject({ reference: 'Device?identifier=x|y' }), {
    expression: 'CarePlan.subject.reference'
  })
  t.match(subject({ reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', type: 'Device' }), {
    expression: 'CarePlan.subject.type'
  })
  t.match(subject({ reference: 'Patient/1', type: 'Group' }), {
    expression: 'CarePlan.subject.type',
    diagnostics: /same type/
  })
  t.match(subject({ reference: 'patient one' }), {
    code: 'value',
    expression: 'CarePlan.subject.reference'
  })
  t.match(subject({ reference: '#nobody' }), { code: 'invariant', diagnostics: /ref-1/ })
  for (const reference of [
    'Patient/1',
    'Patient?identifier=x|y',
    'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
    'https://example.org/anything',
    'urn:oid:1.2.3'
  ]) {
    t.same(errors({ ...plan, subject: { reference } }), [], reference)
  }
  t.same(errors({ ...plan, subject: { display: 'somebody' } }), [])
})

t.test('contained resources: validated, referred to, flat', async (t) => {
  const goal = {
    resourceType: 'Goal',
    id: 'g',
    lifecycleStatus: 'active',
    description: { text: 'x' },
    subject: { reference: 'Patient/1' }
  }
  const containing = (contained: unknown, goalReference = '#g') => ({
    ...plan,
    contained: [contained],
    goal: [{ reference: goalReference }]
  })
  t.same(errors(containing(goal)), [])
  t.match(first(containing({ ...goal, lifecycleStatus: 'x' })), {
    expression: 'CarePlan.contained[0].lifecycleStatus'
  })
  t.match(first(containing(goal, 'Goal/1')), { diagnostics: /dom-3/ })
  t.same(
    errors({ ...plan, contained: [{ ...goal, subject: { reference: '#' } }] }).map(
      ({ code }) => code
    ),
    ['value'],
    'pointing back is being referred to, but a plan is no Patient'
  )
  t.match(first(containing({ ...goal, id: undefined })), { code: 'required' })
  t.ok(
    errors(containing({ ...goal, contained: [goal] })).some(({ diagnostics }) =>
      diagnostics.includes('dom-2')
    )
  )
  t.ok(
    errors(containing({ ...goal, meta: { versionId: '1' } })).some(({ diagnostics }) =>
      diagnostics.includes('dom-4')
    )
  )
  t.match(first(containing({ ...goal, resourceType: 'Gaol' })), {
    code: 'structure',
    expression: 'CarePlan.contained[0].resourceType'
  })
  t.match(
    first({
      ...plan,
      contained: [{ resourceType: 'Patient', id: 'p' }],
      goal: [{ reference: '#p' }]
    }),
    { diagnostics: /reference to Patient, expected Goal/ }
  )
})

t.test("entries of a Bundle are resources of their own, and know each other's types", async (t) => {
  const bundle = (resource: unknown, other: unknown = patient) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
        resource: other,
        request: { method: 'POST', url: 'Patient' }
      },
      { resource, request: { method: 'POST', url: 'CarePlan' } }
    ]
  })
  const by = { ...plan, subject: { reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' } }
  t.same(errors(bundle(by)), [])
  t.match(first(bundle(by, { resourceType: 'Device' })), {
    expression: 'Bundle.entry[1].resource.subject.reference',
    diagnostics: /reference to Device/
  })
  t.match(first(bundle({ ...by, intent: 'x' })), { expression: 'Bundle.entry[1].resource.intent' })
  t.ok(
    errors({ ...bundle(by), type: 'collection' }).some(({ diagnostics }) =>
      diagnostics.includes('bdl-3')
    )
  )
})

t.test('invariants name their rule', async (t) => {
  for (const [resource, key] of [
    [{ ...plan, period: { start: '2026-03-01', end: '2026-02-01' } }, 'per-1'],
    [
      {
        ...plan,
        activity: [{ reference: { reference: 'Task/1' }, detail: { status: 'scheduled' } }]
      },
      'cpl-3'
    ],
    [{ ...patient, contact: [{ relationship: [{ text: 'x' }] }] }, 'pat-1'],
    [{ ...patient, telecom: [{ value: '1' }] }, 'cpt-2'],
    [{ resourceType: 'Organization', active: true }, 'org-1'],
    [{ resourceType: 'Organization', name: 'x', address: [{ use: 'home', city: 'x' }] }, 'org-2'],
    [
      {
        resourceType: 'Goal',
        lifecycleStatus: 'active',
        description: { text: 'x' },
        subject: { reference: 'Patient/1' },
        target: [{ detailString: 'x' }]
      },
      'gol-1'
    ],
    [
      {
        resourceType: 'CareTeam',
        participant: [
          { member: { reference: 'RelatedPerson/1' }, onBehalfOf: { reference: 'Organization/1' } }
        ]
      },
      'ctm-1'
    ],
    [
      {
        resourceType: 'Consent',
        status: 'active',
        scope: { text: 'x' },
        category: [{ text: 'x' }]
      },
      'ppc-1'
    ],
    [
      {
        resourceType: 'Appointment',
        status: 'booked',
        participant: [{ status: 'accepted', actor: { reference: 'Patient/1' } }]
      },
      'app-3'
    ],
    [
      {
        resourceType: 'MessageDefinition',
        status: 'draft',
        date: '2026',
        eventUri: 'urn:x',
        focus: [{ code: 'Patient', min: 0, max: '0' }]
      },
      'md-1'
    ],
    [
      { resourceType: 'Linkage', item: [{ type: 'source', resource: { reference: 'Patient/1' } }] },
      'lnk-1'
    ]
  ] as const) {
    t.ok(
      errors(resource).some(
        ({ code, diagnostics }) => code === 'invariant' && diagnostics.includes(`(${key})`)
      ),
      key
    )
  }
  t.same(
    errors({ ...plan, period: { start: '2026-02-15', end: '2026-02' } }),
    [],
    'a month is not before a day in it'
  )
})

t.test('narratives must be safe', async (t) => {
  const text = (div: string) => ({ ...patient, text: { status: 'generated', div } })
  t.same(errors(text('<div xmlns="http://www.w3.org/1999/xhtml">x</div>')), [])
  t.match(first(text('<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>')), {
    code: 'security',
    expression: 'Patient.text.div'
  })
})

t.test('what is no resource of the type asked for is fatal', async (t) => {
  for (const resource of [null, undefined, [], 'x', 3]) {
    t.match(first(resource, 'Patient'), { severity: 'fatal', code: 'structure' })
  }
  t.match(first({ resourceType: 'Patientt' }, 'Patient'), {
    severity: 'fatal',
    expression: 'Patient.resourceType',
    diagnostics: /did you mean "Patient"/
  })
  t.match(first({ resourceType: 'Goal' }, 'Patient'), { severity: 'fatal' })
})

t.test('depth and number of faults are bounded', async (t) => {
  let extension: unknown = { url: 'a', valueString: 'x' }
  for (let i = 0; i < 5000; i++) extension = { url: 'a', extension: [extension] }
  t.ok(
    errors({ ...patient, extension: [extension] }).some(({ diagnostics }) =>
      diagnostics.includes('nested')
    )
  )
  t.equal(
    errors({ ...patient, name: Array.from({ length: 1000 }, () => ({ famly: 'x' })) }).length,
    100
  )
})

t.test('any single fault put into a valid resource is found', async (t) => {
  const valid = [...r4Examples.values()].filter((resource) => errors(resource).length === 0)
  const kinds = ['unknown', 'kind', 'empty', 'null'] as const
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.constantFrom(...kinds),
        fc.nat(),
        (original, kind, pick) => {
          const resource = copy(original)
          const places = objects(resource)
          const [parent, key] = places[pick % places.length]!
          if (kind === 'unknown') (parent[key] as Record<string, unknown>)['unheardOf'] = 'x'
          else parent[key] = kind === 'kind' ? 42 : kind === 'empty' ? {} : null
          return errors(resource).length > 0
        }
      ),
      { numRuns: 600, seed: 20261122, verbose: 1 }
    )
  )
})

/** Every object in a resource, by the object or array that holds it. */
const objects = (
  value: unknown,
  found: [Record<string, unknown>, string][] = []
): [Record<string, unknown>, string][] => {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object' && child !== null && !Array.isArray(child)) {
      found.push([value as Record<string, unknown>, key])
    }
    objects(child, found)
  }
  return found
}
