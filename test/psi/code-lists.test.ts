// What the server decides by heart is what the guide says: code lists and profiles, from their FSH
// sources and as compiled.
import t from 'tap'
import { canonical, fsh, ofType } from '../profiles/guide.ts'
import type { Json } from '../profiles/guide.ts'
import {
  cbeSystem,
  nihdiSystem,
  psiCanonical,
  psiProfile,
  ssinSystem
} from '../../src/psi/canonical.ts'
import { dataClassOf } from '../../src/psi/data-class.ts'
import { consentClasses, dataClassSystem, isConsentClass } from '../../src/psi/data-classes.ts'
import { participantRoles, participantRoleSystem } from '../../src/psi/participant-roles.ts'
import { planTypes, planTypeSystem } from '../../src/psi/plan-types.ts'
import { purposeOfUseSystem, purposesOfUse } from '../../src/psi/purpose-of-use.ts'
import { classesOfType } from '../../src/psi/type-classes.ts'
import type { ResourceType } from '../../src/fhir/resource.ts'

const source = (name: string): string => fsh.get(name) ?? ''
const declaredIn = (id: string): readonly string[] => [
  ...new Set(
    [...source(`codesystems/${id}.fsh`).matchAll(/^\* #([\w-]+) /gm)].map(([, code]) => code ?? '')
  )
]
const compiledIn = (url: string): readonly string[] =>
  (ofType('CodeSystem').find((each) => each.url === url)?.concept ?? []).map(
    ({ code }: Json) => code
  )
const alias = (name: string): string | undefined =>
  new RegExp(`^Alias: \\$${name} = (\\S+)$`, 'm').exec(source('aliases.fsh'))?.[1]
const profiles: readonly Json[] = ofType('StructureDefinition').filter(
  ({ derivation, type }) => derivation === 'constraint' && type !== 'Extension'
)

t.test('the code lists are those of the guide', async (t) => {
  const lists = [
    ['psi-cs-data-class', dataClassSystem, consentClasses],
    ['psi-cs-plan-type', planTypeSystem, [...planTypes.keys()]],
    ['psi-cs-participant-role', participantRoleSystem, participantRoles]
  ] as const
  for (const [id, url, ours] of lists) {
    t.ok(ours.length > 3, id)
    t.same([...declaredIn(id)].sort(), [...ours].sort(), `${id}: FSH`)
    t.same([...compiledIn(url)].sort(), [...ours].sort(), `${id}: compiled`)
  }
  t.equal(psiCanonical, canonical)
  t.ok(isConsentClass('third-party'))
  t.notOk(isConsentClass('audit'), 'no consent speaks of the journal')
})

t.test('naming systems and purposes are those that the guide uses', async (t) => {
  t.equal(alias('SSIN'), ssinSystem)
  t.equal(alias('NIHDI'), nihdiSystem)
  t.equal(alias('CBE'), cbeSystem)
  t.equal(alias('ActReason'), purposeOfUseSystem)
  const used = new Set(
    [...fsh.values()].flatMap((text) =>
      [...text.matchAll(/\$ActReason#(\w+)/g)].map(([, code]) => code ?? '')
    )
  )
  t.ok(used.size > 1)
  for (const code of used) t.ok((purposesOfUse as readonly string[]).includes(code), code)
})

t.test('a profile that decides a class exists, for the type that it decides about', async (t) => {
  const claims = profiles.map(({ url, type }) => [url as string, type as ResourceType] as const)
  const decided = claims.flatMap(([url, type]) => {
    const { byProfile } = classesOfType(type)
    return byProfile?.has(url) === true ? [url] : []
  })
  const ours = [...new Set(claims.map(([, type]) => type))].flatMap((type) => [
    ...(classesOfType(type).byProfile?.keys() ?? [])
  ])
  t.same([...decided].sort(), [...ours].sort())
  t.ok(ours.length > 5)
  for (const { profile } of planTypes.values()) {
    if (profile === undefined) continue
    const found = profiles.find(({ url }) => url === psiProfile(profile))
    t.equal(found?.type, 'CarePlan', profile)
  }
})

t.test(
  'each PSI profile of a person’s data has a class, by its type, claim or plan type',
  async (t) => {
    const classOf: Readonly<Record<string, string>> = {
      'psi-appointment': 'psi-core',
      'psi-care-plan': 'clinical',
      'psi-careteam': 'psi-core',
      'psi-consent': 'consent',
      'psi-crisis-plan': 'clinical',
      'psi-evaluation': 'assessment',
      'psi-goal': 'psi-core',
      'psi-leaflet': 'psi-core',
      'psi-meeting-report': 'meeting-report',
      'psi-network-organization': 'directory',
      'psi-patient': 'contacts',
      'psi-referent-role': 'directory',
      'psi-related-person': 'contacts'
    }
    t.same(profiles.map(({ id }) => id as string).sort(), Object.keys(classOf))
    for (const { id, url, type } of profiles) {
      t.equal(dataClassOf({ resourceType: type, meta: { profile: [`${url}|9`] } }), classOf[id], id)
    }
  }
)

t.test('a plan has the class of its type, the most guarded of several', async (t) => {
  const plan = (...codes: string[]) =>
    dataClassOf({
      resourceType: 'CarePlan',
      category: codes.map((code) => ({ coding: [{ system: planTypeSystem, code }] }))
    })
  t.equal(plan('psi'), 'psi-core')
  t.equal(plan('concertation-plan'), 'psi-core')
  t.equal(plan('ppi'), 'clinical')
  t.equal(plan('psi', 'ppi'), 'clinical')
  t.equal(plan('ppi', 'psi', 'crisis-plan'), 'crisis')
  t.equal(plan('psi', 'unheard-of'), 'clinical')
  t.equal(plan(), 'clinical')
})

t.test('a profile decides about its own type alone; what is unknown is clinical', async (t) => {
  const claiming = (resourceType: ResourceType, ...ids: string[]) =>
    dataClassOf({ resourceType, meta: { profile: ids.map(psiProfile) } })
  t.equal(claiming('Goal', 'constructor', 'psi-goal'), 'psi-core')
  t.equal(claiming('Condition', 'psi-goal'), 'clinical')
  t.equal(claiming('FamilyMemberHistory', 'psi-goal'), 'third-party')
  t.equal(claiming('RelatedPerson'), 'contacts')
  t.equal(claiming('AuditEvent'), 'audit')
  t.equal(claiming('ValueSet'), 'conformance')
})
