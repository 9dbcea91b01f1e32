/** Bundles to send, and what their answers tell. */
import { patient } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

export const urn = (n: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${n}`
export const entry = (
  method: string,
  url: string,
  resource?: object,
  more: object = {},
  fullUrl?: string
): object => ({
  ...(fullUrl !== undefined && { fullUrl }),
  request: { method, url, ...more },
  ...(resource !== undefined && { resource })
})
const bundle = (type: string, ...entries: readonly object[]): object => ({
  resourceType: 'Bundle',
  type,
  entry: entries
})
export const post = async (
  { send }: World,
  type: string,
  entries: readonly object[],
  options: object = {}
): Promise<Answer> => await send('POST', '', { body: bundle(type, ...entries), ...options })
export const numbered = (value: string, more: object = {}): object =>
  patient('X', { identifier: [{ system: 'urn:n', value }], ...more })
export const count = async ({ send }: World, query: string): Promise<number> =>
  (await send('GET', `${query}${query.includes('?') ? '&' : '?'}_summary=count`)).body
    .total as number
export const statuses = ({ body }: Answer): string[] =>
  (body.entry as { response: { status: string } }[]).map(({ response }) =>
    response.status.slice(0, 3)
  )
export const idOf = ({ body }: Answer, i: number): string =>
  (body.entry[i].response.location as string).split('/')[1] ?? ''
