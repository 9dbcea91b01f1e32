/** Random data about the patients of a world, teams and directory entries. */
import fc from 'fast-check'
import { psiCodeSystem, psiProfile } from '../../../src/psi/canonical.ts'
import {
  at,
  clean,
  date,
  few,
  link,
  optional,
  organization,
  patient,
  patients,
  period,
  person,
  practitioners,
  roleCoding,
  roles,
  teamId
} from './vocabulary.ts'
import type { Change } from './vocabulary.ts'

export const careTeam = teamId.chain((id) =>
  fc
    .record({
      resourceType: fc.constant('CareTeam'),
      meta: fc.constantFrom(undefined, { profile: [psiProfile('psi-careteam')] }),
      status: fc.constantFrom('active', 'active', 'active', 'inactive'),
      period: optional(period, 20),
      subject: fc.constant(link('Patient', id.slice(0, 2))),
      participant: fc.array(
        fc.record({
          role: optional(roleCoding.map((role) => [role])),
          member: person,
          onBehalfOf: optional(
            organization.map((of) => link('Organization', of)),
            25
          ),
          period: optional(period, 35)
        }),
        { maxLength: 3 }
      )
    })
    .map((resource): Change => ({ ref: at('CareTeam', id), resource: clean(resource) }))
)

const planType = fc
  .constantFrom('psi', 'concertation-plan', 'crisis-plan', 'ppi')
  .map((code) => ({ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code }] }))
const claim = (...ids: readonly string[]): fc.Arbitrary<object | undefined> =>
  fc.constantFrom(undefined, ...ids.map((id) => ({ profile: [psiProfile(id)] })))
const entry = fc.oneof(
  fc.constant(link('Location', 'l0')),
  fc.constant(link('Location', 'l1')),
  person
)

/** Resources about one patient, each in its own slot so that it is updated as often as created. */
export const data = fc.oneof(
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('CarePlan'),
        category: few(planType, 85),
        subject: fc.constant(link('Patient', own)),
        period: optional(period),
        contributor: few(person)
      })
      .map((resource): Change => ({
        ref: at('CarePlan', `${own}-plan`),
        resource: clean({ status: 'active', intent: 'plan', ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Goal'),
        meta: claim('psi-goal'),
        subject: fc.constant(link('Patient', own)),
        startDate: optional(date)
      })
      .map((resource): Change => ({
        ref: at('Goal', `${own}-goal`),
        resource: clean({ lifecycleStatus: 'active', description: { text: 'g' }, ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Condition'),
        subject: fc.constant(link('Patient', own)),
        recordedDate: optional(date),
        asserter: optional(person)
      })
      .map((resource): Change => ({
        ref: at('Condition', `${own}-condition`),
        resource: clean(resource)
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Observation'),
        meta: claim('psi-evaluation'),
        subject: fc.constant(link('Patient', own)),
        effectivePeriod: optional(period)
      })
      .map((resource): Change => ({
        ref: at('Observation', `${own}-observation`),
        resource: clean({ status: 'final', code: { text: 'o' }, ...resource })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('DocumentReference'),
        meta: claim('psi-meeting-report', 'psi-leaflet'),
        subject: fc.constant(link('Patient', own))
      })
      .map((resource): Change => ({
        ref: at('DocumentReference', `${own}-document`),
        resource: clean({
          status: 'current',
          content: [{ attachment: { title: 'd' } }],
          ...resource
        })
      }))
  ),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Encounter'),
        subject: fc.constantFrom(link('Patient', own), { display: 'unknown' }),
        period: optional(period),
        location: optional(
          entry
            .filter(({ reference }) => reference.startsWith('Location'))
            .map((location) => [{ location }])
        )
      })
      .map((resource): Change => ({
        ref: at('Encounter', `${own}-encounter`),
        resource: clean({ status: 'finished', class: { code: 'AMB' }, ...resource })
      }))
  ),
  fc
    .record({
      resourceType: fc.constant('Appointment'),
      meta: claim('psi-appointment'),
      participant: fc
        .subarray([...patients], { minLength: 1 })
        .map((ids) => ids.map((id) => ({ actor: link('Patient', id), status: 'accepted' }))),
      start: optional(date.map((on) => `${on}T10:00:00Z`))
    })
    .map((resource): Change => ({
      ref: at('Appointment', 'meeting'),
      resource: clean({ status: 'booked', ...resource })
    })),
  fc
    .tuple(
      fc.subarray(['CarePlan/x0-plan', 'Goal/x1-goal', 'Location/l0', 'Condition/x0-condition'], {
        minLength: 1,
        maxLength: 2
      })
    )
    .map(([targets]): Change => ({
      ref: at('Provenance', 'provenance'),
      resource: clean({
        resourceType: 'Provenance',
        target: targets.map((reference) => ({ reference })),
        recorded: '2026-11-01T00:00:00Z',
        agent: [{ who: { display: 'w' } }]
      })
    })),
  patient.chain((own) =>
    fc
      .record({
        resourceType: fc.constant('Patient'),
        managingOrganization: optional(organization.map((id) => link('Organization', id)))
      })
      .map((resource): Change => ({
        ref: at('Patient', own),
        resource: clean({ name: [{ family: own }], ...resource })
      }))
  ),
  patient.map((own): Change => ({
    ref: at('RelatedPerson', `rel-${own}`),
    resource: clean({
      resourceType: 'RelatedPerson',
      name: [{ family: 'r' }],
      patient: link('Patient', own)
    })
  }))
)

export const role = fc
  .record({
    id: fc.constantFrom(...roles),
    active: fc.constantFrom(undefined, true, true, false),
    practitioner: optional(
      fc.constantFrom(...practitioners).map((id) => link('Practitioner', id)),
      85
    ),
    organization: optional(
      organization.map((id) => link('Organization', id)),
      85
    ),
    period: optional(period, 30)
  })
  .map(({ id, ...resource }): Change => ({
    ref: at('PractitionerRole', id),
    resource: clean({ resourceType: 'PractitionerRole', ...resource })
  }))
export const house = fc
  .record({
    id: organization,
    partOf: optional(
      organization.map((id) => link('Organization', id)),
      75
    )
  })
  .map(({ id, ...resource }): Change => ({
    ref: at('Organization', id),
    resource: clean({ resourceType: 'Organization', name: id, ...resource })
  }))
export const place = fc
  .tuple(fc.constantFrom('l0', 'l1'), fc.constantFrom('here', 'there'))
  .map(([id, name]): Change => ({
    ref: at('Location', id),
    resource: clean({ resourceType: 'Location', name })
  }))
