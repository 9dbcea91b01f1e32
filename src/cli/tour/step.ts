/** A step of the tour: one exchange as its user would make it, and whether it went as promised. */
import { isOf } from '../../fhir/elements.ts'
import type { ResourceOf } from '../../fhir/elements.ts'
import type { Resource, ResourceType } from '../../fhir/resource.ts'
import type { Answer, Connection } from '../connection.ts'

export const players = [
  'hopital',
  'habitat',
  'ssm',
  'formation',
  'reseau',
  'referent',
  'monsieur-x'
] as const
export type Player = (typeof players)[number]

export interface Stage {
  readonly as: (player: Player) => Connection
  /** Bundles of fixtures/monsieur-x, as text. */
  readonly fixture: (name: string) => string
  /** What earlier steps found. */
  readonly notes: Map<string, string>
}

export interface StepResult {
  /** `GET CarePlan?patient=…` */
  readonly request: string
  readonly answer: string
  readonly held: boolean
}
export interface Step {
  readonly title: string
  readonly player: Player
  readonly run: (stage: Stage) => Promise<StepResult>
}

interface Entry {
  readonly resource?: Resource
  readonly search?: { readonly mode?: string }
  readonly response?: { readonly status?: string; readonly lastModified?: string }
}

export const entriesOf = (answer: Answer): readonly Entry[] => {
  if (answer.status !== 200) return []
  const { entry } = answer.json() as { entry?: readonly Entry[] }
  return entry ?? []
}

export const resourcesOf = <T extends ResourceType>(
  answer: Answer,
  type: T
): readonly ResourceOf<T>[] =>
  entriesOf(answer).flatMap(({ resource }) =>
    resource !== undefined && isOf(type, resource) ? [resource] : []
  )

/** `CarePlan 1, Goal 3` */
export const countByType = (answer: Answer): string => {
  const counts = new Map<string, number>()
  for (const { resource } of entriesOf(answer)) {
    if (resource !== undefined) {
      counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1)
    }
  }
  return [...counts].map(([type, count]) => `${type} ${String(count)}`).join(', ') || 'nothing'
}

/**
 * What a transaction did: entries whose version is older than the request were left as they were.
 */
export const effectsOf = (
  answer: Answer,
  before: number
): { readonly created: number; readonly updated: number; readonly unchanged: number } => {
  const found = { created: 0, updated: 0, unchanged: 0 }
  for (const { response } of entriesOf(answer)) {
    const fresh = Date.parse(response?.lastModified ?? '') >= before
    if (response?.status?.startsWith('201') === true) found.created += 1
    else if (fresh) found.updated += 1
    else found.unchanged += 1
  }
  return found
}
