import t from 'tap'
import { broken, canonical, fixture, ofType, resources } from './guide.ts'
import type { Json } from './guide.ts'

const names = ['directory', 'plan', 'sortie-hopital', 'consents', 'consent-formation']
const bundles = new Map(names.map((name) => [name, fixture(name)]))
const entries = (name: string): readonly Json[] => bundles.get(name).entry
const find = (name: string, type: string): Json =>
  entries(name).find(({ resource }) => resource.resourceType === type).resource

const walk = (value: Json, visit: (name: string, value: Json) => void): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, each] of Object.entries(value)) {
    visit(name, each)
    walk(each, visit)
  }
}
const collect = (
  value: Json,
  wanted: (name: string, value: Json) => boolean
): readonly string[] => {
  const found: string[] = []
  walk(value, (name, each) => {
    if (typeof each === 'string' && wanted(name, each)) found.push(each)
  })
  return found
}
/** `Type?identifier=system|value` of every entry, by which others refer to it. */
const address = ({ resource }: Json): string =>
  `${resource.resourceType}?identifier=${resource.identifier[0].system}|${resource.identifier[0].value}`

t.test(
  'every entry is conditional on an identifier of its own, so that a push can be repeated',
  async (t) => {
    for (const name of names) {
      t.equal(bundles.get(name).type, 'transaction')
      t.equal(
        new Set(entries(name).map(address)).size,
        entries(name).length,
        `${name}: no two entries have the same identifier`
      )
      for (const entry of entries(name)) {
        const { method, url, ifNoneExist } = entry.request
        t.equal(method === 'POST' ? `${url}?${ifNoneExist}` : url, address(entry), `${name} ${url}`)
        t.equal(
          method,
          name === 'directory' || entry.resource.resourceType === 'Patient' ? 'POST' : 'PUT'
        )
        t.match(entry.fullUrl, /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        t.notOk('id' in entry.resource)
      }
    }
  }
)

t.test('every reference is answered by the Bundle itself or by one pushed before', async (t) => {
  const before = new Set<string>()
  for (const name of names) {
    const own = new Set(entries(name).map(({ fullUrl }) => fullUrl))
    const references = entries(name).flatMap(({ resource }) =>
      collect(resource, (key) => key === 'reference')
    )
    for (const reference of references) {
      t.ok(own.has(reference) || before.has(reference), `${name}: ${reference}`)
    }
    for (const entry of entries(name)) before.add(address(entry))
  }
})

t.test('plan.json holds the whole plan', async (t) => {
  const count = (type: string): number =>
    entries('plan').filter(({ resource }) => resource.resourceType === type).length
  t.same(
    [
      'Patient',
      'RelatedPerson',
      'CareTeam',
      'Goal',
      'CarePlan',
      'Appointment',
      'DocumentReference'
    ].map(count),
    [1, 2, 1, 3, 2, 2, 1]
  )
  const plan = find('plan', 'CarePlan')
  t.equal(plan.status, 'active')
  t.equal(plan.activity.length, 5)
  const next = entries('plan')
    .map(({ resource }) => resource)
    .find(({ status }) => status === 'booked')
  const days = (Date.parse(next.start) - Date.parse('2026-11-20')) / 86_400_000
  t.ok(days > 0 && days <= 92, `next meeting after ${days.toFixed(0)} days`)
})

t.test('the discharge updates plan and goal, adds four resources and repeats three', async (t) => {
  const earlier = new Set(entries('plan').map(address))
  const known = entries('sortie-hopital').filter((entry) => earlier.has(address(entry)))
  t.equal(entries('sortie-hopital').length - known.length, 4)
  const resolved = (resource: Json, name: string): string =>
    JSON.stringify(resource, (_, each) =>
      typeof each === 'string' && each.startsWith('urn:uuid:')
        ? address(entries(name).find(({ fullUrl }) => fullUrl === each))
        : each
    )
  const changed = known.filter((entry) => {
    const before = entries('plan').find((each) => address(each) === address(entry))
    return resolved(before.resource, 'plan') !== resolved(entry.resource, 'sortie-hopital')
  })
  t.same(
    changed.map(({ resource }) => resource.resourceType),
    ['Goal', 'CarePlan']
  )
  t.equal(changed[0].resource.lifecycleStatus, 'completed')
  t.equal(changed[1].resource.goal.length, 4)
})

t.test(
  'consents name classes of the guide, a purpose and an end within twelve months',
  async (t) => {
    const known = new Set(
      ofType('CodeSystem')
        .find(({ id }) => id === 'psi-cs-data-class')
        .concept.map((each: Json) => each.code)
    )
    const consents = [...entries('consents'), ...entries('consent-formation')].map(
      ({ resource }) => resource
    )
    t.same(
      consents.map(({ status }) => status),
      ['active', 'inactive', 'active', 'active', 'active']
    )
    for (const consent of consents) {
      t.equal(consent.provision.type, 'deny')
      for (const permit of consent.provision.provision) {
        t.ok(
          (permit.class ?? []).every(
            ({ system, code }: Json) =>
              system === `${canonical}/CodeSystem/psi-cs-data-class` && known.has(code)
          )
        )
        // the network counts caseloads: reading, for its operations
        t.same(
          permit.purpose.map((each: Json) => each.code),
          permit.action === undefined ? ['TREAT'] : ['HOPERAT']
        )
        t.ok(permit.period.end <= '2027-11-20')
      }
    }
    const [active, inactive] = consents
    t.same(
      { ...inactive, status: 'active', identifier: active.identifier },
      active,
      'the withdrawn consent is the twin of the active one'
    )
    t.same(
      consents[4].provision.provision.map((each: Json) => each.class.map(({ code }: Json) => code)),
      [['psi-core']]
    )
  }
)

t.test('resources of the Bundles meet the invariants of their profiles', async (t) => {
  for (const name of names) {
    for (const { resource, request } of entries(name)) t.same(broken(resource), [], request.url)
  }
})

t.test('all dates lie within a year of the base date, save births', async (t) => {
  const day = /^\d{4}-\d{2}-\d{2}/
  for (const name of names) {
    const dates = entries(name).flatMap(({ resource }) =>
      collect(resource, (key, value) => key !== 'birthDate' && day.test(value))
    )
    t.ok(
      dates.every((date) => date > '2025-11-22' && date < '2027-11-22'),
      name
    )
  }
})

t.test('the flagship list is complete', async (t) => {
  const ids = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`))
  const wanted = [
    'CareTeam/team-v1',
    'CareTeam/team',
    'Provenance/provenance-referent',
    'AuditEvent/audit-read',
    'CarePlan/plan-draft',
    'CarePlan/plan',
    'CarePlan/plan-revised',
    'CarePlan/crisis-plan',
    'CarePlan/programme-plan',
    'CarePlan/plan-nl',
    'CarePlan/plan-de',
    'DocumentReference/leaflet',
    'Observation/evaluation-satisfaction',
    'Consent/consent-x-withdrawn'
  ]
  t.same(
    wanted.filter((each) => !ids.has(each)),
    []
  )
})
