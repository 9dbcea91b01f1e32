/** A patient of 300 resources and a consent about them that is given and withdrawn in turn. */
import type { Connection } from '../../src/cli/connection.ts'

export const resourcesOfPatient = 300

const patientBundle = (): object => {
  const urn = 'urn:uuid:00000000-0000-4000-8000-000000000300'
  const post = (resource: { readonly resourceType: string }, fullUrl: string): object => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: resource.resourceType }
  })
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      post(
        { resourceType: 'Patient', name: [{ family: 'Bench' }] } as { resourceType: string },
        urn
      ),
      ...Array.from({ length: resourcesOfPatient - 1 }, (_, index) =>
        post(
          {
            resourceType: 'Observation',
            status: 'final',
            code: { text: `Satisfaction ${index}` },
            subject: { reference: urn },
            valueInteger: index % 10
          } as { resourceType: string },
          `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
        )
      )
    ]
  }
}

const consentOf = (
  patient: string,
  organization: string,
  status: 'active' | 'inactive'
): Record<string, unknown> => ({
  resourceType: 'Consent',
  status,
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'INFA' }] }
  ],
  patient: { reference: patient },
  dateTime: '2026-11-02',
  verification: [
    { verified: true, verifiedWith: { reference: patient }, verificationDate: '2026-11-02' }
  ],
  policyRule: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }]
  },
  provision: {
    type: 'permit',
    actor: [
      {
        role: {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PRCP' }
          ]
        },
        reference: { reference: organization }
      }
    ],
    purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }]
  }
})

const stored = async (
  connection: Connection,
  method: string,
  path: string,
  body: object
): Promise<{ readonly id: string; readonly version: string; readonly text: string }> => {
  const answer = await connection.request(method, path, { body: JSON.stringify(body) })
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 1000)}`)
  }
  const [, id = '', version = ''] =
    /\/([^/]+)\/_history\/([^/]+)$/.exec(answer.headers.get('location') ?? '') ?? []
  return { id, version, text: answer.text }
}

/** Milliseconds of each change, in order. */
export const changeConsents = async (
  connection: Connection,
  times: number
): Promise<readonly number[]> => {
  const { text } = await stored(connection, 'POST', '', patientBundle())
  const patient = /Patient\/[^/"]+/.exec(text)?.[0] ?? ''
  const { id: organization } = await stored(connection, 'POST', 'Organization', {
    resourceType: 'Organization',
    name: 'Bench partner'
  })
  const { id } = await stored(
    connection,
    'POST',
    'Consent',
    consentOf(patient, `Organization/${organization}`, 'active')
  )
  const costs: number[] = []
  for (let index = 0; index < times; index++) {
    const consent = {
      ...consentOf(
        patient,
        `Organization/${organization}`,
        index % 2 === 0 ? 'inactive' : 'active'
      ),
      id
    }
    const read = await connection.request('GET', `Consent/${id}`)
    const begin = performance.now()
    const answer = await connection.request('PUT', `Consent/${id}`, {
      body: JSON.stringify(consent),
      headers: { 'if-match': read.headers.get('etag') ?? '' }
    })
    costs.push(performance.now() - begin)
    if (answer.status !== 200) {
      throw new Error(`PUT Consent/${id} answered ${answer.status}: ${answer.text.slice(0, 1000)}`)
    }
  }
  return costs
}
