import fc from 'fast-check'
import t from 'tap'
import type { ResourceId, ResourceType } from '../../src/fhir/resource.ts'
import { split, unescape } from '../../src/search/escape.ts'
import { base, escape, finds, parse, refuses } from './finds.ts'

t.test('escapes survive the round trip, and values are cut only at bare separators', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', ',', '|', '$', '\\', 'é') }), {
        minLength: 1,
        maxLength: 5
      }),
      (values) => {
        const read = split(values.map(escape).join(','), ',').map(unescape)
        return JSON.stringify(read) === JSON.stringify(values)
      }
    )
  )
})

t.test('tokens: code, system|code, |code, system|', async (t) => {
  const plans = [
    {
      resourceType: 'CarePlan',
      id: 'x',
      status: 'active',
      category: [{ coding: [{ system: 's', code: 'c' }] }]
    },
    {
      resourceType: 'CarePlan',
      id: 'y',
      status: 'draft',
      category: [{ coding: [{ code: 'c' }, { system: 's', code: 'd' }] }]
    },
    { resourceType: 'CarePlan', id: 'z', category: [{ text: 'only text' }] }
  ]
  t.same(finds(plans, 'CarePlan', 'category=c'), ['x', 'y'])
  t.same(finds(plans, 'CarePlan', 'category=s|c'), ['x'])
  t.same(finds(plans, 'CarePlan', 'category=|c'), ['y'])
  t.same(finds(plans, 'CarePlan', 'category=s|'), ['x', 'y'])
  t.same(
    finds(plans, 'CarePlan', 'category=c,d&status=draft'),
    ['y'],
    'or by comma, and by repetition'
  )
  t.same(finds(plans, 'CarePlan', 'status:not=draft'), ['x', 'z'], 'also those without a value')
  t.same(finds(plans, 'CarePlan', 'category:not=d,c'), ['z'], 'none of the values')
  t.same(finds(plans, 'CarePlan', 'category:missing=true'), ['z'])
  t.same(finds(plans, 'CarePlan', 'status:missing=false'), ['x', 'y'])
  t.same(finds(plans, 'CarePlan', '_id=x,z'), ['x', 'z'])
})

t.test('the system of a code is the one that its binding implies', async (t) => {
  const plans = [
    { resourceType: 'CarePlan', id: 'x', status: 'active' },
    { resourceType: 'CarePlan', id: 'y' }
  ]
  t.same(finds(plans, 'CarePlan', 'status=http://hl7.org/fhir/request-status|active'), ['x'])
  t.same(finds(plans, 'CarePlan', 'status=http://hl7.org/fhir/request-status|'), ['x'])
  t.same(finds(plans, 'CarePlan', 'status=urn:other|active'), [])
  t.same(finds(plans, 'CarePlan', 'status=|active'), ['x'])
  t.same(
    finds(
      [{ resourceType: 'Patient', id: 'p', active: true }],
      'Patient',
      'active=http://hl7.org/fhir/special-values|true'
    ),
    ['p']
  )
})

t.test('references: id, Type/id, absolute, :Type', async (t) => {
  const plans = [
    { resourceType: 'CarePlan', id: 'x', subject: { reference: 'Patient/1' } },
    { resourceType: 'CarePlan', id: 'y', subject: { reference: 'Group/1' } },
    {
      resourceType: 'CarePlan',
      id: 'z',
      subject: { reference: 'https://elsewhere.example/fhir/Patient/1' }
    }
  ]
  t.same(finds(plans, 'CarePlan', 'subject=1'), ['x', 'y'])
  t.same(finds(plans, 'CarePlan', 'patient=1'), ['x'])
  t.same(finds(plans, 'CarePlan', 'subject=Patient/1'), ['x'])
  t.same(finds(plans, 'CarePlan', `subject=${base}/Group/1`), ['y'])
  t.same(finds(plans, 'CarePlan', 'subject=https://elsewhere.example/fhir/Patient/1'), ['z'])
  t.same(finds(plans, 'CarePlan', 'subject:Group=1'), ['y'])
  t.same(
    finds(plans, 'CarePlan', 'subject:Group=Patient/1'),
    [],
    'no mistake of form, but nothing fits'
  )
  refuses(t, 'CarePlan', 'subject:identifier=urn:x|1', /:identifier is not supported on subject/)
  refuses(t, 'CarePlan', 'subject:[Type]=1', /:\[Type\] is not supported on subject/)
  refuses(t, 'CarePlan', 'subject=Patient/1/2', /Type\/id/)
  const persons = (target: string) =>
    target === 'Patient/1' ? ['Patient/1', 'Patient/2'] : [target]
  t.same(parse('CarePlan', 'patient=1', { personTargets: persons }).query.where, {
    kind: 'link',
    parameter: 'CarePlan.patient',
    targets: ['Patient/1', 'Patient/2']
  })
})

