// Consent decision: golden vectors, and the rules one by one.
import t from 'tap'
import { permits } from '../../src/access/consent/permits.ts'
import { judge } from '../../src/access/consent/judge.ts'
import { readConsent } from '../../src/access/consent/read-consent.ts'
import type { Vocabulary } from '../../src/access/consent/reading.ts'
import { resolveActors } from '../../src/access/consent/resolve-actors.ts'
import type { Directory } from '../../src/access/consent/directory.ts'
import type { Grants } from '../../src/access/consent/rules.ts'
import { readTeam } from '../../src/access/consent/teams.ts'
import type { Resource, ResourceId } from '../../src/fhir/resource.ts'
import type { Fact } from '../../src/storage/store.ts'

const zone = 'Europe/Brussels'
const profiles = new Map(
  [
    ['psi-care-plan', 'CarePlan'],
    ['psi-goal', 'Goal']
  ].map(([id, type]) => [
    `https://psy107.example/fhir/psi/StructureDefinition/${String(id)}`,
    String(type)
  ])
)
const types = [
  'CarePlan',
  'Goal',
  'Condition',
  'Patient',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'CareTeam',
  'RelatedPerson',
  'Group',
  'Observation'
]
const words: Vocabulary = {
  zone,
  isType: (name) => types.includes(name),
  profiledType: (url) => profiles.get(url)
}
const now = Date.parse('2026-11-22T12:00:00Z')
const cs = (id: string): string => `https://psy107.example/fhir/psi/CodeSystem/${id}`

const purpose = (...codes: string[]) =>
  codes.map((code) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }))
const dataClass = (...codes: string[]) =>
  codes.map((code) => ({ system: cs('psi-cs-data-class'), code }))
const typeClass = (...codes: string[]) =>
  codes.map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code }))
const actor = (reference: string, role?: string) => ({
  role: {
    coding: [
      role === undefined ? { code: 'PRCP' } : { system: cs('psi-cs-participant-role'), code: role }
    ]
  },
  reference: { reference }
})

let number = 0
const consent = (provision: object, more: object = {}): Resource => ({
  resourceType: 'Consent',
  id: `c${String(number++)}`,
  status: 'active',
  patient: { reference: 'Patient/p' },
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  provision,
  ...more
})

const directoryOf = (resources: readonly Resource[]): Directory => ({
  resource: (reference) =>
    resources.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === reference),
  rolesOf: (practitioner) =>
    resources
      .filter(
        (each) =>
          each.resourceType === 'PractitionerRole' &&
          (each['practitioner'] as { reference?: string } | undefined)?.reference === practitioner
      )
      .map(({ id }) => `PractitionerRole/${id ?? ''}`),
  unitsOf: (organization) => [
    organization,
    ...resources
      .filter(
        (each) => (each['partOf'] as { reference?: string } | undefined)?.reference === organization
      )
      .map(({ id }) => `Organization/${id ?? ''}`)
  ]
})

const grantsOf = (
  consents: readonly Resource[],
  teams: readonly Resource[] = [],
  entries: readonly Resource[] = []
): Grants => {
  const directory = directoryOf(entries)
  const read = teams.map((team) => readTeam(team, directory, zone))
  return {
    patient: 'p' as Grants['patient'],
    consents: resolveActors(
      consents.map((each) => [each, readConsent(each, words)] as const),
      read,
      directory,
      zone
    ),
    members: read.flatMap(({ members }) => members.flatMap(({ actors }) => actors))
  }
}

const fact = (
  type: Fact['type'] = 'CarePlan',
  dataClass: Fact['dataClass'] = 'psi-core',
  more: Partial<Fact> = {}
): Fact => ({ person: 'p', type, dataClass, id: 'x' as Fact['id'], ...more })
const decide = (
  grants: Grants,
  who: string | readonly string[],
  asked = 'TREAT',
  about = fact(),
  at = now,
  action: 'read' | 'correct' = 'read'
) => judge(grants, { whos: [who].flat(), purpose: asked, action, at, fact: about })

/** Keeps the record. */
const keeper = 'k' as ResourceId
const A = 'Organization/a'
const B = 'Organization/b'

