import fc from 'fast-check'
import t from 'tap'
import { errors, first, patient, plan } from './check.ts'
import { copy, entries, r4Examples, synthea, transactions } from './corpus.ts'

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

/** Each breaks the one rule named beside it. */
const broken = [
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
] as const

t.test('invariants name their rule', async (t) => {
  for (const [resource, key] of broken) {
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
