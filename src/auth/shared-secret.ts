/**
 * A random secret that all processes on one store share, e.g. to seal page cursors: made by whoever
 * comes first.
 */
import { randomBytes } from 'node:crypto'
import type { Millis } from '../fhir/resource.ts'
import type { RecordKind } from '../storage/record-kinds.ts'
import type { Store } from '../storage/store.ts'

const kind = 'key' satisfies RecordKind
const length = 32

export const sharedSecret = async (
  store: Store,
  name: string,
  now: Millis
): Promise<Uint8Array> => {
  const id = `secret-${name}`
  const read = async (): Promise<Uint8Array | undefined> => {
    const [record] = await store.records(kind, [id])
    return (
      record &&
      Buffer.from((JSON.parse(record.json) as { readonly secret: string }).secret, 'base64url')
    )
  }
  const known = await read()
  if (known !== undefined) return known
  await store.putRecordIfAbsent(
    { kind, id, json: JSON.stringify({ secret: randomBytes(length).toString('base64url') }) },
    now
  )
  const made = await read()
  if (made === undefined) throw new Error(`the secret ${id} was written and cannot be read back`)
  return made
}