t.test('strings: beginning, :exact, :contains, all literal', async (t) => {
  const patients = ['Éluard', 'Van Éluard', 'Peeters (a+)+$'].map((family, index) => ({
    resourceType: 'Patient',
    id: `${index}`,
    name: [{ family }]
  }))
  t.same(finds(patients, 'Patient', 'name=eluard'), ['0'])
  t.same(finds(patients, 'Patient', 'name:contains=ELU'), ['0', '1'])
  t.same(finds(patients, 'Patient', 'name:exact=Éluard'), ['0'])
  t.same(finds(patients, 'Patient', 'name:exact=eluard'), [])
  t.same(finds(patients, 'Patient', 'name:contains=(a%2B)%2B$'), ['2'])
  refuses(t, 'Patient', 'name=%CC%81', /letters or digits/)
})

t.test('chains and _has follow one reference', async (t) => {
  const world = [
    {
      resourceType: 'Patient',
      id: 'p',
      name: [{ family: 'Peeters' }],
      identifier: [{ system: 's', value: '1' }]
    },
    { resourceType: 'Patient', id: 'q', name: [{ family: 'Janssens' }] },
    { resourceType: 'CarePlan', id: 'x', status: 'active', subject: { reference: 'Patient/p' } },
    { resourceType: 'CarePlan', id: 'y', status: 'draft', subject: { reference: 'Patient/q' } }
  ]
  t.same(finds(world, 'CarePlan', 'subject:Patient.name=peet'), ['x'])
  t.same(finds(world, 'CarePlan', 'subject.name=jan'), ['y'])
  t.same(finds(world, 'CarePlan', 'patient.identifier=s|1'), ['x'])
  t.same(finds(world, 'CarePlan', 'patient._id=q'), ['y'])
  t.same(finds(world, 'CarePlan', 'patient.name:exact=Peeters'), ['x'])
  t.same(finds(world, 'Patient', '_has:CarePlan:subject:status=draft'), ['q'])
  t.same(finds(world, 'Patient', '_has:CarePlan:patient:status:not=draft'), ['p'])
  t.same(
    [
      ...parse('CarePlan', 'subject.name=x&_revinclude=Provenance:target&_include=CarePlan:subject')
        .types
    ],
    ['Patient', 'Provenance']
  )
  refuses(t, 'CarePlan', 'patient.organization.name=x', /follows more than one reference/)
  refuses(t, 'CarePlan', 'patient._has:Group:member:_id=x', /follows more than one reference/)
  refuses(t, 'Patient', '_has:CarePlan:subject:subject.name=x', /follows more than one reference/)
  refuses(t, 'Patient', '_has:CarePlan:status=x', /_has:Type:reference:parameter/)
  refuses(t, 'Patient', '_has:CarePlan:goal:status=x', /never refers to Patient/)
  refuses(t, 'Patient', '_has:Goal:subject:description=x', /"description" for Goal/)
  refuses(t, 'CarePlan', 'status.name=x', /holds no references/)
  refuses(t, 'CarePlan', 'instantiates-canonical.name=x', /holds no references/)
  refuses(t, 'CarePlan', 'subject:Patiënt.name=x', /:Patiënt is not supported/)
  refuses(t, 'CarePlan', 'patient.nam=x', /Did you mean name/)
})

