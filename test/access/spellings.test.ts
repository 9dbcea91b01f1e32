// A reference written another way means the same to every decision: absolute under the server's own
// base, or with a version.
import t from 'tap'
import { FhirError } from '../../src/fhir/fhir-error.ts'
import type { Reference, Resource, VersionId } from '../../src/fhir/resource.ts'
import { noIndexValues } from '../../src/search/query.ts'
import { openNaiveStore } from '../storage/naive/open.ts'
import { base, consentFor, createWorld, newId, psiPlan } from './world.ts'
import type { As, World } from './world.ts'

const hospital: As = { organization: 'hospital', rights: ['record-consents'] }
const stranger: As = { organization: 'stranger', rights: ['record-consents'] }
const centre: As = { organization: 'centre' }
const network: As = { organization: 'network', rights: ['directory', 'operator'] }

interface Setting extends World {
  readonly patient: Reference
  readonly plan: Reference
  readonly sees: (who: As, ref?: Reference) => Promise<boolean>
}

const setting = async (): Promise<Setting> => {
  let now = Date.parse('2026-11-22T12:00:00Z')
  const world = createWorld(await openNaiveStore({ now: () => ++now }), () => ++now)
  for (const id of ['hospital', 'stranger', 'centre']) {
    await world.put(network, { resourceType: 'Organization', id, name: id })
  }
  const patient = await world.put(hospital, { resourceType: 'Patient', name: [{ family: 'X' }] })
  const plan = await world.put(hospital, psiPlan(patient))
  return {
    ...world,
    patient,
    plan,
    sees: async (who, ref = plan) => (await world.as(who).read(ref)) !== undefined
  }
}

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'allowed'
  } catch (error) {
    return error instanceof FhirError ? error.code : String(error)
  }
}

const spellings: readonly (readonly [string, (text: string) => string])[] = [
  ['relative', (text) => text],
  ['versioned', (text) => `${text}/_history/1`],
  ['absolute', (text) => `${base}/${text}`],
  ['absolute with version', (text) => `${base}/${text}/_history/1`],
  ['absolute, host in capitals', (text) => `HTTP://LOCALHOST:80/fhir/${text}`],
  [
    'absolute with escapes',
    (text) => `${base}/${text.replace('P', '%50').replace('O', '%4F').replace('C', '%43')}`
  ],
  ['absolute with a slash behind', (text) => `${base}/${text}/`]
]

const careTeam = (subject: string, member: string): Resource => ({
  resourceType: 'CareTeam',
  status: 'active',
  subject: { reference: subject },
  participant: [{ member: { reference: member } }]
})
const optOut = (patient: Reference, provision: object): Resource => ({
  ...consentFor(patient, 'Organization/x'),
  policyRule: { coding: [{ code: 'OPTOUT' }] },
  provision: { type: 'deny', ...provision }
})
const actor = (reference: string): object => ({ role: { text: 'x' }, reference: { reference } })

