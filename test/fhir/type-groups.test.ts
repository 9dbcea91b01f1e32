// The record of types held against the tables of R4: every type, and whose data each is.
import t from 'tap'
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { ResourceType } from '../../src/fhir/resource.ts'
import {
  factsOfType,
  isConformance,
  isDirectory,
  isReadOnly,
  isTransient,
  typesThat
} from '../../src/fhir/type-groups.ts'

const { types, compartment, searchParameters, structures } = loadDefinitions()

/** Elements that put a type into the Patient compartment. */
const compartmentElements = (type: ResourceType): readonly string[] =>
  (compartment('Patient', type) ?? []).map(
    (code) =>
      searchParameters(type)
        .get(code)
        ?.expression.replace(/\.where\(resolve\(\) is Patient\)/g, '')
        .replace(`${type}.`, '') ?? code
  )

/** The types that an element of R4 may refer to; undefined: there is no such reference. */
const targetsAt = (type: string, path: string): readonly string[] | undefined => {
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const found = structures
    .children([type, ...steps].join('.'))
    ?.get(last)
    ?.types.find(({ code }) => code === 'Reference')
  return found === undefined ? undefined : (found.targets ?? types)
}

t.test('every R4 type has a record, and nothing else has', async (t) => {
  t.same(
    typesThat(() => true),
    types
  )
  for (const name of ['constructor', 'toString', '', 'careplan']) {
    t.same(factsOfType(name), {}, name)
  }
})

t.test('whose data a type is stands in R4’s Patient compartment, or says why not', async (t) => {
  for (const type of types) {
    const { person, unlikeR4 } = factsOfType(type)
    const elements = compartmentElements(type)
    const same = person === undefined ? elements.length === 0 : elements.includes(person)
    t.equal(
      same,
      unlikeR4 === undefined,
      `${type}: ${person ?? 'nobody'}, R4: ${elements.join(', ') || 'nobody'}; ${unlikeR4 ?? 'no reason'}`
    )
  }
  t.same(
    typesThat(({ unlikeR4 }) => unlikeR4 !== undefined),
    ['AuditEvent', 'Device', 'Group', 'GuidanceResponse', 'Patient', 'Person', 'Provenance', 'Task']
  )
})

t.test('what was forgotten is there', async (t) => {
  t.equal(factsOfType('AllergyIntolerance').person, 'patient')
  t.equal(factsOfType('SupplyRequest').person, 'deliverTo')
})

t.test('each path leads to a reference that may name a Patient', async (t) => {
  for (const type of types) {
    const { person, follows } = factsOfType(type)
    for (const path of [person, follows]) {
      if (path === undefined || path === 'id') continue
      const targets = targetsAt(type, path)
      t.ok(
        targets?.some((target) => target === 'Patient' || target === 'Resource'),
        `${type}.${path}`
      )
    }
  }
})

t.test('the groups', async (t) => {
  t.same(types.filter(isDirectory), [
    'Endpoint',
    'HealthcareService',
    'Location',
    'Organization',
    'OrganizationAffiliation',
    'Practitioner',
    'PractitionerRole'
  ])
  t.same(types.filter(isTransient), ['Parameters'])
  t.ok(isReadOnly('AuditEvent') && isReadOnly('ValueSet'))
  t.notOk(isReadOnly('CarePlan') || isConformance('CarePlan'))
  t.same(
    types.filter((type) => isReadOnly(type) !== isConformance(type)),
    ['AuditEvent']
  )
  t.same(
    types.filter((type) => isReadOnly(type) && factsOfType(type).person !== undefined),
    [],
    'nobody’s data'
  )
})
