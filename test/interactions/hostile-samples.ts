/** Resources, and every place in them where something wrong can stand. */

const coding = {
  coding: [
    { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
  ]
}
type Sample = Readonly<Record<string, unknown>>

const person: Sample = {
  resourceType: 'Patient',
  meta: { tag: [{ code: 'x' }] },
  text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  identifier: [{ system: 'http://x', value: '1' }],
  name: [{ family: 'X', given: ['Y'] }],
  birthDate: '2000-01-01',
  _birthDate: { extension: [{ url: 'http://x', valueString: 'x' }] },
  managingOrganization: { reference: 'Organization/x' },
  contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }]
}

const plan = (subject: object): Sample => ({
  resourceType: 'CarePlan',
  meta: { profile: ['http://x'] },
  status: 'active',
  intent: 'plan',
  subject,
  period: { start: '2026-01-01' },
  category: [{ coding: [{ code: 'x' }] }],
  careTeam: [{ reference: 'CareTeam/x' }],
  activity: [{ detail: { status: 'scheduled' } }],
  extension: [{ url: 'http://x', valueDate: '2026-01-01' }]
})

const consent = (subject: object): Sample => ({
  resourceType: 'Consent',
  status: 'active',
  patient: subject,
  scope: coding,
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  dateTime: '2026-01-01',
  policyRule: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }]
  },
  verification: [{ verified: true }],
  provision: {
    type: 'permit',
    period: { start: '2026-01-01' },
    actor: [{ role: { text: 'x' }, reference: { reference: 'Organization/org-b' } }],
    class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'CarePlan' }],
    data: [{ meaning: 'instance', reference: subject }],
    provision: [{ type: 'deny' }]
  }
})

const team = (subject: object): Sample => ({
  resourceType: 'CareTeam',
  status: 'active',
  subject,
  period: { start: '2026-01-01' },
  participant: [{ member: { reference: 'Organization/org-b' }, period: { start: '2026-01-01' } }],
  managingOrganization: [{ reference: 'Organization/org-b' }]
})

const parameters: Sample = {
  resourceType: 'Parameters',
  id: 'x',
  parameter: [
    {
      name: 'x',
      valueString: 'x',
      part: [{ name: 'y', resource: { resourceType: 'Patient' } }]
    }
  ]
}

const collection: Sample = {
  resourceType: 'Bundle',
  id: 'x',
  type: 'collection',
  identifier: { value: 'x' },
  link: [{ relation: 'self', url: 'http://x' }],
  entry: [
    {
      fullUrl: 'http://x/Patient/1',
      resource: { resourceType: 'Patient' },
      search: { mode: 'match' }
    }
  ]
}

export const samples = (id: string): readonly Sample[] => {
  const subject = { reference: `Patient/${id}` }
  return [person, plan(subject), consent(subject), team(subject), parameters, collection]
}

/** Every member, and every member of its first item or of itself. */
export const placesOf = (
  resource: Readonly<Record<string, unknown>>
): readonly (readonly string[])[] =>
  Object.entries(resource).flatMap(([name, value]) => {
    const inner = (Array.isArray(value) ? value[0] : value) as unknown
    const below =
      typeof inner === 'object' && inner !== null
        ? Object.keys(inner).map((key) => (Array.isArray(value) ? [name, '0', key] : [name, key]))
        : []
    return [[name], ...(Array.isArray(value) ? [[name, '0']] : []), ...below]
  })

export const withAt = (
  value: unknown,
  [name = '', ...rest]: readonly string[],
  wrong: unknown
): unknown => {
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>
  copy[name] = rest.length === 0 ? wrong : withAt(copy[name], rest, wrong)
  return copy
}