for (const [name, spelled] of spellings) {
  t.test(
    `${name}: a stranger who names a patient joins no care team and records no consent`,
    async (t) => {
      const world = await setting()
      const patient = spelled(`Patient/${world.patient.id}`)
      t.equal(
        await refusal(world.put(stranger, careTeam(patient, 'Organization/stranger'))),
        'unprocessable'
      )
      t.equal(
        await refusal(
          world.put(stranger, {
            ...consentFor(world.patient, 'Organization/stranger'),
            patient: { reference: patient }
          })
        ),
        'unprocessable'
      )
      await world.put(hospital, {
        ...consentFor(world.patient, 'x'),
        provision: { type: 'permit' }
      })
      t.notOk(await world.sees(stranger))
    }
  )

  t.test(`${name}: data are the data of the patient whom they name`, async (t) => {
    const world = await setting()
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    const plan = await world.put(hospital, {
      ...psiPlan(world.patient),
      subject: { reference: spelled(`Patient/${world.patient.id}`) }
    })
    t.ok(await world.sees(centre, plan))
    t.ok(await world.sees({ organization: 'elsewhere', user: `Patient/${world.patient.id}` }, plan))
  })

  t.test(`${name}: a deny holds for the patient whom it names`, async (t) => {
    const world = await setting()
    await world.put(hospital, consentFor(world.patient, 'Organization/centre'))
    t.ok(await world.sees(centre))
    await world.put(hospital, {
      ...optOut(world.patient, {}),
      patient: { reference: spelled(`Patient/${world.patient.id}`) }
    })
    t.notOk(await world.sees(centre))
  })

  t.test(`${name}: a member of a team is who is named`, async (t) => {
    const world = await setting()
    await world.put(hospital, { ...consentFor(world.patient, 'x'), provision: { type: 'permit' } })
    await world.put(
      hospital,
      careTeam(`Patient/${world.patient.id}`, spelled('Organization/centre'))
    )
    t.ok(await world.sees(centre))
  })

  t.test(
    `${name}: a deny of a person holds for every role, one of a house for every unit, however those name them`,
    async (t) => {
      const world = await setting()
      const doctor = await world.put(network, { resourceType: 'Practitioner' })
      const role = await world.put(network, {
        resourceType: 'PractitionerRole',
        practitioner: { reference: spelled(`Practitioner/${doctor.id}`) }
      })
      const user: As = { organization: 'stranger', user: `PractitionerRole/${role.id}` }
      await world.put(network, {
        resourceType: 'Organization',
        id: 'unit',
        partOf: { reference: spelled('Organization/centre') }
      })
      await world.put(hospital, consentFor(world.patient, `PractitionerRole/${role.id}`))
      await world.put(hospital, consentFor(world.patient, 'Organization/unit'))
      t.ok(await world.sees(user))
      t.ok(await world.sees({ organization: 'unit' }))
      await world.put(
        hospital,
        optOut(world.patient, { actor: [actor(`Practitioner/${doctor.id}`)] })
      )
      await world.put(hospital, optOut(world.patient, { actor: [actor('Organization/centre')] }))
      t.notOk(await world.sees(user))
      t.notOk(await world.sees({ organization: 'unit' }))
    }
  )

  t.test(
    `${name}: a role that changes hands, a unit that moves and a deny of either are decided anew`,
    async (t) => {
      const world = await setting()
      const doctor = await world.put(network, { resourceType: 'Practitioner' })
      const role = await world.put(network, { resourceType: 'PractitionerRole' })
      await world.put(network, { resourceType: 'Organization', id: 'unit' })
      await world.put(hospital, consentFor(world.patient, `PractitionerRole/${role.id}`))
      await world.put(hospital, consentFor(world.patient, 'Organization/unit'))
      await world.put(
        hospital,
        optOut(world.patient, {
          actor: [
            actor(spelled(`Practitioner/${doctor.id}`)),
            actor(spelled('Organization/centre'))
          ]
        })
      )
      t.ok(await world.sees({ organization: 'stranger', user: `PractitionerRole/${role.id}` }))
      t.ok(await world.sees({ organization: 'unit' }))
      const moved: Resource = {
        resourceType: 'Organization',
        partOf: { reference: spelled('Organization/centre') }
      }
      const handed: Resource = {
        resourceType: 'PractitionerRole',
        practitioner: { reference: spelled(`Practitioner/${doctor.id}`) }
      }
      await world.as(network).write([
        { kind: 'update', ref: role, resource: handed, method: 'PUT' },
        {
          kind: 'update',
          ref: { type: 'Organization', id: 'unit' as Reference['id'] },
          resource: moved,
          method: 'PUT'
        }
      ])
      t.notOk(await world.sees({ organization: 'stranger', user: `PractitionerRole/${role.id}` }))
      t.notOk(await world.sees({ organization: 'unit' }))
    }
  )
}

t.test(
  'what the index finds for a patient decides nothing unless it was judged to be about the patient',
  async (t) => {
    const world = await setting()
    const id = newId()
    const team = { ...careTeam(`Patient/${world.patient.id}`, 'Organization/stranger'), id }
    const ref: Reference = { type: 'CareTeam', id }
    await world.store.commit({
      id: newId(),
      expectations: [],
      puts: [
        {
          stored: {
            ref,
            version: newId() as string as VersionId,
            at: 1,
            method: 'POST',
            deleted: false,
            json: new TextEncoder().encode(JSON.stringify(team)),
            envelope: {
              persons: [],
              patients: [],
              dataClass: 'clinical',
              custodian: 'stranger' as Reference['id'],
              facts: []
            }
          },
          index: {
            ...noIndexValues,
            link: [
              { parameter: 'CareTeam.patient', target: `Patient/${world.patient.id}` },
              { parameter: 'CareTeam.subject', target: `Patient/${world.patient.id}` }
            ]
          },
          acl: []
        }
      ],
      restamps: [],
      records: [],
      audit: []
    })
    await world.put(hospital, { ...consentFor(world.patient, 'x'), provision: { type: 'permit' } })
    t.notOk(await world.sees(stranger))
  }
)