t.test('compartments', async (t) => {
  const world = [
    { resourceType: 'CarePlan', id: 'x', subject: { reference: 'Patient/1' } },
    {
      resourceType: 'CarePlan',
      id: 'y',
      subject: { reference: 'Patient/2' },
      activity: [{ detail: { performer: [{ reference: 'Patient/1' }] } }]
    },
    { resourceType: 'CarePlan', id: 'z', subject: { reference: 'Patient/3' } }
  ]
  const compartment = { type: 'Patient' as ResourceType, id: '1' as ResourceId }
  t.same(finds(world, 'CarePlan', '', { compartment }), ['x', 'y'])
  t.same(finds(world, 'CarePlan', '_id=x,z', { compartment }), ['x'])
  t.throws(() => parse('Task', '', { compartment }), {
    code: 'not-found',
    message: /Task is not part of the Patient compartment/
  })
  t.same(
    parse('Encounter', '', { compartment: { type: 'Encounter', id: 'e' as ResourceId } }).query
      .where,
    { kind: 'ids', ids: ['e'] }
  )
})

t.test('sort, count, total, summary, elements', async (t) => {
  const { query, ...rest } = parse(
    'CarePlan',
    '_sort=-date,status,-_lastUpdated,_id&_count=5&_total=accurate&_elements=status,CarePlan.subject&_format=json&_pretty=true&_cursor=abc',
    { limit: 5 }
  )
  t.same(query.sort, [
    { parameter: 'CarePlan.date', form: 'span', direction: 'desc' },
    { parameter: 'CarePlan.status', form: 'word', direction: 'asc' },
    { parameter: '_lastUpdated', form: 'span', direction: 'desc' },
    { parameter: '_id', form: 'word', direction: 'asc' }
  ])
  t.match(
    { limit: query.limit, total: query.total, elements: rest.elements },
    { limit: 5, total: 'exact', elements: ['status', 'subject'] }
  )
  t.same(query.where, { kind: 'and', nodes: [] })
  const plain = parse('CarePlan', '')
  t.match(plain.query, { limit: 20, total: 'none', sort: [] })
  t.equal(parse('CarePlan', '_total=estimate').query.total, 'capped')
  for (const [query, more] of [
    ['_count=0', { limit: 0 }],
    ['_summary=count', {}]
  ] as const) {
    t.match(
      parse('CarePlan', query, more),
      { summary: 'count', query: { limit: 0, total: 'exact' } },
      query
    )
  }
  refuses(t, 'CarePlan', '_count=1&_count=2', /more than once/)
  refuses(t, 'CarePlan', '_summary=text&_include=CarePlan:subject', /_summary=text/)
})

t.test('includes', async (t) => {
  t.same(
    parse(
      'CarePlan',
      '_include=CarePlan:subject:Patient&_include=CarePlan:goal&_include:iterate=Goal:subject&_revinclude=Provenance:target&_revinclude:iterate=CareTeam:encounter'
    ).includes,
    [
      {
        direction: 'forward',
        sourceType: 'CarePlan',
        parameter: 'CarePlan.subject',
        targetType: 'Patient',
        iterate: false
      },
      {
        direction: 'forward',
        sourceType: 'CarePlan',
        parameter: 'CarePlan.goal',
        targetType: 'Goal',
        iterate: false
      },
      { direction: 'forward', sourceType: 'Goal', parameter: 'Goal.subject', iterate: true },
      {
        direction: 'reverse',
        sourceType: 'Provenance',
        parameter: 'Provenance.target',
        iterate: false
      },
      {
        direction: 'reverse',
        sourceType: 'CareTeam',
        parameter: 'CareTeam.encounter',
        iterate: true
      }
    ]
  )
  refuses(t, 'CarePlan', '_include=CarePlan:gaol', /Did you mean goal/)
})

t.test('the normal form knows no order of filters and no page size', async (t) => {
  t.equal(
    parse('CarePlan', 'status=a&date=2024&_count=5').normal,
    parse('CarePlan', 'date=2024&_count=9&status=a&_cursor=x').normal
  )
  t.not(parse('CarePlan', 'status=a').normal, parse('CarePlan', 'status=b').normal)
  t.not(parse('CarePlan', '_sort=date').normal, parse('CarePlan', '_sort=-date').normal)
  t.not(
    parse('CarePlan', '').normal,
    parse('CarePlan', '', { compartment: { type: 'Patient', id: '1' as ResourceId } }).normal
  )
})
