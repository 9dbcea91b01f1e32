/** A resource made over HTTP, and what its answer tells. */
import { patient } from '../http/world.ts'
import type { Answer, World } from '../http/world.ts'

export const strange = '00000000-0000-4000-8000-000000000000'
export const made = async (
  { send }: World,
  body: object = patient('X'),
  as = 'a'
): Promise<Answer> =>
  await send('POST', (body as { resourceType: string }).resourceType, { body, as })
export const versionOf = ({ headers }: Answer): string => headers['etag']?.slice(3, -1) ?? ''
