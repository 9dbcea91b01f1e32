import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource } from '../../src/fhir/resource.ts'
import { createValidator } from '../../src/validation/validator.ts'
import { copy, guide, refused, transactions, entries } from './corpus.ts'

const definitions = loadDefinitions()
const validate = createValidator(definitions)
const check = (resource: unknown) => validate(resource, (resource as Resource).resourceType)
const errors = (resource: unknown) => check(resource).filter(({ severity }) => severity === 'error')
const canonical = 'https://psy107.example/fhir/psi'
const profile = (id: string): string => `${canonical}/StructureDefinition/${id}`
const belgian = 'https://www.ehealth.fgov.be/standards/fhir/core'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- resources are changed by path
const changed = (name: string, change: (resource: any) => void): Resource => {
  const resource = copy(guide.get(name)!)
  change(resource)
  return resource
}

t.test("the guide's own examples and definitions meet their profiles", async (t) => {
  for (const [name, resource] of guide) t.same(errors(resource), [], name)
  for (const bundle of transactions.values()) {
    for (const resource of entries(bundle)) t.same(errors(resource), [], resource.resourceType)
  }
})

t.test('each refused example breaks the rule that it is named after', async (t) => {
  for (const [name, resource] of refused) {
    const rule = name.startsWith('psi-inv-') ? name : undefined
    const found = check(resource).filter(
      ({ severity, diagnostics }) =>
        (severity === 'error' || severity === 'warning') &&
        (rule === undefined || diagnostics.includes(`(${rule})`))
    )
    t.not(found.length, 0, name)
    t.equal(
      found[0]?.severity,
      ['psi-inv-review', 'psi-inv-max'].includes(name) ? 'warning' : 'error',
      name
    )
  }
})

t.test('a slice that is missing is told by the item that comes closest', async (t) => {
  const [issue] = errors(refused.get('psi-care-plan.category'))
  t.match(issue, {
    code: 'value',
    expression: 'CarePlan.category[0].coding[0].code',
    diagnostics: /Found "concertation-plan", expected "psi" .*slice psi of category/
  })
  t.match(
    errors(
      changed('CarePlan-plan', (plan) => {
        delete plan.category
      })
    )[0],
    { code: 'required', expression: 'CarePlan' }
  )
})

t.test('expressions carry indices and the concrete name of a choice', async (t) => {
  t.match(errors(refused.get('psi-ext-user-agreement.agreement'))[0], {
    code: 'code-invalid',
    expression: 'CarePlan.extension[2].extension[0].valueCode'
  })
  t.match(errors(refused.get('psi-goal.start'))[0], { expression: 'Goal.startCodeableConcept' })
  for (const resource of refused.values()) {
    for (const { expression } of check(resource)) t.notMatch(expression, /\[x\]/)
  }
})

t.test('the plan type obliges where no profile is claimed', async (t) => {
  const unclaimed = changed('CarePlan-plan', (plan) => {
    delete plan.meta
    delete plan.description
  })
  t.match(errors(unclaimed)[0], {
    code: 'required',
    diagnostics: /psi-care-plan expects a description/
  })
  const crisis = changed('CarePlan-crisis-plan', (plan) => {
    delete plan.meta
    delete plan.partOf
  })
  t.match(errors(crisis)[0], { diagnostics: /psi-crisis-plan expects a partOf/ })
  const other = changed('CarePlan-plan', (plan) => {
    delete plan.meta
    delete plan.description
    plan.category = [{ text: 'something else' }]
  })
  t.same(errors(other), [], 'any other CarePlan has to meet R4 only')
})

t.test('a profile that nobody here knows is one hint, not an error', async (t) => {
  const url = 'http://example.org/StructureDefinition/x'
  const issues = check({ resourceType: 'Patient', meta: { profile: [url, url] } })
  t.match(issues, [
    { severity: 'information', code: 'not-supported', expression: 'Patient.meta.profile' }
  ])
  t.equal(issues.length, 1)
  t.same(
    check({
      resourceType: 'Patient',
      meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }
    }),
    []
  )
  t.match(errors({ resourceType: 'Patient', meta: { profile: [profile('psi-goal')] } })[0], {
    code: 'value',
    diagnostics: /is for Goal/
  })
})

t.test('a narrower profile speaks for the one that it narrows', async (t) => {
  const both = changed('Patient-monsieur-x', (patient) => {
    patient.meta.profile = [
      profile('psi-patient'),
      `${belgian}/StructureDefinition/be-patient|2.1.2`
    ]
    patient.maritalStatus = { coding: [{ system: 'http://example.org', code: 'x' }] }
  })
  t.equal(errors(both).length, 1)
  t.match(errors(both)[0], { code: 'code-invalid', expression: 'Patient.maritalStatus' })
})

