/**
 * A registered client's way to a server: token by private_key_jwt, renewed in time, requests
 * repeated while the server says it may be tried again.
 */
import { randomUUID } from 'node:crypto'
import { SignJWT, importJWK } from 'jose'
import type { JWK } from 'jose'
import { hidden, shapeOf } from '../shape.ts'

/** What `client add --json` prints. */
export interface Settings {
  readonly client_id: string
  readonly private_jwk: JWK
  readonly token_endpoint: string
  readonly fhir_base: string
  readonly scope?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: () => unknown
}

export interface Connection {
  readonly settings: Settings
  readonly token: () => Promise<string>
  /** @param path under the FHIR base, or an absolute URL of a link */
  readonly request: (
    method: string,
    path: string,
    options?: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  ) => Promise<Answer>
}

export interface ConnectionDeps {
  readonly fetch: typeof fetch
  readonly clock: () => number
  readonly wait: (ms: number) => Promise<void>
  /**
   * How often a request is repeated after 429, 503 or a broken connection; the caller makes sure
   * that it may be.
   */
  readonly retries: number
  readonly scope?: string
}

const assertionLifetime = 120
/** Seconds before its end at which a token is renewed. */
const margin = 30

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
const tokenAnswer = shapeOf<{ readonly access_token: string; readonly expires_in: number }>({
  type: 'object',
  required: ['access_token', 'expires_in'],
  properties: {
    access_token: { type: 'string', minLength: 1, shown: hidden },
    expires_in: { type: 'number', minimum: 0, expected: 'seconds' }
  }
})

const assertion = async (
  { client_id: client, private_jwk: key, token_endpoint: audience }: Settings,
  now: number
): Promise<string> => {
  const alg = key.alg ?? (key.kty === 'RSA' ? 'RS384' : 'ES384')
  return await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, typ: 'JWT', ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(client)
    .setSubject(client)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + assertionLifetime)
    .sign(await importJWK(key, alg))
}

/**
 * Client credentials grant of SMART Backend Services. @throws Error with the server's own words
 * when it is refused
 */
export const requestToken = async (
  settings: Settings,
  deps: Pick<ConnectionDeps, 'fetch' | 'clock' | 'scope'>
): Promise<{ readonly token: string; readonly expires: number }> => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: deps.scope ?? settings.scope ?? 'system/*.cruds',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(settings, Math.floor(deps.clock() / 1000))
  })
  const answer = await deps.fetch(settings.token_endpoint, { method: 'POST', body: form })
  const body = await answer.text()
  if (answer.status !== 200) {
    throw new Error(
      `${settings.token_endpoint} answered ${String(answer.status)}: ${body.slice(0, 300)}`
    )
  }
  const { value, problems } = tokenAnswer.judge(JSON.parse(body), 'its ')
  if (problems !== undefined) {
    throw new Error(`${settings.token_endpoint} gave no token: ${problems.join('; ')}`)
  }
  return { token: value.access_token, expires: deps.clock() + value.expires_in * 1000 }
}

const pause = (answer: Response | undefined, attempt: number): number => {
  const asked = Number(answer?.headers.get('retry-after'))
  return Number.isFinite(asked) && asked > 0
    ? Math.min(asked, 30) * 1000
    : Math.min(200 * 2 ** attempt, 5000)
}

export const connect = (settings: Settings, deps: ConnectionDeps): Connection => {
  let current: Promise<{ readonly token: string; readonly expires: number }> | undefined
  const token = async (): Promise<string> => {
    const known = await current?.catch(() => undefined)
    if (known !== undefined && known.expires - margin * 1000 > deps.clock()) return known.token
    current = requestToken(settings, deps)
    return (await current).token
  }
  const once = async (
    method: string,
    url: string,
    options: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  ): Promise<Response> =>
    await deps.fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        accept: 'application/fhir+json',
        ...(options.body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...options.headers
      },
      ...(options.body === undefined ? {} : { body: options.body })
    })
  const request: Connection['request'] = async (method, path, options = {}) => {
    const url = /^https?:/.test(path) ? path : `${settings.fhir_base}/${path}`
    for (let attempt = 0; ; attempt++) {
      let answer: Response | undefined
      let failure: unknown
      try {
        answer = await once(method, url, options)
      } catch (error) {
        failure = error
      }
      const again = answer === undefined || answer.status === 503 || answer.status === 429
      if (!again || attempt >= deps.retries) {
        if (answer === undefined) throw failure
        const text = await answer.text()
        return {
          status: answer.status,
          headers: answer.headers,
          text,
          json: () => JSON.parse(text) as unknown
        }
      }
      await answer?.body?.cancel()
      await deps.wait(pause(answer, attempt))
    }
  }
  return { settings, token, request }
}
