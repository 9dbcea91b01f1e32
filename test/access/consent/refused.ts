/** What a Consent says that cannot be judged: refused with its element, and denied when met. */
import t from 'tap'
import { readConsent } from '../../../src/access/consent/read-consent.ts'
import {
  A,
  actor,
  consent,
  dataClass,
  decide,
  fact,
  goalProfile,
  grantsOf,
  typeClass,
  uri,
  words
} from './scene.ts'

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

const namesNothing: readonly (readonly [string, unknown, RegExp])[] = [
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
  ['data', [{ meaning: 'instance', reference: { reference: 'Careplan/x' } }], /Careplan.*Type\/id/],
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

t.test(
  'what names nothing is refused with what would do, and denies everything when met',
  async (t) => {
    for (const [name, value, told] of namesNothing) {
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
