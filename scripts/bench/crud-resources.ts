/** One small resource of each of the nine types of the CRUD mix, about a patient that is there. */

export interface CrudResource {
  readonly type: string
  readonly json: string
}

const code = (text: string): { readonly text: string } => ({ text })

type Body = Readonly<Record<string, unknown>> & { readonly resourceType: string }

const ofNobody: readonly Body[] = [
  {
    resourceType: 'Patient',
    name: [{ family: 'Bench', given: ['Monsieur'] }],
    gender: 'male',
    birthDate: '1986-05-12'
  },
  { resourceType: 'Practitioner', name: [{ family: 'Bench', given: ['Camille'] }] },
  { resourceType: 'Organization', name: 'Bench', active: true }
]

const aboutSubject = (subject: { readonly reference: string }): readonly Body[] => [
  {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    period: { start: '2026-11-02T09:00:00+01:00', end: '2026-11-02T10:00:00+01:00' }
  },
  { resourceType: 'Condition', subject, code: code('Insomnia'), recordedDate: '2026-11-02' },
  {
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    subject,
    description: code('Faire de mon bénévolat un vrai travail'),
    startDate: '2026-11-02'
  },
  {
    resourceType: 'Observation',
    status: 'final',
    code: code('Satisfaction'),
    subject,
    valueInteger: 7,
    effectiveDateTime: '2026-11-02T09:30:00+01:00'
  },
  {
    resourceType: 'Task',
    status: 'requested',
    intent: 'plan',
    for: subject,
    description: 'Chercher une formation dans le tertiaire'
  },
  {
    resourceType: 'Appointment',
    status: 'booked',
    start: '2027-02-12T09:00:00+01:00',
    end: '2027-02-12T10:00:00+01:00',
    participant: [{ actor: subject, status: 'accepted' }]
  }
]

/** @param patient `Patient/id` of a stored patient */
export const crudResources = (patient: string): readonly CrudResource[] =>
  [...ofNobody, ...aboutSubject({ reference: patient })].map((resource) => ({
    type: resource.resourceType,
    json: JSON.stringify(resource)
  }))
