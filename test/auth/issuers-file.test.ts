// What the file of PSI_ISSUERS may say.
import t from 'tap'
import { parseIssuers } from '../../src/auth/issuers/issuer.ts'
import { endpoints } from './world.ts'

const entry = {
  issuer: 'https://idp.example/realms/a',
  jwksUrl: 'https://idp.example/realms/a/keys',
  algorithms: ['RS384', 'ES384'],
  audience: endpoints.fhirBase,
  maxLifetime: 600,
  clientClaim: 'azp',
  organization: { claim: 'org', map: { 'org-a': 'Organization/a' } },
  user: { claim: 'sub', map: { ada: 'Practitioner/ada', xavier: 'Patient/x' } },
  scope: 'user/CarePlan.rs user/Patient.rs',
  purposes: ['TREAT']
}

t.test('the file of issuers: all problems at once, each with its place', async (t) => {
  t.same(parseIssuers('{').problems, ['the file is not JSON; expected a list of issuers'])
  t.match(parseIssuers('{}').problems, [/^issuers is an object; expected a list: /])
  const { problems } = parseIssuers(
    JSON.stringify([
      { ...entry, algorithms: ['HS256'], jwksUrl: 'http://idp.example/keys', maxLifetime: 86_400 },
      {
        ...entry,
        algorithms: ['none'],
        organization: { claim: 'org', map: { a: 'Patient/a' } },
        scope: 'everything',
        colour: 'red'
      },
      'x',
      {}
    ])
  )
  for (const expected of [
    /^issuers\[0\].algorithms\[0\] is "HS256"; expected one of RS256, /,
    /\[0\].jwksUrl.*https/,
    /\[0\].maxLifetime.*3600/,
    /\[1\].algorithms/,
    /\[1\].organization.map.a is "Patient\/a"; expected Organization\/id/,
    /\[1\].scope/,
    /\[1\].colour is not known/,
    /\[2\] is "x"; expected an object/,
    /\[3\].issuer is missing; expected a text/,
    /listed twice/
  ]) {
    t.ok(
      problems.some((problem) => expected.test(problem)),
      String(expected)
    )
  }
  const { issuers, problems: none } = parseIssuers(
    JSON.stringify([
      {
        ...entry,
        jwksUrl: 'http://10.0.0.7/keys',
        allowPrivate: true,
        purposes: undefined,
        user: undefined
      }
    ])
  )
  t.same(none, [])
  t.match(issuers, [
    { allowPrivate: true, types: ['at+jwt'], purposes: [], organization: { map: { 'org-a': 'a' } } }
  ])
})
