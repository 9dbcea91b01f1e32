// Which kind of answer, in which language; which kinds of body are read.
// https://www.rfc-editor.org/rfc/rfc9110#section-12
import t from 'tap'
import { createWorld, patient } from './world.ts'

const fhirJson = 'application/fhir+json; charset=utf-8'
const plainJson = 'application/json; charset=utf-8'

t.test('the answer is JSON of the kind that was asked for; anything else is 406', async (t) => {
  const { send } = await createWorld()
  const get = async (accept: string, query = ''): Promise<[number, string | undefined]> => {
    const { status, headers } = await send('GET', `Patient${query}`, { headers: { accept } })
    return [status, headers['content-type']]
  }
  for (const accept of [
    '*/*',
    'application/fhir+json',
    'application/*',
    'text/html, */*;q=0.1',
    'application/fhir+json; fhirVersion=4.0',
    'application/fhir+xml;q=0.5, application/fhir+json;q=0.4',
    'APPLICATION/FHIR+JSON; CHARSET=UTF-8'
  ]) {
    t.same(await get(accept), [200, fhirJson], accept)
  }
  t.same(await get('application/json'), [200, plainJson])
  for (const accept of [
    'application/fhir+xml',
    'text/html',
    'application/fhir+json; fhirVersion=3.0',
    'application/fhir+json;q=0',
    'nonsense'
  ]) {
    t.equal((await get(accept))[0], 406, accept)
  }
  t.same(
    await get('application/fhir+xml', '?_format=json'),
    [200, fhirJson],
    '_format beats Accept'
  )
  t.same(await get('*/*', '?_format=application/fhir%2Bjson'), [200, fhirJson])
  t.same(
    await get('*/*', '?_format=application/fhir+json'),
    [200, fhirJson],
    'a + that was not encoded'
  )
  t.equal((await get('*/*', '?_format=xml'))[0], 406)
  t.match(await send('GET', 'Patient?_format=xml'), {
    body: { issue: [{ diagnostics: /application\/fhir\+json or application\/json/ }] }
  })
})

t.test('weight decides, then what is named more closely, then what is named first', async (t) => {
  const { send } = await createWorld()
  for (const [accept, expected] of [
    ['application/fhir+json;q=0.4, application/json;q=0.5', plainJson],
    ['application/json;q=0.4, application/fhir+json;q=0.5', fhirJson],
    ['application/json, application/fhir+json', plainJson],
    ['application/fhir+json, application/json', fhirJson],
    ['text/json;q=0.9, */*;q=0.8', plainJson],
    ['*/*, application/json', plainJson],
    ['application/fhir+json;q=0, */*', plainJson],
    ['application/*, application/fhir+json;q=0.1', plainJson],
    ['application/fhir+json; fhirVersion=3.0, application/json;q=0.1', plainJson],
    ['application/fhir+json; fhirVersion=4.0; q=0.1, application/json; q=0.2', plainJson]
  ] as const) {
    const { status, headers } = await send('GET', 'Patient', { headers: { accept } })
    t.same([status, headers['content-type']], [200, expected], accept)
  }
  for (const accept of ['', ', ', '*/*;q=0', 'application/json;q=0', 'application/*;q=none']) {
    t.equal((await send('GET', 'Patient', { headers: { accept } })).status, 406, accept)
  }
})

t.test('a body of another kind is 415, and the answer lists what is read', async (t) => {
  const { send } = await createWorld()
  const post = async (
    type: string,
    body: string | Buffer = JSON.stringify(patient('X')),
    more = {}
  ) => await send('POST', 'Patient', { body, headers: { 'content-type': type, ...more } })
  for (const type of [
    'application/json',
    'application/fhir+json',
    'application/fhir+json; charset=UTF-8',
    'application/fhir+json; fhirVersion=4.0'
  ]) {
    t.equal((await post(type)).status, 201, type)
  }
  for (const type of [
    'application/fhir+xml',
    'text/plain',
    'application/json; charset=latin1',
    'application/fhir+json; fhirVersion=5.0',
    'nonsense',
    'application/json-patch+json'
  ]) {
    t.match(
      await post(type),
      { status: 415, body: { issue: [{ diagnostics: /expected application\/fhir\+json/ }] } },
      type
    )
  }
  t.match(
    await post(
      'application/fhir+xml',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Patient>&e;</Patient>'
    ),
    { status: 415 }
  )
  t.equal(
    (await post('application/json', JSON.stringify(patient('X')), { 'content-encoding': 'br' }))
      .status,
    415
  )
  t.equal((await send('PATCH', 'Patient/x', { body: '[]' })).status, 415)
})

t.test('people read the failure in their language', async (t) => {
  const { send } = await createWorld()
  const expected = {
    fr: 'Introuvable.',
    'nl-BE, fr;q=0.5': 'Dit is niet gevonden.',
    'ja, de;q=0.9, en;q=0.1': 'Das wurde nicht gefunden.',
    ja: 'This cannot be found.',
    'fr;q=0, en': 'This cannot be found.',
    'de;q=0.3, fr;q=0.4': 'Introuvable.',
    'nl, fr': 'Dit is niet gevonden.',
    'fr, nl': 'Introuvable.',
    'en;q=0.2, de-AT;q=0.9': 'Das wurde nicht gefunden.',
    'en;q=0, *;q=0.1': 'Introuvable.',
    'DE-de': 'Das wurde nicht gefunden.',
    '': 'This cannot be found.'
  }
  for (const [language, text] of Object.entries(expected)) {
    t.match(
      await send('GET', 'Patient/x', { headers: { 'accept-language': language } }),
      { body: { issue: [{ details: { text } }] } },
      language
    )
  }
  t.equal(
    (await send('GET', 'Patient/x', { headers: { 'accept-language': 'nl' } })).headers[
      'content-language'
    ],
    'nl'
  )
})

t.test('a long list of wishes costs little: what comes late is not read', async (t) => {
  const { send } = await createWorld()
  const wishes = 'application/x;fhirVersion=4.0,'.repeat(30)
  t.equal(
    (await send('GET', 'Patient', { headers: { accept: `${wishes}application/json` } })).status,
    406
  )
  const answer = await send('GET', 'Patient/x', {
    headers: { accept: '*/*', 'accept-language': `${'ja,'.repeat(30)}fr` }
  })
  t.equal(answer.headers['content-language'], 'en')
})
