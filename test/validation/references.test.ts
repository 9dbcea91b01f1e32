import t from 'tap'
import { errors, first, patient, plan } from './check.ts'

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