t.test('a root permit for TREAT says nothing to a caller without a purpose', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', purpose: purpose('TREAT'), actor: [actor(A)] })
  ])
  t.equal(decide(grants, A, ''), undefined)
  t.equal(decide(grants, A, 'TREAT'), 'permit')
  t.same(
    permits(grants, fact(), keeper).map(({ key }) => key),
    ['Organization/a|TREAT|*']
  )
})

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
  const team: Resource = {
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

t.test('a root deny with a nested permit for break-glass opens to break-glass alone', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'deny',
      provision: [{ type: 'permit', actor: [actor(A)], purpose: purpose('BTG') }]
    })
  ])
  t.not(decide(grants, A, 'TREAT'), 'permit')
  t.equal(decide(grants, A, 'BTG'), 'permit')
})

t.test('one consent that permits and one that denies: denied', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)] }),
    consent({ type: 'deny', actor: [actor(A)] })
  ])
  t.equal(decide(grants, A), 'deny')
  t.same(permits(grants, fact(), keeper), [])
})

t.test('two consents that each open the plan to one partner leave each other alone', async (t) => {
  const one = (who: string) =>
    consent({ type: 'deny', provision: [{ type: 'permit', actor: [actor(who)] }] })
  const grants = grantsOf([one(A), one(B)])
  t.equal(decide(grants, A), 'permit')
  t.equal(decide(grants, B), 'permit')
})

t.test('a root deny without anything nested is an exclusion of everybody', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)] }),
    consent({ type: 'deny' })
  ])
  t.equal(decide(grants, A), 'deny')
})

t.test(
  'a nested provision without type cannot be judged: refused, and a deny when met',
  async (t) => {
    const broken = consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ class: dataClass('crisis') }]
    })
    t.match(readConsent(broken, words).problems, [
      { severity: 'error', expression: 'Consent.provision.provision[0].type' }
    ])
    t.equal(decide(grantsOf([broken, consent({ type: 'permit', actor: [actor(A)] })]), A), 'deny')
  }
)

t.test('a construct that cannot be enforced is named, element by element', async (t) => {
  for (const [name, value] of [
    ['securityLabel', [{ code: 'R' }]],
    ['code', [{ text: 'x' }]],
    ['purpose', [{ code: 'NONSENSE' }]],
    ['action', [{ coding: [{ code: 'dance' }] }]],
    ['class', [{ system: 'urn:x', code: 'y' }]],
    ['data', [{ meaning: 'related', reference: { reference: 'CarePlan/1' } }]],
    ['actor', [{ reference: { display: 'somebody' } }]],
    ['period', { end: 'soon' }]
  ] as const) {
    const { problems, root } = readConsent(consent({ type: 'permit', [name]: value }), words)
    t.ok(problems.length > 0, name)
    t.match(problems[0]?.expression, new RegExp(`^Consent\\.provision\\.${name}`), name)
    t.equal(root, undefined)
  }
  const nested = {
    type: 'permit',
    provision: [{ type: 'deny', provision: [{ type: 'permit', provision: [{ type: 'deny' }] }] }]
  }
  t.match(readConsent(consent(nested), words).problems[0]?.diagnostics, /nested more than 2 levels/)
  t.match(
    readConsent(consent({}), words).problems[0]?.diagnostics,
    /neither a root provision.type nor a policyRule/
  )
})

t.test('OPTIN and OPTOUT stand for the root type; against it they contradict', async (t) => {
  t.equal(
    decide(
      grantsOf([consent({ actor: [actor(A)] }, { policyRule: { coding: [{ code: 'OPTIN' }] } })]),
      A
    ),
    'permit'
  )
  t.equal(
    decide(
      grantsOf([consent({ actor: [actor(A)] }, { policyRule: { coding: [{ code: 'OPTOUT' }] } })]),
      A
    ),
    'deny'
  )
  t.match(
    readConsent(
      consent({ type: 'permit' }, { policyRule: { coding: [{ code: 'OPTOUT' }] } }),
      words
    ).problems[0]?.diagnostics,
    /contradict/
  )
})

