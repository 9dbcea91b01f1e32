import t from 'tap'
import { errors, first, patient, plan } from './check.ts'

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

t.test('primitives by their format', async (t) => {
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
