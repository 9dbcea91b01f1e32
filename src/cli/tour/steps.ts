/**
 * The tour: a push, a repeat, a pull, a refusal, its reason, a consent, a pull, a withdrawal, the
 * journal, the caseload.
 */
import {
  activeConsents,
  blank,
  consentOf,
  pull,
  push,
  requestId,
  said,
  search,
  withdraw
} from './scene.ts'
import { countByType, entriesOf, resourcesOf } from './step.ts'
import type { Step, StepResult } from './step.ts'

interface Part {
  readonly name: string
  readonly valueBoolean?: boolean
  readonly valueString?: string
  readonly part?: readonly Part[]
}

const result = (request: string, answer: string, held: boolean): StepResult => ({
  request,
  answer,
  held
})

export const steps: readonly Step[] = [
  {
    title: 'The hospital pushes its part of the plan at discharge',
    player: 'hopital',
    run: async (stage) => {
      const pushed = await push(stage)
      return result(
        'POST /fhir (transaction, sortie-hopital.json)',
        said(pushed),
        pushed.answer.status === 200
      )
    }
  },
  {
    title: 'The same push again changes nothing',
    player: 'hopital',
    run: async (stage) => {
      const pushed = await push(stage)
      const { created, updated, unchanged } = pushed.effects
      return result(
        'POST /fhir (the same transaction)',
        said(pushed),
        pushed.answer.status === 200 && created + updated === 0 && unchanged > 0
      )
    }
  },
  {
    title: 'The mental-health centre pulls the plan with all it refers to',
    player: 'ssm',
    run: async (stage) => {
      const { answer, plans } = await pull(stage, 'ssm')
      stage.notes.set('plan', plans[0]?.id ?? '')
      return result(
        'GET /fhir/CarePlan?patient=…&status=active&category=…|psi&_include=…',
        `${countByType(answer)} · allowed by consent`,
        plans.length === 1 && resourcesOf(answer, 'Goal').length > 0
      )
    }
  },
  {
    title: 'The training service is not named in any consent: nothing, as if there were nothing',
    player: 'formation',
    run: async (stage) => {
      const { answer } = await pull(stage, 'formation')
      stage.notes.set('refused', requestId(answer))
      const plan = stage.notes.get('plan') ?? ''
      const unknown = '00000000-0000-4000-8000-000000000000'
      const read = await search(stage, 'formation', `CarePlan/${plan}`)
      const never = await search(stage, 'formation', `CarePlan/${unknown}`)
      const alike =
        read.status === 404 &&
        never.status === 404 &&
        blank(read.text, plan) === blank(never.text, unknown)
      return result(
        'GET the same, then the plan by its id',
        `${countByType(answer)} · read ${String(read.status)}, ${alike ? 'the very answer for an unknown id' : 'DIFFERENT from an unknown id'}`,
        answer.status === 200 && entriesOf(answer).length === 0 && alike
      )
    }
  },
  {
    title: 'The operator asks why',
    player: 'reseau',
    run: async (stage) => {
      const answer = await search(
        stage,
        'reseau',
        `$explain?request=${stage.notes.get('refused') ?? ''}`
      )
      const text = answer.text
      const { parameter } =
        answer.status === 200
          ? (answer.json() as { parameter: readonly Part[] })
          : { parameter: [] }
      const steps =
        parameter
          .find(({ name }) => name === 'explanation')
          ?.part?.find(({ name }) => name === 'patient')?.part ?? []
      const line = steps
        .flatMap(({ name, part }) =>
          part === undefined
            ? []
            : [
                `${name} ${part.find((each) => each.name === 'holds')?.valueBoolean === true ? '✔' : `✘ (${part.find((each) => each.name === 'reason')?.valueString ?? ''})`}`
              ]
        )
        .join(', ')
      return result(
        'GET /fhir/$explain?request=…',
        line === '' ? `HTTP ${String(answer.status)} ${text.slice(0, 200)}` : line,
        /consent ✘/.test(line)
      )
    }
  },
  {
    title: 'Monsieur X lets the training service see his plan',
    player: 'monsieur-x',
    run: async (stage) => {
      const answer = await stage
        .as('monsieur-x')
        .request('POST', '', { body: consentOf(stage).body })
      const active = await activeConsents(stage)
      return result(
        'POST /fhir (Consent for the training service)',
        answer.status === 200
          ? `Consent/${active[0]?.id ?? ''} active`
          : `HTTP ${String(answer.status)} ${answer.text.slice(0, 300)}`,
        answer.status === 200 && active.length === 1
      )
    }
  },
  {
    title: 'The next request of the training service sees the plan, and not the crisis plan',
    player: 'formation',
    run: async (stage) => {
      const { answer, plans } = await pull(stage, 'formation')
      const crisis = resourcesOf(
        await search(
          stage,
          'formation',
          `CarePlan?patient=${stage.notes.get('patient') ?? ''}&part-of=${stage.notes.get('plan') ?? ''}`
        ),
        'CarePlan'
      )
      return result(
        'GET /fhir/CarePlan?patient=…',
        countByType(answer),
        plans.length === 1 && crisis.length === 0
      )
    }
  },
  {
    title: 'He takes it back: the next request sees nothing',
    player: 'monsieur-x',
    run: async (stage) => {
      const answers = await withdraw(stage)
      const { answer } = await pull(stage, 'formation')
      const link = await search(
        stage,
        'formation',
        `CarePlan/${stage.notes.get('plan') ?? ''}/_history`
      )
      return result(
        'PUT /fhir/Consent/… (inactive); the training service pulls again',
        `withdrawn · ${countByType(answer)} · history ${String(link.status)}`,
        answers.length === 1 &&
          answers.every(({ status }) => status === 200) &&
          entriesOf(answer).length === 0 &&
          link.status === 404
      )
    }
  },
  {
    title: 'Monsieur X reads who looked',
    player: 'monsieur-x',
    run: async (stage) => {
      const answer = await search(
        stage,
        'monsieur-x',
        `AuditEvent?patient=${stage.notes.get('patient') ?? ''}&_count=200`
      )
      const events = resourcesOf(answer, 'AuditEvent')
      const refused = stage.notes.get('refused') ?? ''
      return result(
        'GET /fhir/AuditEvent?patient=…',
        `${String(events.length)} entries, the refused pull among them: ${events.some((event) => JSON.stringify(event).includes(refused)) ? 'yes' : 'no'}`,
        events.length > 0 &&
          refused !== '' &&
          events.some((event) => JSON.stringify(event).includes(refused))
      )
    }
  },
  {
    title: 'The référent opens the caseload',
    player: 'referent',
    run: async (stage) => {
      const role = stage.notes.get('referent') ?? ''
      const answer = await search(stage, 'referent', `${role}/$caseload`)
      return result(
        `GET /fhir/${role.split('/')[0] ?? ''}/…/$caseload`,
        countByType(answer),
        answer.status === 200 && resourcesOf(answer, 'CarePlan').length === 1
      )
    }
  },
  {
    title: 'The region counts; cells under five are hidden',
    player: 'reseau',
    run: async (stage) => {
      const role = stage.notes.get('referent') ?? ''
      const answer = await search(stage, 'reseau', `${role}/$caseload`)
      const counts =
        answer.status === 200
          ? ((
              answer.json() as {
                parameter?: readonly { part?: readonly { name: string; valueInteger?: number }[] }[]
              }
            ).parameter ?? [])
          : []
      const shown = counts
        .flatMap(({ part }) => part ?? [])
        .filter(({ valueInteger }) => valueInteger !== undefined && valueInteger < 5)
      return result(
        `GET /fhir/${role.split('/')[0] ?? ''}/…/$caseload`,
        answer.status === 200
          ? `Parameters for ${String(counts.length)} référent, every cell under five hidden`
          : `HTTP ${String(answer.status)}`,
        answer.status === 200 &&
          counts.length === 1 &&
          !answer.text.includes('"resourceType":"Patient"') &&
          shown.length === 0
      )
    }
  }
]
