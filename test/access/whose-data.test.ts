// Whose data a resource is, and of which class, decides what a consent opens and a refusal closes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Reference, Resource } from '../../src/fhir/resource.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { consentFor, createWorld } from './world.ts'
import type { As } from './world.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const nurse: As = { organization: 'hospital', user: 'Practitioner/nurse' }
const centre: As = { organization: 'centre' }
const directory: As = { organization: 'network', rights: ['directory', 'operator'] }
const code = (id: string) => ({
  system: 'https://psy107.example/fhir/psi/CodeSystem/psi-cs-data-class',
  code: id
})

const open = async (name: string): Promise<Store> => {
  if (name === 'naive') return await openNaiveStore({ now: () => now })
  const folder = await mkdtemp(join(tmpdir(), 'psi-whose-data-'))
  const store = await openSqliteStore({ directory: folder, now: () => now })
  t.teardown(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return store
}

const setting = async (store: Store) => {
  const world = createWorld(store, () => now)
  for (const id of ['hospital', 'centre']) {
    await world.put(directory, { resourceType: 'Organization', id, name: id })
  }
  await world.put(directory, { resourceType: 'Practitioner', id: 'nurse', name: [{ family: 'N' }] })
  const patient = await world.put(hospital, { resourceType: 'Patient', name: [{ family: 'X' }] })
  const person: As = { organization: 'portal', user: `Patient/${patient.id}`, purposes: ['PATRQT'] }
  return {
    person,
    patient,
    put: async (resource: Resource) => await world.put(hospital, resource),
    sees: async (who: As, ref: Reference) => (await world.as(who).read(ref)) !== undefined
  }
}

const refusal = (patient: Reference, who: string, more: object = {}): Resource => ({
  ...consentFor(patient, who, {
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTOUT' }]
    }
  }),
  provision: {
    type: 'deny',
    actor: [{ role: { text: 'partner' }, reference: { reference: who } }],
    ...more
  }
})

for (const name of ['naive', 'sqlite']) {
  t.test(`${name}: allergies and supplies belong to the person as conditions do`, async (t) => {
    const { person, patient, put, sees } = await setting(await open(name))
    const about = { reference: `Patient/${patient.id}` }
    const all = [
      await put({ resourceType: 'Condition', subject: about }),
      await put({ resourceType: 'AllergyIntolerance', patient: about }),
      await put({
        resourceType: 'SupplyRequest',
        deliverTo: about,
        itemCodeableConcept: { text: 'lit' },
        quantity: { value: 1 }
      })
    ]
    for (const ref of all) {
      t.notOk(await sees(centre, ref), `${ref.type}: nobody permitted it yet`)
      t.ok(await sees(person, ref), `${ref.type}: the person`)
      t.ok(await sees(nurse, ref), `${ref.type}: who keeps it`)
    }
    await put(consentFor(patient, 'Organization/centre', {}, { class: [code('clinical')] }))
    for (const ref of all) t.ok(await sees(centre, ref), `${ref.type}: permitted`)
    await put(refusal(patient, 'Practitioner/nurse'))
    for (const ref of all) {
      t.notOk(await sees(nurse, ref), `${ref.type}: shut out by name`)
      t.ok(await sees(hospital, ref), `${ref.type}: its house`)
    }
  })

  t.test(`${name}: a refusal of third-party data closes what relatives told`, async (t) => {
    const { person, patient, put, sees } = await setting(await open(name))
    const about = { reference: `Patient/${patient.id}` }
    const family = await put({
      resourceType: 'FamilyMemberHistory',
      status: 'completed',
      patient: about,
      relationship: { text: 'sœur' }
    })
    const relative = await put({ resourceType: 'RelatedPerson', patient: about })
    const condition = await put({ resourceType: 'Condition', subject: about })
    const classes = ['clinical', 'contacts']
    await put(consentFor(patient, 'Organization/centre', {}, { class: classes.map(code) }))
    t.ok(await sees(centre, condition), 'clinical data are permitted')
    t.notOk(await sees(centre, family), 'what others told is another class')
    await put(consentFor(patient, 'Organization/centre', {}, { class: [code('third-party')] }))
    t.ok(await sees(centre, family), 'and is permitted by its name')
    await put(refusal(patient, 'Organization/centre', { class: [code('third-party')] }))
    t.notOk(await sees(centre, family), 'refused')
    t.ok(await sees(centre, condition), 'nothing else is')
    t.ok(await sees(centre, relative), 'how to reach a relative is contacts')
    t.ok(await sees(hospital, family), 'its house keeps it')
    t.notOk(await sees(person, family), 'what others told is not the person’s to read unasked')
    t.ok(await sees(person, relative))
  })
}
