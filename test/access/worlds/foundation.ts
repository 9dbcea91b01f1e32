/** What every world begins with, so that most writes find what they refer to. */
import { psiCodeSystem } from '../../../src/psi/canonical.ts'
import { at, clean, link, organizations, patients, practitioners, roles } from './vocabulary.ts'
import type { Change } from './vocabulary.ts'
import type { Step, WorldPlan } from './world-plan.ts'

const directory = (publishes: boolean): readonly Step[] => [
  {
    kind: 'write',
    by: 'o0',
    publishes,
    changes: organizations.map((id) => ({
      ref: at('Organization', id),
      resource: clean({ resourceType: 'Organization', name: id })
    }))
  },
  {
    kind: 'write',
    by: 'o0',
    publishes: true,
    changes: practitioners.map((id) => ({
      ref: at('Practitioner', id),
      resource: clean({ resourceType: 'Practitioner' })
    }))
  },
  {
    kind: 'write',
    by: 'o0',
    publishes: true,
    changes: roles.map((id, i) => ({
      ref: at('PractitionerRole', id),
      resource: clean({
        resourceType: 'PractitionerRole',
        practitioner: link('Practitioner', practitioners[i % 2] ?? 'p0'),
        organization: link('Organization', organizations[i + 1] ?? 'o1')
      })
    }))
  },
  {
    kind: 'write',
    by: 'o1',
    publishes: false,
    changes: ['l0', 'l1'].map((id) => ({
      ref: at('Location', id),
      resource: clean({ resourceType: 'Location', name: id })
    }))
  }
]

const recordOf = (id: string): readonly Change[] => [
  {
    ref: at('Patient', id),
    resource: clean({ resourceType: 'Patient', name: [{ family: id }] })
  },
  {
    ref: at('RelatedPerson', `rel-${id}`),
    resource: clean({ resourceType: 'RelatedPerson', patient: link('Patient', id) })
  },
  ...['a', 'b'].map((letter): Change => ({
    ref: at('CareTeam', `${id}-team-${letter}`),
    resource: clean({
      resourceType: 'CareTeam',
      status: 'active',
      subject: link('Patient', id)
    })
  })),
  {
    ref: at('CarePlan', `${id}-plan`),
    resource: clean({
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      subject: link('Patient', id),
      category: [{ coding: [{ system: psiCodeSystem('psi-cs-plan-type'), code: 'psi' }] }]
    })
  },
  {
    ref: at('Goal', `${id}-goal`),
    resource: clean({
      resourceType: 'Goal',
      lifecycleStatus: 'active',
      description: { text: 'g' },
      subject: link('Patient', id)
    })
  },
  {
    ref: at('Condition', `${id}-condition`),
    resource: clean({ resourceType: 'Condition', subject: link('Patient', id) })
  }
]

export const foundation = ({ keepers, publishes }: WorldPlan): readonly Step[] => [
  ...directory(publishes),
  ...patients.map((id): Step => ({
    kind: 'write',
    by: keepers[id] ?? 'o0',
    publishes: false,
    changes: recordOf(id)
  }))
]
