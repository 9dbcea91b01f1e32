/**
 * The key pairs that sign our own access tokens: one per period, in the store, so that all
 * processes share them.
 * The next one is published an hour before its first use, the last one goes when its last token has
 * expired.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { JWK } from 'jose'
import type { Millis } from '../../fhir/resource.ts'
import type { RecordKind } from '../../storage/record-kinds.ts'
import type { Store } from '../../storage/store.ts'

export const signingAlgorithm = 'ES256'

interface SigningKey {
  readonly kid: string
  readonly period: number
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

export interface SigningKeys {
  readonly current: () => Promise<SigningKey>
  readonly find: (kid: unknown) => Promise<JWK | undefined>
  /** https://www.rfc-editor.org/rfc/rfc7517#section-5 */
  readonly published: () => Promise<{ readonly keys: readonly JWK[] }>
}

const kind = 'key' satisfies RecordKind
const hour = 3_600_000
const periodLength = 90 * 24 * hour
const publishedBefore = hour
/** Longest token life and clock skew, generously. */
const keptAfter = 600_000
/**
 * A key that another process has just made is found within this time; guessed key ids cost no more
 * than one look-up in it.
 */
const lookAgainAfter = 1000

const idOf = (period: number): string => `token-signing-${period}`
const periodAt = (now: Millis): number => Math.floor(now / periodLength)

const makeRecord = async (
  period: number
): Promise<{ readonly json: string; readonly expires: Millis }> => {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    json: JSON.stringify({ ...jwk, kid, alg: signingAlgorithm, use: 'sig' }),
    expires: (period + 1) * periodLength + keptAfter
  }
}

const parse = (json: string, period: number): SigningKey => {
  const privateJwk = JSON.parse(json) as JWK & { readonly kid: string }
  const { d: _private, ...publicJwk } = privateJwk
  return { kid: privateJwk.kid, period, privateJwk, publicJwk }
}

interface SigningKeysDeps {
  readonly store: Store
  readonly clock: () => Millis
}

/** The keys of the last, this and the next period, as the store has them. */
const createKeyRing = ({ store, clock }: SigningKeysDeps) => {
  let keys: readonly SigningKey[] = []
  let loadedAt: Millis | undefined

  const load = async (): Promise<void> => {
    const now = clock()
    const periods = [-1, 0, 1].map((step) => periodAt(now) + step)
    const records = await store.records(kind, periods.map(idOf))
    keys = records.flatMap((record, index) => {
      const period = periods[index]
      return record === undefined || period === undefined || (record.expires ?? Infinity) <= now
        ? []
        : [parse(record.json, period)]
    })
    loadedAt = now
  }

  const ensure = async (period: number): Promise<SigningKey> => {
    const known = keys.find((key) => key.period === period)
    if (known !== undefined) return known
    await load()
    if (!keys.some((key) => key.period === period)) {
      await store.putRecordIfAbsent(
        { kind, id: idOf(period), ...(await makeRecord(period)) },
        clock()
      )
      await load()
    }
    const made = keys.find((key) => key.period === period)
    if (made === undefined) {
      throw new Error(`the signing key ${idOf(period)} was written and cannot be read back`)
    }
    return made
  }

  /** Not again within `lookAgainAfter`. */
  const refresh = async (): Promise<void> => {
    if (loadedAt === undefined || Math.abs(clock() - loadedAt) >= lookAgainAfter) await load()
  }
  return { all: () => keys, ensure, refresh }
}

export const createSigningKeys = (deps: SigningKeysDeps): SigningKeys => {
  const { clock } = deps
  const ring = createKeyRing(deps)

  /** The key of now, and near the end of its period the next one too. */
  const current = async (): Promise<SigningKey> => {
    const now = clock()
    const soon = periodAt(now + publishedBefore)
    if (soon !== periodAt(now)) await ring.ensure(soon)
    return await ring.ensure(periodAt(now))
  }

  const find: SigningKeys['find'] = async (kid) => {
    const known = (): JWK | undefined => ring.all().find((key) => key.kid === kid)?.publicJwk
    if (known() === undefined) await ring.refresh()
    return known()
  }

  const published: SigningKeys['published'] = async () => {
    await current()
    await ring.refresh()
    return { keys: ring.all().map(({ publicJwk }) => publicJwk) }
  }

  return { current, find, published }
}
