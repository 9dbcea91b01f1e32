/** Settings as `client add --json` prints them, read back from a file. */
import { hidden, shapeOf } from '../shape.ts'
import type { Settings } from './connection.ts'
import { readJsonFile } from './json-file.ts'

interface PrivateKey {
  readonly kty: string
  readonly d: string
}

const address = {
  type: 'string',
  format: 'address',
  expected: 'an http: or https: address'
} as const
const secret = { type: 'string', minLength: 1, shown: hidden } as const

const shape = shapeOf<Omit<Settings, 'private_jwk'> & { readonly private_jwk: PrivateKey }>(
  {
    type: 'object',
    required: ['client_id', 'token_endpoint', 'fhir_base', 'private_jwk'],
    properties: {
      client_id: { type: 'string', minLength: 1, expected: 'a client id' },
      token_endpoint: address,
      fhir_base: address,
      scope: { type: 'string', nullable: true },
      private_jwk: {
        type: 'object',
        required: ['kty', 'd'],
        properties: { kty: secret, d: { ...secret, expected: 'the private part of the key' } },
        shown: hidden,
        expected: 'a private key as JWK'
      }
    },
    expected: 'an object of settings'
  },
  { address: (text) => /^https?:\/\//.test(text) && URL.canParse(text) }
)

/** @throws CommandError that names what is missing */
export const readSettings = (file: string): Settings =>
  readJsonFile({
    path: file,
    shape,
    name: `The settings ${file}`,
    expected: 'the output of psi-fhir client add --json'
  })