t.test('extensions of the guide: type of value, number, place', async (t) => {
  const wrongType = changed('CarePlan-plan', (plan) => {
    plan.extension.push({ url: profile('psi-ext-pace'), valueInteger: 1 })
  })
  t.ok(
    errors(wrongType).some(
      ({ expression, diagnostics }) =>
        expression?.endsWith('.valueInteger') && diagnostics.includes('expected string')
    )
  )
  const twice = changed('CarePlan-plan', (plan) => {
    plan.extension = plan.extension
      .filter((one: { url: string }) => !one.url.endsWith('last-meeting'))
      .concat(
        [1, 2].map((day) => ({
          url: profile('psi-ext-last-meeting'),
          valueDate: `2026-01-0${day}`
        }))
      )
  })
  t.ok(
    errors(twice).some(({ diagnostics }) =>
      diagnostics.includes('at most 1 extension of slice lastMeeting')
    )
  )
  t.match(
    errors({
      resourceType: 'Patient',
      extension: [{ url: profile('psi-ext-pace'), valueString: 'x' }]
    })[0],
    {
      code: 'extension',
      expression: 'Patient.extension[0]',
      diagnostics: /stands on Patient, expected on CarePlan/
    }
  )
})

const identifiers = (value: string, system = 'ssin', more = {}) => [
  { system: `${belgian}/NamingSystem/${system}`, value, ...more }
]
const claimed = {
  resourceType: 'Patient',
  meta: { profile: [profile('psi-patient')] },
  identifier: identifiers('86051299995')
}

t.test(
  'Belgian numbers: an error where a PSI profile asks, a warning elsewhere, as the operator says',
  async (t) => {
    t.match(check(claimed), [{ severity: 'error' }])
    t.match(createValidator(definitions, { checksum: 'warning' })(claimed, 'Patient'), [
      { severity: 'warning', code: 'invariant' }
    ])
    t.match(check({ resourceType: 'Patient', identifier: identifiers('86051299995') }), [
      { severity: 'warning', expression: 'Patient.identifier[0].value' }
    ])
  }
)

t.test('check digits of Belgian numbers: right ones, wrong ones, pseudonyms', async (t) => {
  for (const [system, value] of [
    ['ssin', '86051299994'],
    ['ssin', '85073003328'],
    ['ssin', '17073003384'],
    ['ssin', '98472899765'],
    ['ssin', '01490700185'],
    ['nihdi', '10000106004'],
    ['nihdi', '10000106'],
    ['nihdi', '70000148000'],
    ['cbe', '0000000196']
  ]) {
    t.same(
      check({ resourceType: 'Patient', identifier: identifiers(value!, system) }),
      [],
      `${system!} ${value!}`
    )
  }
  for (const [system, value] of [
    ['ssin', '123'],
    ['ssin', '860512999940'],
    ['ssin', '86.05.12-999.94'],
    ['nihdi', '10000107004'],
    ['cbe', '2000000196'],
    ['cbe', '0425222333']
  ]) {
    t.equal(
      check({ resourceType: 'Patient', identifier: identifiers(value!, system) }).length,
      1,
      `${system!} ${value!}`
    )
  }
  const pseudonym = {
    _value: {
      extension: [
        {
          url: 'https://www.ehealth.fgov.be/standards/fhir/infsec/StructureDefinition/be-ext-pseudonymization',
          extension: [{ url: 'marker', valueBoolean: true }]
        }
      ]
    }
  }
  t.same(check({ ...claimed, identifier: identifiers('a-pseudonym', 'ssin', pseudonym) }), [])
  t.notMatch(
    check({ resourceType: 'Patient', identifier: identifiers('123') })[0]?.diagnostics,
    '123',
    'the number itself stays out of the sentence'
  )
})

t.test('rules of Belgian profiles at an identifier do judge it', async (t) => {
  const patient = {
    resourceType: 'Patient',
    meta: { profile: [`${belgian}/StructureDefinition/be-patient`] },
    identifier: [{ system: `${belgian}/NamingSystem/ssin`, value: '123' }]
  }
  t.ok(
    errors(patient).some(
      ({ diagnostics, expression }) =>
        diagnostics.includes('be-inv-SSIN') && expression === 'Patient.identifier[0]'
    )
  )
})

t.test('the profile of an entry is judged inside a Bundle', async (t) => {
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: refused.get('psi-inv-full') }]
  }
  t.match(errors(bundle)[0], {
    expression: 'Bundle.entry[0].resource',
    diagnostics: /psi-inv-full/
  })
})
