import t from 'tap'
import type { ResourceType } from '../../src/fhir/resource.ts'
import { parseCriteria } from '../../src/search/criteria.ts'
import { base, definitions, now, parse } from './finds.ts'

const read = (criteria: string, type: string = 'Patient') =>
  parseCriteria({
    definitions,
    type: type as ResourceType,
    criteria,
    timeZone: 'Europe/Brussels',
    base,
    now
  })

t.test('criteria mean what the same query means', async (t) => {
  t.same(
    read('identifier=urn:s|1&birthdate=1970-01-01').where,
    parse('Patient', 'identifier=urn:s|1&birthdate=1970-01-01').query.where
  )
  t.same(read('Patient?identifier=urn%3As%7C1').where, read('identifier=urn:s|1').where)
})

t.test('all ways to write the same criteria have one normal form', async (t) => {
  const { normal } = read('identifier=urn:s|1,urn:s|2&active=true')
  for (const same of [
    'active=true&identifier=urn:s|1,urn:s|2',
    'identifier=urn:s|2,urn:s|1&active=true',
    'Patient?active=true&identifier=urn%3As%7C1,urn:s|2&active=true',
    'identifier=urn:s|1,urn:s|2&active=http://hl7.org/fhir/special-values|true'
  ]) {
    t.equal(read(same).normal, normal, same)
  }
  for (const other of [
    'identifier=urn:s|1&active=true',
    'identifier=urn:s|1&identifier=urn:s|2&active=true',
    'identifier=urn:s|1,urn:s|2'
  ]) {
    t.not(read(other).normal, normal, other)
  }
  t.equal(
    read('patient=1', 'CarePlan').normal,
    read(`patient=${base}/Patient/1`, 'CarePlan').normal
  )
})

t.test(
  'the normal form names the record that was asked for, not those of the same person known today',
  async (t) => {
    const request = {
      definitions,
      type: 'CarePlan' as ResourceType,
      criteria: 'patient=1',
      timeZone: 'Europe/Brussels',
      base,
      now
    }
    const found = parseCriteria({ ...request, personTargets: (target) => [target, 'Patient/2'] })
    t.same(found.where, {
      kind: 'link',
      parameter: 'CarePlan.patient',
      targets: ['Patient/1', 'Patient/2']
    })
    t.equal(found.normal, parseCriteria(request).normal)
  }
)

t.test('only filters on the type itself are criteria', async (t) => {
  for (const criteria of [
    '',
    'Patient?',
    '_count=1',
    '_sort=name',
    '_include=Patient:organization',
    'organization.name=x',
    '_has:CarePlan:subject:status=active',
    'statos=x',
    'identifier=',
    'identifier:of-type=x',
    '_tag=x'
  ]) {
    t.throws(() => read(criteria), { code: 'invalid' }, criteria)
  }
})
