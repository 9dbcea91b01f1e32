/** Whom a provision is about: organisations and their units, care teams, professionals. */
import t from 'tap'
import { permits } from '../../../src/access/consent/permits.ts'
import type { ResourceOf } from '../../../src/fhir/elements.ts'
import type { Resource } from '../../../src/fhir/resource.ts'
import { A, B, actor, consent, cs, decide, fact, grantsOf, keeper } from './scene.ts'

t.test('a nested deny of an organisation holds for its units and the roles in them', async (t) => {
  const entries: Resource[] = [
    { resourceType: 'Organization', id: 'unit', partOf: { reference: A } },
    { resourceType: 'Organization', id: 'a' },
    {
      resourceType: 'PractitionerRole',
      id: 'r',
      practitioner: { reference: 'Practitioner/x' },
      organization: { reference: 'Organization/unit' }
    }
  ]
  const team: ResourceOf<'CareTeam'> = {
    resourceType: 'CareTeam',
    id: 't',
    status: 'active',
    participant: [{ member: { reference: 'PractitionerRole/r' } }, { member: { reference: B } }]
  }
  const grants = grantsOf(
    [consent({ type: 'permit', provision: [{ type: 'deny', actor: [actor(A)] }] })],
    [team],
    entries
  )
  t.equal(decide(grants, 'PractitionerRole/r'), 'deny')
  t.equal(decide(grants, 'Organization/unit'), 'deny')
  t.equal(decide(grants, B), 'permit')
})

t.test(
  'a permit to the care team follows its members and their periods; a role narrows it',
  async (t) => {
    const entries: Resource[] = [
      {
        resourceType: 'PractitionerRole',
        id: 'ref',
        practitioner: { reference: 'Practitioner/s' },
        organization: { reference: A }
      }
    ]
    const team: ResourceOf<'CareTeam'> = {
      resourceType: 'CareTeam',
      id: 't',
      status: 'active',
      participant: [
        {
          role: [{ coding: [{ system: cs('psi-cs-participant-role'), code: 'referent' }] }],
          member: { reference: 'PractitionerRole/ref' }
        },
        {
          role: [{ coding: [{ system: cs('psi-cs-participant-role'), code: 'partner' }] }],
          member: { reference: B },
          period: { end: '2026-10-01' }
        }
      ]
    }
    const all = grantsOf(
      [consent({ type: 'permit', actor: [actor('CareTeam/t')] })],
      [team],
      entries
    )
    t.equal(decide(all, 'PractitionerRole/ref'), 'permit')
    t.equal(
      decide(all, A),
      'permit',
      'the record system of the organisation for which the member takes part'
    )
    t.equal(decide(all, B), undefined, 'a former member')
    t.equal(decide(all, B, 'TREAT', fact(), Date.parse('2026-09-01')), 'permit')
    const referent = grantsOf(
      [consent({ type: 'permit', actor: [actor('CareTeam/t', 'partner')] })],
      [team],
      entries
    )
    t.equal(decide(referent, A), undefined)
  }
)

t.test(
  'a professional excluded by name is excluded under every role, and their organisation is not',
  async (t) => {
    const entries: Resource[] = ['r1', 'r2'].map((id) => ({
      resourceType: 'PractitionerRole',
      id,
      practitioner: { reference: 'Practitioner/x' },
      organization: { reference: A }
    }))
    const grants = grantsOf(
      [
        consent({
          type: 'permit',
          actor: [actor(A)],
          provision: [{ type: 'deny', actor: [actor('PractitionerRole/r1')] }]
        })
      ],
      [],
      entries
    )
    t.equal(decide(grants, A), 'permit')
    t.equal(decide(grants, 'PractitionerRole/r2'), 'deny')
    const keys = permits(grants, fact(), keeper).map(({ key }) => key)
    const persons = ['Practitioner/x', 'PractitionerRole/r1', 'PractitionerRole/r2']
    const wanted = [A, 'Organization/k'].flatMap((organization) =>
      persons.map((person) => `!${organization}+${person}|*|*`)
    )
    t.ok(
      [...wanted, 'Organization/a|*|*'].every((key) => keys.includes(key)),
      keys.join(' ')
    )
  }
)

t.test(
  'a root deny whose actor cannot be resolved holds for everybody, whatever is nested in it',
  async (t) => {
    const gone = consent({
      type: 'deny',
      actor: [actor('PractitionerRole/gone')],
      provision: [{ type: 'permit', actor: [actor(B)] }]
    })
    const grants = grantsOf([consent({ type: 'permit', actor: [actor(A)] }), gone])
    t.equal(decide(grants, A), 'deny')
  }
)

t.test('a deny of a team denies everybody when a team is a member of it', async (t) => {
  const teams: ResourceOf<'CareTeam'>[] = [
    {
      resourceType: 'CareTeam',
      id: 't',
      status: 'active',
      participant: [{ member: { reference: B } }, { member: { display: 'a friend' } }]
    },
    {
      resourceType: 'CareTeam',
      id: 'u',
      status: 'active',
      participant: [{ member: { reference: 'CareTeam/t' } }]
    }
  ]
  const denying = (team: string) =>
    grantsOf(
      [
        consent({ type: 'permit', actor: [actor(A), actor(B)] }),
        consent({ type: 'deny', actor: [actor(team)] })
      ],
      teams
    )
  t.equal(decide(denying('CareTeam/t'), B), 'deny')
  t.equal(decide(denying('CareTeam/t'), A), 'permit')
  t.equal(decide(denying('CareTeam/u'), B), 'deny')
})
