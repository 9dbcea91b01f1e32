/**
 * One write in a random world: a Consent, a care team, data of a patient, an entry of the
 * directory. A theme says what is common in it, so that rare rules meet often enough.
 */
import fc from 'fast-check'
import type { ResourceType } from '../../../src/fhir/resource.ts'
import { consent } from './consents.ts'
import { careTeam, data, house, place, role } from './data.ts'
import { at } from './vocabulary.ts'
import type { Change, Theme } from './vocabulary.ts'

const deletable = fc
  .constantFrom(
    ...[
      'Consent/x0-consent-a',
      'Consent/x1-consent-b',
      'CareTeam/x0-team-a',
      'CareTeam/x1-team-b',
      'CarePlan/x0-plan',
      'Goal/x1-goal',
      'Condition/x0-condition',
      'Appointment/meeting',
      'PractitionerRole/r0',
      'PractitionerRole/r1',
      'PractitionerRole/r2',
      'Location/l0',
      'Patient/x1',
      'Provenance/provenance'
    ]
  )
  .map((text): Change => {
    const [type = '', id = ''] = text.split('/')
    return { ref: at(type as ResourceType, id) }
  })

export const change = (theme: Theme): fc.Arbitrary<Change> =>
  fc.oneof(
    { weight: theme.writes.consent, arbitrary: consent(theme) },
    { weight: theme.writes.team, arbitrary: careTeam },
    { weight: theme.writes.data, arbitrary: data },
    { weight: theme.writes.role, arbitrary: role },
    { weight: theme.writes.house, arbitrary: house },
    { weight: theme.writes.place, arbitrary: place },
    { weight: theme.writes.removal, arbitrary: deletable }
  )
