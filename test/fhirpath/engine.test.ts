import t from 'tap'
import { compilePath } from '../../src/fhirpath/engine.ts'

const team = {
  resourceType: 'CareTeam',
  subject: { reference: 'Patient/1' },
  participant: [
    { member: { reference: 'Patient/1' } },
    {
      member: { reference: 'https://example.org/fhir/Practitioner/2/_history/3' },
      onBehalfOf: { reference: 'Organization/4' }
    }
  ]
}

t.test('evaluates on a resource, and on a part of one when told which', async (t) => {
  t.same(compilePath('participant.member.reference')(team), [
    'Patient/1',
    'https://example.org/fhir/Practitioner/2/_history/3'
  ])
  t.same(
    compilePath('value.substring(0, 9).toInteger() mod 97', 'Identifier')({ value: '85073003328' }),
    [69]
  )
})

t.test('%resource is the resource around the focus', async (t) => {
  const same = compilePath('member.reference = %resource.subject.reference', 'CareTeam.participant')
  t.same(
    team.participant.map((participant) => same(participant, { resource: team })),
    [[true], [false]]
  )
  t.same(
    compilePath('participant.where(member.reference = %resource.subject.reference).count()')(team),
    [1]
  )
})

t.test('now() is now, not when the expression was compiled', async (t) => {
  const now = compilePath('now()')
  const [first] = now(team)
  await new Promise((resolve) => setTimeout(resolve, 5))
  t.not(now(team)[0], first)
})

t.test('resolve() tells the type that a reference names, and no more', async (t) => {
  t.same(compilePath('participant.member.where(resolve() is Patient).reference')(team), [
    'Patient/1'
  ])
  t.same(compilePath('participant.member.resolve().ofType(Practitioner).count()')(team), [1])
  t.same(
    compilePath('subject.resolve().exists()')({
      resourceType: 'CareTeam',
      subject: { reference: 'urn:uuid:3b9a5c5e-1111-4222-8333-444455556666' }
    }),
    [false]
  )
  t.same(
    compilePath('subject.where(resolve() is Patient).exists()')({
      resourceType: 'CareTeam',
      subject: { reference: 'urn:uuid:3b9a5c5e-1111-4222-8333-444455556666', type: 'Patient' }
    }),
    [true]
  )
  t.throws(() => compilePath('subject.resolve().name'), /resolve\(\).*ask only for the type/)
})

t.test(
  'what needs a terminology server, or cannot be parsed, is an error that says so',
  async (t) => {
    t.throws(
      () => compilePath("code.memberOf('http://example.org/vs')"),
      /memberOf.*cannot be evaluated/
    )
    t.throws(() => compilePath('status ='))
  }
)

t.test('leaves the resource as it was', async (t) => {
  const before = JSON.stringify(team)
  compilePath('descendants().count()')(team)
  t.equal(JSON.stringify(team), before)
  t.same(Object.getOwnPropertySymbols(team.participant[0]!), [])
})
