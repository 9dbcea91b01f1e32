import t from 'tap'
import type { Resource } from '../../src/fhir/resource.ts'
import { longestText } from '../../src/search/index-text.ts'
import { openHi, openLo } from '../../src/search/query.ts'
import { base, definitions, escape, extract, finds } from './finds.ts'
import { resourcesOf, sampleTypes } from './sample.ts'

const of = (resource: object, parameter: string) => {
  const { word, link, text, span } = extract(resource as Resource)
  return [...word, ...link, ...text, ...span]
    .filter((value) => value.parameter === parameter)
    .map(({ parameter: _, ...value }) => value)
}

t.test('tokens: codings, identifiers, codes, booleans, contact points', async (t) => {
  const patient = {
    resourceType: 'Patient',
    active: true,
    gender: 'other',
    identifier: [
      { system: 'urn:ssin', value: '70010112345' },
      { value: 'local' },
      { system: 'urn:empty' },
      { system: '', value: 'blank' },
      null
    ],
    telecom: [
      { system: 'phone', use: 'home', value: '02 123' },
      { system: 'email', value: 'x@example.org' }
    ],
    communication: [
      {
        language: {
          coding: [
            { system: 'urn:ietf:bcp:47', code: 'fr' },
            { code: 'nl' },
            { system: 's', display: 'no code' }
          ],
          text: 'French'
        }
      }
    ]
  }
  t.same(of(patient, 'Patient.active'), [{ code: 'true' }])
  t.same(of(patient, 'Patient.gender'), [{ code: 'other' }])
  t.same(of(patient, 'Patient.identifier'), [
    { code: '70010112345', system: 'urn:ssin' },
    { code: 'local' },
    { code: 'blank' }
  ])
  t.same(of(patient, 'Patient.language'), [
    { code: 'fr', system: 'urn:ietf:bcp:47' },
    { code: 'nl' }
  ])
  t.same(of(patient, 'Patient.phone'), [{ code: '02 123', system: 'home' }])
  t.same(of(patient, 'Patient.email'), [{ code: 'x@example.org' }])
})

t.test('tokens: what the expression makes of a choice of types', async (t) => {
  t.same(
    of({ resourceType: 'Patient', active: true }, 'Patient.deceased'),
    [{ code: 'false' }],
    'the published expression is false, not empty, for who is not said to be dead'
  )
  t.same(of({ resourceType: 'Patient', deceasedDateTime: '2024-01-01' }, 'Patient.deceased'), [
    { code: 'true' }
  ])
})

t.test('references: relative, under the base, elsewhere, canonical, none', async (t) => {
  const plan = (reference: object) =>
    of({ resourceType: 'CarePlan', subject: reference }, 'CarePlan.subject')
  t.same(plan({ reference: 'Patient/1' }), [{ target: 'Patient/1' }])
  t.same(plan({ reference: `${base}/Patient/1/_history/3` }), [{ target: 'Patient/1' }])
  t.same(plan({ reference: 'https://other.example.org/fhir/Patient/1' }), [
    { target: 'https://other.example.org/fhir/Patient/1' }
  ])
  t.same(plan({ reference: '#contained' }), [])
  t.same(plan({ identifier: { value: '1' }, display: 'someone' }), [])
  t.same(
    of(
      { resourceType: 'CarePlan', instantiatesCanonical: ['http://x/p|2'] },
      'CarePlan.instantiates-canonical'
    ),
    [{ target: 'http://x/p|2' }, { target: 'http://x/p' }]
  )
  t.same(
    of({ resourceType: 'CarePlan', subject: { reference: 'Group/1' } }, 'CarePlan.patient'),
    [],
    'a group is no patient'
  )
  t.same(
    of(
      { resourceType: 'CarePlan', subject: { reference: `${base}/Patient/1` } },
      'CarePlan.patient'
    ),
    [{ target: 'Patient/1' }]
  )
  t.same(
    of(
      { resourceType: 'CarePlan', subject: { reference: 'urn:uuid:0', type: 'Patient' } },
      'CarePlan.patient'
    ),
    [{ target: 'urn:uuid:0' }]
  )
})

t.test('dates: periods with open ends, outer limits of timings, days of Brussels', async (t) => {
  const at = (text: string) => Date.parse(text)
  const plan = (period: object) => of({ resourceType: 'CarePlan', period }, 'CarePlan.date')
  t.same(plan({ start: '2024-03-31', end: '2024-03-31' }), [
    { lo: at('2024-03-30T23:00Z'), hi: at('2024-03-31T22:00Z') }
  ])
  t.same(plan({ start: '2024' }), [{ lo: at('2023-12-31T23:00Z'), hi: openHi }])
  t.same(plan({ end: '2024-10-27T02:00:00+02:00' }), [
    { lo: openLo, hi: at('2024-10-27T00:00:01Z') }
  ])
  t.same(plan({}), [])
  t.same(plan({ start: '2024-02-01', end: '2024-01-01' }), [], 'ends before it starts')
  const timing = {
    event: ['2024-05-01', '2024-01-01'],
    repeat: { boundsPeriod: { start: '2024-02-01', end: '2024-06-30' } }
  }
  t.same(
    of(
      { resourceType: 'CarePlan', activity: [{ detail: { scheduledTiming: timing } }] },
      'CarePlan.activity-date'
    ),
    [{ lo: at('2023-12-31T23:00Z'), hi: at('2024-06-30T22:00Z') }]
  )
  t.same(
    of(
      {
        resourceType: 'CarePlan',
        activity: [{ detail: { scheduledTiming: { code: { text: 'daily' } } } }]
      },
      'CarePlan.activity-date'
    ),
    []
  )
})

