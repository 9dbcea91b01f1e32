// One person with plans and a goal, and how a searchset is read.
import { base, createWorld, patient, plan } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

export interface Setting extends World {
  readonly id: string
  readonly plans: readonly string[]
}

export const setting = async (count = 3): Promise<Setting> => {
  const world = await createWorld()
  const {
    body: { id }
  } = await world.send('POST', 'Patient', {
    body: patient('Ångström', {
      identifier: [{ system: 'urn:n', value: '1' }],
      birthDate: '1980-01-01'
    })
  })
  const goal = (
    await world.send('POST', 'Goal', {
      body: {
        resourceType: 'Goal',
        lifecycleStatus: 'active',
        description: { text: 'g' },
        subject: { reference: `Patient/${id as string}` }
      }
    })
  ).body.id as string
  const plans: string[] = []
  for (let i = 0; i < count; i++) {
    const more = {
      title: `plan ${i}`,
      goal: [{ reference: `Goal/${goal}` }],
      period: { start: `2026-0${i + 1}-01` }
    }
    plans.push((await world.send('POST', 'CarePlan', { body: plan(id, more) })).body.id as string)
  }
  return { ...world, id, plans }
}
export type Entry = {
  resource: { id: string; resourceType: string }
  search: { mode: string }
  fullUrl: string
}
export const entries = ({ body }: Answer, mode = 'match'): Entry[] =>
  ((body.entry ?? []) as Entry[]).filter(({ search }) => search.mode === mode)
export const ids = (answer: Answer, mode?: string): string[] =>
  entries(answer, mode).map(({ resource }) => resource.id)
export const link = ({ body }: Answer, relation: string): string | undefined =>
  (body.link as { relation: string; url: string }[]).find((each) => each.relation === relation)?.url
export const under = (url: string | undefined): string => url?.slice(base.length + 1) ?? ''
