/**
 * Where a page ended, carried by the client: sealed, so that it neither tells nor takes anything,
 * and bound to the client and the query.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { FhirError } from '../fhir/fhir-error.ts'
import type { Keyset } from '../search/query.ts'

/** `client`: its id. `query`: what is paged through, without its pages. */
export interface CursorBinding {
  readonly client: string
  readonly query: string
}

const cipher = 'aes-256-gcm'
const ivLength = 12
const tagLength = 16
/** Keysets hold creation numbers of a store that others use too: their size must not show. */
const block = 64

const derive = (key: Uint8Array, use: string): Buffer =>
  createHmac('sha256', key).update(`search cursor ${use}`).digest()

interface Keys {
  readonly seal: Buffer
  readonly nonce: Buffer
}
const derived = new WeakMap<Uint8Array, Keys>()
const keysOf = (key: Uint8Array): Keys => {
  const keys = derived.get(key) ?? { seal: derive(key, 'seal'), nonce: derive(key, 'nonce') }
  derived.set(key, keys)
  return keys
}
const bound = ({ client, query }: CursorBinding): Buffer =>
  Buffer.from(JSON.stringify([client, query]))

/** @param key secret of this server, the same for all its processes */
export const encodeCursor = (
  key: Uint8Array,
  { keyset, ...binding }: CursorBinding & { readonly keyset: Keyset }
): string => {
  const { seal, nonce } = keysOf(key)
  const about = bound(binding)
  const json = JSON.stringify(keyset)
  const plain = Buffer.from(
    json.padEnd(json.length + ((block - (Buffer.byteLength(json) % block)) % block))
  )
  // from the content, so that no nonce serves two texts
  const iv = createHmac('sha256', nonce)
    .update(about)
    .update('\0')
    .update(plain)
    .digest()
    .subarray(0, ivLength)
  const sealing = createCipheriv(cipher, seal, iv).setAAD(about)
  return Buffer.concat([iv, sealing.update(plain), sealing.final(), sealing.getAuthTag()]).toString(
    'base64url'
  )
}

/**
 * @throws FhirError `invalid` for a cursor that was changed, or made for another client or query
 */
export const decodeCursor = (key: Uint8Array, cursor: string, binding: CursorBinding): Keyset => {
  const bytes = Buffer.from(cursor, 'base64url')
  try {
    if (bytes.toString('base64url') !== cursor || bytes.length < ivLength + block + tagLength) {
      throw new Error('not a cursor')
    }
    const opening = createDecipheriv(cipher, keysOf(key).seal, bytes.subarray(0, ivLength), {
      authTagLength: tagLength
    })
      .setAAD(bound(binding))
      .setAuthTag(bytes.subarray(-tagLength))
    const plain = Buffer.concat([
      opening.update(bytes.subarray(ivLength, -tagLength)),
      opening.final()
    ])
    return JSON.parse(plain.toString()) as Keyset
  } catch (cause) {
    throw new FhirError(
      'invalid',
      'This _cursor was not made for this client and query. Take the next link of the last page as it is, or start again without _cursor.',
      { cause, issue: 'value' }
    )
  }
}
