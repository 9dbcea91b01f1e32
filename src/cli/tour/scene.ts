/** What the steps of the tour do more than once: push, pull, withdraw. */
import { isOf } from '../../fhir/elements.ts'
import type { ResourceOf } from '../../fhir/elements.ts'
import type { Resource } from '../../fhir/resource.ts'
import { ssinSystem } from '../../psi/canonical.ts'
import { planTypeSystem } from '../../psi/plan-types.ts'
import type { Answer } from '../connection.ts'
import { effectsOf, resourcesOf } from './step.ts'
import type { Stage, Step } from './step.ts'

const ssin = `${ssinSystem}|86051299994`
const planQuery = (patient: string): string =>
  `CarePlan?patient=${patient}&status=active&category=${encodeURIComponent(`${planTypeSystem}|psi`)}&_include=CarePlan:subject&_include=CarePlan:goal&_include=CarePlan:care-team&_include=CarePlan:performer&_revinclude=Appointment:supporting-info`

export const search = async (
  stage: Stage,
  player: Step['player'],
  query: string
): Promise<Answer> => await stage.as(player).request('GET', query)

/** The national number goes in the body of a POST, never in a URL. */
const patientOf = async (stage: Stage, player: Step['player']): Promise<string> => {
  const answer = await stage.as(player).request('POST', 'Patient/_search', {
    body: new URLSearchParams({ identifier: ssin }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' }
  })
  const [patient] = resourcesOf(answer, 'Patient')
  if (patient?.id === undefined) {
    throw new Error(
      `${player} does not find Monsieur X (HTTP ${String(answer.status)}); start the demo with fresh data: psi-fhir demo --reset`
    )
  }
  return patient.id
}

export const push = async (
  stage: Stage
): Promise<{ readonly answer: Answer; readonly effects: ReturnType<typeof effectsOf> }> => {
  const before = Date.now()
  const answer = await stage
    .as('hopital')
    .request('POST', '', { body: stage.fixture('sortie-hopital.json') })
  return { answer, effects: effectsOf(answer, before) }
}

export const said = ({ answer, effects }: Awaited<ReturnType<typeof push>>): string =>
  answer.status === 200
    ? `created ${String(effects.created)}, updated ${String(effects.updated)}, unchanged ${String(effects.unchanged)}`
    : `HTTP ${String(answer.status)} ${answer.text.slice(0, 300)}`

export const requestId = (answer: Answer): string => answer.headers.get('x-request-id') ?? ''

export const activeConsents = async (stage: Stage): Promise<readonly ResourceOf<'Consent'>[]> =>
  resourcesOf(
    await search(
      stage,
      'monsieur-x',
      `Consent?patient=${stage.notes.get('patient') ?? ''}&status=active&identifier=${encodeURIComponent(stage.notes.get('consent') ?? '')}`
    ),
    'Consent'
  )

export const withdraw = async (stage: Stage): Promise<readonly Answer[]> => {
  const answers: Answer[] = []
  for (const consent of await activeConsents(stage)) {
    answers.push(
      await stage.as('monsieur-x').request('PUT', `Consent/${consent.id ?? ''}`, {
        body: JSON.stringify({ ...consent, status: 'inactive' }),
        headers: { 'if-match': `W/"${consent.meta?.versionId ?? ''}"` }
      })
    )
  }
  return answers
}

/** What a plan pull shows, and that it is the plan. */
export const pull = async (
  stage: Stage,
  player: Step['player']
): Promise<{ readonly answer: Answer; readonly plans: readonly ResourceOf<'CarePlan'>[] }> => {
  const answer = await search(stage, player, planQuery(stage.notes.get('patient') ?? ''))
  return { answer, plans: resourcesOf(answer, 'CarePlan') }
}

export const blank = (text: string, id: string): string =>
  text.replaceAll(id, 'ID').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')

export const consentOf = (stage: Stage): { readonly body: string; readonly identifier: string } => {
  const bundle = JSON.parse(stage.fixture('consent-formation.json')) as {
    entry: readonly { resource: Resource }[]
  }
  const consent = bundle.entry
    .map(({ resource }) => resource)
    .find((resource) => isOf('Consent', resource))
  const [identifier] = consent?.identifier ?? []
  return {
    body: JSON.stringify(bundle),
    identifier: `${identifier?.system ?? ''}|${identifier?.value ?? ''}`
  }
}

/** Puts the stage back to how the demo starts, so that the tour can be played again. */
export const prepare = async (stage: Stage): Promise<void> => {
  stage.notes.set('patient', await patientOf(stage, 'monsieur-x'))
  stage.notes.set('consent', consentOf(stage).identifier)
  await withdraw(stage)
}
