/** Requests for a token with one fault each, and what the log must say of it. */
import { SignJWT, UnsecuredJWT } from 'jose'
import type { makeWorld } from './world.ts'
import { endpoints, formOf, start } from './world.ts'

type Faulty = readonly [what: string, request: () => Promise<unknown>, reason: RegExp]
type World = Awaited<ReturnType<typeof makeWorld>>

const now = start / 1000

export const wrongClaims = ({ ask }: World): readonly Faulty[] => [
  ['another issuer', async () => await ask({ iss: 'someone' }), /iss is "someone"/],
  ['unknown client', async () => await ask({ iss: 'x', sub: 'x' }), /"x" is not registered/],
  [
    'prefix of a client',
    async () => await ask({ iss: 'hospita', sub: 'hospita' }),
    /not registered/
  ],
  [
    'iss as array',
    async () => await ask({ iss: ['hospital'], sub: ['hospital'] }),
    /iss is \["hospital"\]/
  ],
  ['audience', async () => await ask({ aud: endpoints.fhirBase }), /aud is/],
  [
    'several audiences',
    async () => await ask({ aud: [endpoints.token, 'https://other'] }),
    /aud is/
  ],
  ['no exp', async () => await ask({ exp: undefined }), /exp is missing/],
  ['exp in ten years', async () => await ask({ exp: now + 315_360_000 }), /expires in/],
  ['exp beyond five minutes', async () => await ask({ exp: now + 340 }), /expires in 340 s/],
  ['expired', async () => await ask({ exp: now - 31 }), /"exp"/],
  ['not yet valid', async () => await ask({ nbf: now + 120 }), /"nbf"/],
  ['no jti', async () => await ask({ jti: undefined }), /jti is missing/]
]

export const wrongHeaders = ({ ask, auth, claims, holder }: World): readonly Faulty[] => [
  ['no kid', async () => await ask({}, { kid: undefined } as never), /kid is missing/],
  ['unknown kid', async () => await ask({}, { kid: 'key-2' }), /0 registered keys/],
  [
    'jku that is not registered',
    async () => await ask({}, { jku: 'https://attacker.example/jwks' }),
    /jku is "https:\/\/attacker/
  ],
  [
    'an access token as assertion',
    async () => await ask({}, { typ: 'at+jwt' }),
    /typ is "at\+jwt"/
  ],
  [
    'alg none',
    async () => await auth.token(formOf(new UnsecuredJWT(claims()).encode()), 'request-1'),
    /alg is "none"/
  ],
  [
    'HS256 with the public key as secret',
    async () =>
      await auth.token(
        formOf(
          await new SignJWT(claims())
            .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
            .sign(new TextEncoder().encode(JSON.stringify(holder.publicJwk)))
        ),
        'request-1'
      ),
    /alg is "HS256"/
  ]
]

export const wrongForms = ({ ask, auth }: World): readonly Faulty[] => [
  ['not a JWT', async () => await auth.token(formOf('a.b.c'), 'request-1'), /cannot be decoded/],
  [
    'a very long assertion',
    async () => await auth.token(formOf('a'.repeat(20_000)), 'request-1'),
    /characters long/
  ],
  [
    'no assertion',
    async () => await auth.token(formOf(''), 'request-1'),
    /client_assertion is missing/
  ],
  [
    'another assertion type',
    async () => await auth.token(formOf('x', { client_assertion_type: 'x' }), 'request-1'),
    /client_assertion_type/
  ],
  [
    'another client_id',
    async () => await ask({}, {}, { client_id: 'someone' }),
    /client_id is "someone"/
  ]
]
