// Literal references: which text names a resource of this server, and the one spelling that is
// stored.
import t from 'tap'
import { parseJson, stringifyJson } from '../../src/fhir/json.ts'
import { namedBy, parseReference, withOwnReferences } from '../../src/fhir/reference.ts'
import type { Resource } from '../../src/fhir/resource.ts'

const base = 'https://psi.example/fhir'

const own = [
  'Patient/x',
  'https://psi.example/fhir/Patient/x',
  'http://psi.example/fhir/Patient/x',
  'HTTPS://PSI.Example/fhir/Patient/x',
  'https://psi.example:443/fhir/Patient/x',
  'https://psi.example/fhir/Patient/x/',
  'https://psi.example/fhir/%50atient/x',
  'https://psi.example/fhir/Patient%2Fx',
  'https://psi.example/%66hir/Patient/x',
  'https://psi.example/other/../fhir/Patient/x',
  'https://someone@psi.example/fhir/Patient/x',
  'https://psi.example/fhir/Patient/x#part',
  ' https://psi.example/fhir/Patient/x'
]
const others = [
  'https://elsewhere.example/fhir/Patient/x',
  'https://psi.example/Patient/x',
  'https://psi.example/fhir2/Patient/x',
  'https://psi.example:8443/fhir/Patient/x',
  'https://psi.example/fhir/Patient',
  'https://psi.example/fhir/Patient/x?y=z',
  'https://psi.example/fhir/Patient/%zz',
  'Patient/x/',
  '#x',
  'urn:uuid:11111111-2222-4333-8444-555555555555',
  'Patient?identifier=x',
  'https://'
]

t.test('whatever leads to this server names its resource, however it is spelled', async (t) => {
  for (const text of own) t.same(parseReference(text, base), { type: 'Patient', id: 'x' }, text)
  for (const text of own.slice(1)) {
    t.equal(parseReference(text), undefined, `${text} without a base`)
  }
  t.same(parseReference('https://PSI.example/fhir/Patient/x/_history/3', base), {
    type: 'Patient',
    id: 'x',
    version: '3'
  })
  t.same(parseReference('https://psi.example/fhir/Patient/x', 'https://psi.example:443/fhir'), {
    type: 'Patient',
    id: 'x'
  })
})

t.test('other places and other forms name none', async (t) => {
  for (const text of others) t.equal(parseReference(text, base), undefined, text)
})

t.test('a version of a resource names the resource', async (t) => {
  t.equal(namedBy('Patient/x/_history/3'), 'Patient/x')
  t.equal(namedBy('https://elsewhere.example/Patient/x'), 'https://elsewhere.example/Patient/x')
})

t.test(
  'references to this server become relative at any depth; the rest stays, the body too',
  async (t) => {
    for (const text of own) {
      const sent = {
        resourceType: 'CareTeam',
        subject: { reference: text },
        participant: [{ member: { reference: text } }],
        contained: [{ resourceType: 'Basic', subject: { reference: text } }],
        note: [{ text }]
      } as Resource
      const before = structuredClone(sent)
      t.same(
        withOwnReferences(sent, base),
        {
          resourceType: 'CareTeam',
          subject: { reference: 'Patient/x' },
          participant: [{ member: { reference: 'Patient/x' } }],
          contained: [{ resourceType: 'Basic', subject: { reference: 'Patient/x' } }],
          note: [{ text }]
        },
        text
      )
      t.same(sent, before)
    }
    for (const text of others) {
      const sent = { resourceType: 'CareTeam', subject: { reference: text } } as Resource
      t.equal(withOwnReferences(sent, base), sent, text)
    }
    t.same(
      withOwnReferences(
        { resourceType: 'Provenance', target: [{ reference: `${base}/Goal/g/_history/2` }] },
        base
      ),
      { resourceType: 'Provenance', target: [{ reference: 'Goal/g/_history/2' }] }
    )
  }
)

t.test('numbers beside a rewritten reference keep their digits', async (t) => {
  const sent = parseJson(
    Buffer.from(
      `{"resourceType":"Observation","subject":{"reference":"${base}/Patient/x"},"valueQuantity":{"value":1.50},"component":[{"valueQuantity":{"value":2.0}}]}`
    )
  ) as Resource
  t.match(stringifyJson(withOwnReferences(sent, base)), /"Patient\/x".*1\.50.*2\.0/)
})
