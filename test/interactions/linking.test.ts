// How the entries of a transaction refer to one another.
// https://hl7.org/fhir/R4/http.html#trules
import t from 'tap'
import { createWorld, patient, plan } from '../http/world.ts'
import { entry, numbered, post, statuses, urn } from './bundles.ts'

const div = (n: number): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${urn(n)}">x</a></div>`

/** A plan, its goal and its patient, each named by a URN in every kind of element. */
const linked = [
  entry(
    'POST',
    'CarePlan',
    plan('', {
      subject: { reference: urn(1) },
      goal: [{ reference: urn(2) }],
      instantiatesUri: [urn(2)],
      instantiatesCanonical: [urn(2)],
      identifier: [{ system: 'urn:ietf:rfc:3986', value: urn(2) }],
      extension: [
        { url: 'urn:e', valueUri: urn(1) },
        { url: 'urn:s', valueString: urn(1) },
        { url: 'urn:d', valueDecimal: 1.5 }
      ],
      text: { status: 'generated', div: div(2) }
    }),
    {},
    urn(3)
  ),
  entry(
    'POST',
    'Goal',
    {
      resourceType: 'Goal',
      lifecycleStatus: 'active',
      description: { text: 'g' },
      subject: { reference: urn(1) }
    },
    {},
    urn(2)
  ),
  entry('POST', 'Patient', patient('X'), {}, urn(1))
]

t.test(
  'a transaction links its entries: references, uri elements, narrative; never canonicals or other text',
  async (t) => {
    const world = await createWorld()
    const answer = await post(world, 'transaction', linked, {
      headers: { prefer: 'return=representation' }
    })
    t.same(
      [answer.status, answer.body.type, statuses(answer)],
      [200, 'transaction-response', ['201', '201', '201']],
      answer.text
    )
    const [carePlan, goal, person] = answer.body.entry.map(
      (each: { resource: object }) => each.resource
    )
    t.equal(carePlan.subject.reference, `Patient/${person.id}`)
    t.equal(carePlan.goal[0].reference, `Goal/${goal.id}`)
    t.same(carePlan.instantiatesUri, [`Goal/${goal.id}`])
    t.same(carePlan.instantiatesCanonical, [urn(2)])
    t.equal(carePlan.identifier[0].value, urn(2))
    t.equal(carePlan.extension[0].valueUri, `Patient/${person.id}`)
    t.equal(carePlan.extension[1].valueString, urn(1))
    t.match(carePlan.text.div, `href="Goal/${goal.id}"`)
    t.equal(goal.subject.reference, `Patient/${person.id}`)
    t.match(answer.body.entry[0].response, {
      location: `CarePlan/${carePlan.id}/_history/${carePlan.meta.versionId}`,
      etag: `W/"${carePlan.meta.versionId}"`,
      lastModified: carePlan.meta.lastUpdated
    })
  }
)

t.test(
  'full URLs of another server link too, also where a reference is relative to them',
  async (t) => {
    const world = await createWorld()
    const answer = await post(
      world,
      'transaction',
      [
        entry('POST', 'Patient', patient('X'), {}, 'https://ehr.example/fhir/Patient/p1'),
        entry('POST', 'CarePlan', plan('p1'), {}, 'https://ehr.example/fhir/CarePlan/c1'),
        entry(
          'POST',
          'CarePlan',
          plan('', { subject: { reference: 'https://ehr.example/fhir/Patient/p1' } }),
          {},
          urn(5)
        )
      ],
      { headers: { prefer: 'return=representation' } }
    )
    const [person, first, second] = answer.body.entry.map(
      (each: { resource: object }) => each.resource
    )
    t.same(
      [first.subject.reference, second.subject.reference],
      [`Patient/${person.id}`, `Patient/${person.id}`]
    )
  }
)

t.test(
  'conditional references lead to one resource, stored or of the same transaction',
  async (t) => {
    const world = await createWorld()
    await world.send('POST', 'Patient', { body: numbered('1') })
    const to = (reference: string): object => plan('', { subject: { reference } })
    const stored = await post(
      world,
      'transaction',
      [entry('POST', 'CarePlan', to('Patient?identifier=urn:n|1'))],
      { headers: { prefer: 'return=representation' } }
    )
    t.match(stored.body.entry[0].resource.subject.reference, /^Patient\/[0-9a-f-]{36}$/)
    const own = await post(
      world,
      'transaction',
      [
        entry('POST', 'CarePlan', to('Patient?identifier=urn:n|2')),
        entry('POST', 'Patient', numbered('2'))
      ],
      { headers: { prefer: 'return=representation' } }
    )
    t.equal(
      own.body.entry[0].resource.subject.reference,
      `Patient/${own.body.entry[1].resource.id as string}`
    )
    const none = await post(world, 'transaction', [
      entry('POST', 'CarePlan', to('Patient?identifier=urn:n|8'))
    ])
    await world.send('POST', 'Patient', { body: numbered('9') })
    await world.send('POST', 'Patient', { body: numbered('9') })
    const several = await post(world, 'transaction', [
      entry('POST', 'CarePlan', to('Patient?identifier=urn:n|9'))
    ])
    t.equal(none.status, 412)
    t.same(several.text, none.text.replaceAll('|8', '|9'), 'none and several read the same')
    t.equal(
      (
        await post(
          world,
          'transaction',
          [entry('POST', 'CarePlan', to('Patient?identifier=urn:n|1'))],
          { as: 'b' }
        )
      ).status,
      412,
      'a hidden match is none'
    )
  }
)