t.test(
  'strings: parts of names and addresses, folded and as written; empty ones not at all',
  async (t) => {
    const patient = {
      resourceType: 'Patient',
      name: [{ family: 'Éluard', given: ['Noël', ' ', null], use: 'official' }],
      address: [{ line: ['Rue Haute 1'], city: 'Liège', country: 'BE', type: 'both' }]
    }
    t.same(of(patient, 'Patient.name'), [
      { value: 'eluard', exact: 'Éluard' },
      { value: 'noel', exact: 'Noël' }
    ])
    t.same(
      of(patient, 'Patient.address').map((value) => 'exact' in value && value.exact),
      ['Rue Haute 1', 'Liège', 'BE']
    )
    t.same(of(patient, 'Patient.address-city'), [{ value: 'liege', exact: 'Liège' }])
  }
)

t.test('each value once, profiles with and without version', async (t) => {
  const plan = {
    resourceType: 'CarePlan',
    meta: { profile: ['http://x/p|1'] },
    activity: [{ reference: { reference: 'Task/1' } }, { reference: { reference: 'Task/1' } }]
  }
  t.same(of(plan, 'CarePlan.activity-reference'), [{ target: 'Task/1' }])
  t.same(of(plan, 'CarePlan._profile'), [{ code: 'http://x/p|1' }, { code: 'http://x/p' }])
})

t.test('long values are cut alike in index and query', async (t) => {
  const long = 'a'.repeat(longestText) + '😀'.repeat(300)
  const resources = ['x', 'y'].map((end) => ({
    resourceType: 'Patient',
    id: end,
    identifier: [{ system: 'urn:s', value: long + end }],
    name: [{ family: long + end }]
  }))
  t.same(
    finds(resources, 'Patient', `identifier=${encodeURIComponent(`urn:s|${long}x`)}`),
    ['x'],
    'whole values stay apart'
  )
  t.same(finds(resources, 'Patient', `name:exact=${encodeURIComponent(`${long}y`)}`), ['y'])
  t.same(
    finds(resources, 'Patient', `name=${encodeURIComponent(`${long}y`)}`),
    ['x', 'y'],
    'beginnings count only so far'
  )
  for (const value of of(resources[0] ?? {}, 'Patient.identifier')) {
    t.ok('code' in value && value.code.length <= longestText)
  }
})

t.test('separators of the stores cannot be smuggled in', async (t) => {
  t.same(
    of(
      { resourceType: 'Patient', identifier: [{ value: '1\u001furn:s\u0000' }] },
      'Patient.identifier'
    ),
    [{ code: '1 urn:s ' }]
  )
})

t.test('an index explosion is refused', async (t) => {
  const patient = (count: number) => ({
    resourceType: 'Patient' as const,
    identifier: Array.from({ length: count }, (_, index) => ({ value: `${index}` }))
  })
  t.equal(
    extract(patient(1900)).word.filter(({ parameter }) => parameter === 'Patient.identifier')
      .length,
    1900
  )
  t.throws(() => extract(patient(50_000)), { code: 'unprocessable' })
  t.throws(
    () =>
      extract({
        ...patient(0),
        identifier: Array.from({ length: 50_000 }, () => ({ value: '1' }))
      }),
    { code: 'unprocessable' },
    'repetitions cost time too'
  )
})

t.test('whatever is extracted is found again by a query for it', async (t) => {
  let asked = 0
  const lost: string[] = []
  for (const type of sampleTypes()) {
    for (const resource of resourcesOf(type)) {
      const { word, link, text } = extract(resource)
      const queries = [
        ...word.map(
          ({ parameter, code, system }) =>
            [
              parameter,
              system === undefined ? escape(code) : `${escape(system)}|${escape(code)}`
            ] as const
        ),
        ...link.map(({ parameter, target }) => [parameter, escape(target)] as const),
        ...text.map(({ parameter, exact }) => [`${parameter}:exact`, escape(exact)] as const)
      ]
      for (const [parameter, value] of queries.slice(0, 12)) {
        const query = new URLSearchParams([[parameter.slice(type.length + 1), value]])
        asked++
        if (finds([resource], type, query.toString()).length === 0) {
          lost.push(`${type}?${query.toString()}`)
        }
      }
    }
  }
  t.same(lost, [])
  t.ok(asked > 400, `${asked} queries`)
})

t.test('a care plan takes microseconds', async (t) => {
  const [plan] = resourcesOf('CarePlan')
  if (!plan) throw new Error('no CarePlan in the sample')
  for (let i = 0; i < 2000; i++) extract(plan)
  const started = process.cpuUsage()
  for (let i = 0; i < 5000; i++) extract(plan)
  const { user, system } = process.cpuUsage(started)
  t.comment(
    `${((user + system) / 5000).toFixed(1)} µs each, ${definitions.searchParameters('CarePlan').size} parameters`
  )
  t.ok((user + system) / 5000 < 50, 'far from what fhirpath would take')
})
