/**
 * Public keys that an issuer or client publishes at a pinned URL: cached, with a grace when the URL
 * is down.
 */
import { createRemoteJWKSet, customFetch, errors } from 'jose'
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import { reasonOf } from '../refusal.ts'

export type RemoteKeys = (
  header: JWSHeaderParameters,
  token: FlattenedJWSInput
) => Promise<CryptoKey>

export interface RemoteKeysDeps {
  readonly url: string
  readonly allowPrivate: boolean
  readonly fetch: GuardedFetch
  readonly clock: () => Millis
  /** Told why the URL could not be read; the caller of the server is not. */
  readonly failed: (reason: string) => void
}

const freshFor = 600_000
const staleFor = 3_600_000
const backOff = 5000
const timeout = 5000
/** An unknown key id makes us look again, at most this often. */
const lookAgainAfter = 30_000

const within = (since: Millis | undefined, duration: number, now: Millis): boolean =>
  since !== undefined && now >= since && now - since < duration

export const createRemoteKeys = ({
  url,
  allowPrivate,
  fetch,
  clock,
  failed
}: RemoteKeysDeps): RemoteKeys => {
  // jose keeps the keys; when to fetch is decided here, by the injected clock.
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeout,
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
    [customFetch]: async (address, options) =>
      await fetch(address, { headers: options.headers, signal: options.signal, allowPrivate })
  })
  let loadedAt: Millis | undefined
  let failedAt: Millis | undefined

  const reload = async (): Promise<void> => {
    if (within(failedAt, backOff, clock())) return
    try {
      await keys.reload()
      loadedAt = clock()
      failedAt = undefined
    } catch (error) {
      failedAt = clock()
      failed(reasonOf(error))
    }
  }

  return async (header, token) => {
    if (!within(loadedAt, freshFor, clock())) await reload()
    if (!within(loadedAt, freshFor + staleFor, clock())) {
      throw new FhirError(
        'unavailable',
        'The keys of the token issuer cannot be read now. Try again in a few seconds.'
      )
    }
    try {
      return await keys(header, token)
    } catch (error) {
      if (
        !(error instanceof errors.JWKSNoMatchingKey) ||
        within(loadedAt, lookAgainAfter, clock())
      ) {
        throw error
      }
      await reload()
      return await keys(header, token)
    }
  }
}