t.test('classes: the named data, the patient with the plan, a type, a profile', async (t) => {
  const core = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], class: dataClass('psi-core') })
  ])
  t.equal(decide(core, A), 'permit')
  t.equal(decide(core, A, 'TREAT', fact('Patient', 'contacts')), 'permit')
  t.equal(decide(core, A, 'TREAT', fact('RelatedPerson', 'contacts')), undefined)
  t.equal(decide(core, A, 'TREAT', fact('CarePlan', 'crisis')), undefined)
  t.equal(decide(core, A, 'TREAT', fact('Condition', 'clinical')), undefined)
  const typed = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], class: typeClass('Condition') })
  ])
  t.equal(decide(typed, A, 'TREAT', fact('Condition', 'clinical')), 'permit')
  t.equal(decide(typed, A), undefined)
  const profile = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      class: [
        {
          system: 'urn:ietf:rfc:3986',
          code: 'https://psy107.example/fhir/psi/StructureDefinition/psi-goal'
        }
      ]
    })
  ])
  t.equal(
    decide(
      profile,
      A,
      'TREAT',
      fact('Goal', 'psi-core', {
        profiles: ['https://psy107.example/fhir/psi/StructureDefinition/psi-goal']
      })
    ),
    'permit'
  )
  t.equal(decide(profile, A, 'TREAT', fact('Goal', 'psi-core')), undefined)
})

t.test('a deny of the plan catches a plan that dropped its profile', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', class: dataClass('psi-core') }]
    })
  ])
  t.equal(decide(grants, A, 'TREAT', fact('Goal', 'clinical')), 'deny')
  t.equal(decide(grants, A, 'TREAT', fact('Condition', 'clinical')), 'permit')
})

t.test('data elements are not inherited: a nested permit reaches beyond its parent', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(B)],
      class: dataClass('psi-core'),
      provision: [{ type: 'permit', actor: [actor(A)], class: dataClass('crisis') }]
    })
  ])
  t.equal(decide(grants, A, 'TREAT', fact('CarePlan', 'crisis')), 'permit')
  t.equal(decide(grants, B, 'TREAT', fact('CarePlan', 'crisis')), undefined)
  t.equal(decide(grants, A), undefined)
})

t.test('a denied period catches what overlaps it or has no date', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', dataPeriod: { start: '2018', end: '2018' } }]
    })
  ])
  const during = (from: string, to: string) =>
    fact('CarePlan', 'psi-core', { dates: [Date.parse(from), Date.parse(to)] })
  t.equal(decide(grants, A, 'TREAT', during('2017-01-01', '2019-12-31')), 'deny')
  t.equal(decide(grants, A, 'TREAT', during('2019-02-01', '2019-12-31')), 'permit')
  t.equal(decide(grants, A, 'TREAT', fact()), 'deny')
})

t.test('instances: only the named resource', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      data: [{ meaning: 'instance', reference: { reference: 'CarePlan/x' } }]
    })
  ])
  t.equal(decide(grants, A), 'permit')
  t.equal(
    decide(grants, A, 'TREAT', fact('CarePlan', 'psi-core', { id: 'y' as Fact['id'] })),
    undefined
  )
})

