/**
 * Two organisations on the whole application and the embedded store: P1 is A's, P2 is known to B
 * alone and every record of it carries B's mark.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test as Tap } from 'tap'
import type { Caller } from '../../../src/auth/caller.ts'
import { FhirError } from '../../../src/fhir/fhir-error.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/open.ts'
import { callerOf, createWorld } from '../../http/world.ts'
import type { Answer, Send, World } from '../../http/world.ts'

export const mark = 'CANARY-OF-B'
export const ssin = 'https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin'
export const registry = 'https://example.org/register'
export const unused = '11111111-2222-4333-8444-555555555555'
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

const directory = await mkdtemp(join(tmpdir(), 'psi-attacks-'))
const store = await openSqliteStore({ directory, now: Date.now })
t.teardown(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

export const callers = new Map<string, Caller>(
  Object.entries({
    a: callerOf('org-a', 'system/*.cruds', ['record-consents']),
    'a-without-right': callerOf('org-a'),
    'a-reads-patients': callerOf('org-a', 'system/Patient.rs'),
    b: callerOf('org-b', 'system/*.cruds', ['record-consents']),
    operator: callerOf('network', 'system/*.cruds', ['operator', 'directory'])
  })
)
export const { send } = await createWorld({
  wrap: () => store,
  authenticate: async ({ authorization }) => {
    const caller = callers.get(authorization?.replace('Bearer ', '') ?? '')
    if (caller === undefined) throw new FhirError('unauthenticated', 'There is no access token.')
    return caller
  }
})

let scanned = 0
export const scannedAnswers = (): number => scanned
/** As A, who must never receive a mark of B. */
export const asA = async (method: string, path: string, options: Send = {}): Promise<Answer> => {
  const answer = await send(method, path, { as: 'a', ...options })
  scanned++
  const sent = JSON.stringify([path, options])
  if (
    !sent.includes(mark) &&
    (answer.text.includes(mark) || JSON.stringify(answer.headers).includes(mark))
  ) {
    t.fail(`${method} ${path} told A what only B knows: ${answer.text}`)
  }
  return answer
}
export const asB: World['send'] = async (method, path, options = {}) =>
  await send(method, path, { as: 'b', ...options })

export interface Body {
  readonly resourceType: string
  readonly [element: string]: unknown
}
export const create = async (by: typeof asB, resource: Body): Promise<Answer['body']> => {
  const { status, body, text } = await by('POST', resource.resourceType, { body: resource })
  if (status !== 201) throw new Error(`${resource.resourceType}: ${String(status)} ${text}`)
  return body
}

export const about = (patient: { readonly id: string }): object => ({
  subject: { reference: `Patient/${patient.id}` }
})
export const planOf = (patient: { readonly id: string }, title: string, more: object = {}) => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  title,
  ...about(patient),
  ...more
})
export const goalOf = (patient: { readonly id: string }, text: string, more: object = {}) => ({
  resourceType: 'Goal',
  lifecycleStatus: 'active',
  description: { text },
  ...about(patient),
  ...more
})

export const clean = ({ status, headers, text }: Answer, id: string): object => {
  const { 'x-request-id': _request, date: _date, 'content-length': _length, ...rest } = headers
  const blank = (said: string): string => said.replaceAll(id, '<id>').replace(uuid, '<fresh>')
  return { status, headers: JSON.parse(blank(JSON.stringify(rest))) as object, text: blank(text) }
}

/** The answer about a hidden id is that about an id that was never given. */
export const likeUnknown = async (
  t: Tap,
  id: string,
  method: string,
  path: (id: string) => string,
  options: (id: string) => Send = () => ({})
): Promise<Answer> => {
  const hidden = await asA(method, path(id), options(id))
  t.same(
    clean(hidden, id),
    clean(await asA(method, path(unused), options(unused)), unused),
    `${method} ${path('<id>')}`
  )
  return hidden
}

export const p1 = await create(asA, {
  resourceType: 'Patient',
  name: [{ family: 'Shared' }],
  identifier: [{ system: registry, value: 'P1' }]
})
export const plan1 = await create(
  asA,
  planOf(p1, 'shared plan', { period: { start: '2026-01-01' } })
)
export const p2 = await create(asB, {
  resourceType: 'Patient',
  name: [{ family: mark }],
  identifier: [
    { system: registry, value: 'P2' },
    { system: ssin, value: '00000000128' }
  ]
})
export const goal2 = await create(asB, goalOf(p2, `${mark} goal`))
export const team2 = await create(asB, {
  resourceType: 'CareTeam',
  status: 'active',
  name: `${mark} team`,
  ...about(p2)
})
export const plan2 = await create(
  asB,
  planOf(p2, `${mark} plan`, {
    goal: [{ reference: `Goal/${goal2.id}` }],
    careTeam: [{ reference: `CareTeam/${team2.id}` }],
    period: { start: '2026-03-01' }
  })
)
export const version2: string = plan2.meta.versionId
export const visibleToB = async (path: string): Promise<boolean> =>
  (await asB('GET', path)).text.includes(mark)
