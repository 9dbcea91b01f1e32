/**
 * Keys of a client: made here, or brought as a key set that is judged before it is kept.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { JWK } from 'jose'
import type { Client } from '../auth/caller.ts'
import { anything, hidden, shapeOf } from '../shape.ts'
import { CommandError } from './io.ts'
import { readJsonFile } from './json-file.ts'

type PublicKeys = Client['jwks']['keys']

const generated = 'ES384'

export const generateKey = async (): Promise<{
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}> => {
  const { privateKey, publicKey } = await generateKeyPair(generated, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const more = { kid: await calculateJwkThumbprint(jwk), alg: generated, use: 'sig' }
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...more },
    publicJwk: { ...jwk, ...more }
  }
}

const problemOf = async (key: JWK, all: readonly JWK[]): Promise<string | undefined> => {
  if (typeof key.kid !== 'string' || key.kid === '') return 'has no kid; give each key one'
  if (all.filter(({ kid, kty }) => kid === key.kid && kty === key.kty).length > 1) {
    return `shares its kid ${JSON.stringify(key.kid)}; give each key its own`
  }
  if (key.kty !== 'RSA' && !(key.kty === 'EC' && key.crv === 'P-384')) {
    return `is ${String(key.kty)} ${key.crv ?? ''}; expected RSA (RS384) or EC P-384 (ES384)`
  }
  if ('d' in key || 'p' in key) {
    return 'is a private key; send only its public part, and keep it to yourself'
  }
  if (key.kty === 'RSA' && Buffer.from(key.n ?? '', 'base64url').length < 256) {
    return 'is shorter than 2048 bits'
  }
  try {
    await importJWK(key, key.kty === 'RSA' ? 'RS384' : 'ES384')
    return undefined
  } catch {
    return 'cannot be read as a public key'
  }
}

const keySet = shapeOf<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>({
  type: 'object',
  required: ['keys'],
  properties: {
    keys: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: [], additionalProperties: anything, shown: hidden },
      shown: hidden,
      expected: 'a list of one key or more'
    }
  }
})

/** @throws CommandError for a file that is no key set, or holds a key that cannot be used */
export const readKeySet = async (file: string): Promise<PublicKeys> => {
  const { keys } = readJsonFile({
    path: file,
    shape: keySet,
    name: file,
    expected: 'a JSON Web Key Set: {"keys": [{…}]}'
  })
  for (const [index, key] of keys.entries()) {
    const problem = await problemOf(key, keys)
    if (problem !== undefined) throw new CommandError(`Key ${index} of ${file} ${problem}.`)
  }
  return keys
}