t.test(
  'permits end with their period, and start no earlier than the consent was given',
  async (t) => {
    const grants = grantsOf([
      consent(
        {
          type: 'deny',
          provision: [
            {
              type: 'permit',
              actor: [actor(A)],
              period: { start: '2026-01-01', end: '2026-12-31' }
            }
          ]
        },
        { dateTime: '2026-06-01' }
      )
    ])
    const entries = permits(grants, fact(), keeper)
    t.same(entries, [
      {
        key: 'Organization/a|*|*',
        from: Date.parse('2026-05-31T22:00:00Z'),
        to: Date.parse('2026-12-31T23:00:00Z')
      }
    ])
  }
)

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
    const team: Resource = {
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

t.test('a deny of one purpose leaves the others, and nothing to who declares none', async (t) => {
  const grants = grantsOf([
    consent({
      type: 'permit',
      actor: [actor(A)],
      provision: [{ type: 'deny', purpose: purpose('HRESCH') }]
    })
  ])
  const keys = permits(grants, fact(), keeper).map(({ key }) => key)
  t.notOk(keys.includes('Organization/a|*|*'))
  t.notOk(keys.some((key) => key.includes('HRESCH')))
  t.ok(keys.includes('Organization/a|TREAT|*'))
})

t.test('actions: reading without changing', async (t) => {
  const grants = grantsOf([
    consent({ type: 'permit', actor: [actor(A)], action: [{ coding: [{ code: 'access' }] }] })
  ])
  t.same(
    permits(grants, fact(), keeper).map(({ key }) => key),
    ['Organization/a|*|read']
  )
  t.equal(decide(grants, A, 'TREAT', fact(), now, 'correct'), undefined)
})

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

const goalProfile = 'https://psy107.example/fhir/psi/StructureDefinition/psi-goal'
const uri = (code: string) => [{ system: 'urn:ietf:rfc:3986', code }]

t.test(
  'a deny that names a version, of a resource or of a profile, denies every version',
  async (t) => {
    const opened = consent({ type: 'permit', actor: [actor(A)] })
    const denying = (provision: object) =>
      grantsOf([opened, consent({ type: 'deny', ...provision })])
    t.equal(decide(denying({ actor: [actor(`${A}/_history/1`)] }), A), 'deny')
    t.equal(
      decide(
        denying({
          data: [{ meaning: 'instance', reference: { reference: 'CarePlan/x/_history/1' } }]
        }),
        A
      ),
      'deny'
    )
    const byProfile = denying({ class: uri(`${goalProfile}|1`) })
    t.equal(
      decide(byProfile, A, 'TREAT', fact('Goal', 'psi-core', { profiles: [goalProfile] })),
      'deny'
    )
    t.equal(decide(byProfile, A), 'permit')
    t.equal(
      decide(byProfile, A, 'TREAT', fact('Goal', 'clinical')),
      'deny',
      'it may have dropped its profile'
    )
    t.equal(
      decide(
        byProfile,
        A,
        'TREAT',
        fact('Goal', 'clinical', { profiles: ['https://elsewhere.example/goal'] })
      ),
      'permit'
    )
    const byCore = denying({
      class: uri('http://hl7.org/fhir/StructureDefinition/Condition|4.0.1')
    })
    t.equal(decide(byCore, A, 'TREAT', fact('Condition', 'clinical')), 'deny')
    t.equal(decide(byCore, A), 'permit')
  }
)

t.test(
  'what names nothing is refused with what would do, and denies everything when met',
  async (t) => {
    const wrong: readonly (readonly [string, unknown, RegExp])[] = [
      ['class', typeClass('Careplan'), /Careplan.*an R4 resource type such as CarePlan/],
      [
        'class',
        uri('https://elsewhere.example/StructureDefinition/plan'),
        /elsewhere.*a profile that this server knows/
      ],
      [
        'class',
        uri('http://hl7.org/fhir/StructureDefinition/Careplan'),
        /Careplan.*a profile that this server knows/
      ],
      [
        'data',
        [
          {
            meaning: 'instance',
            reference: { reference: 'https://elsewhere.example/fhir/CarePlan/x' }
          }
        ],
        /elsewhere.*Type\/id of a resource on this server/
      ],
      [
        'data',
        [{ meaning: 'instance', reference: { reference: 'Careplan/x' } }],
        /Careplan.*Type\/id/
      ],
      ['data', [], /Found no item/],
      [
        'actor',
        [actor('https://elsewhere.example/fhir/Organization/a')],
        /elsewhere.*Type\/id of an Organization/
      ],
      ['actor', [actor('#a')], /#a.*Type\/id/],
      ['actor', [], /Found no item/],
      ['actor', [actor('CareTeam/t', 'partnr')], /partnr.*partner/]
    ]
    for (const [name, value, told] of wrong) {
      const deny = consent({ type: 'deny', [name]: value })
      const [first] = readConsent(deny, words).problems
      t.match(first?.diagnostics, told)
      t.match(first?.expression, new RegExp(`^Consent\\.provision\\.${name}`))
      t.equal(
        decide(grantsOf([consent({ type: 'permit', actor: [actor(A)] }), deny]), A),
        'deny',
        told.source
      )
    }
    t.match(
      readConsent(
        consent(
          { type: 'deny' },
          { patient: { reference: 'https://elsewhere.example/fhir/Patient/p' } }
        ),
        words
      ).problems[0]?.diagnostics,
      /expected Patient\/id/
    )
  }
)

t.test('a deny of a team denies everybody when a team is a member of it', async (t) => {
  const teams: Resource[] = [
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
