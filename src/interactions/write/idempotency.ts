/**
 * A request sent again under its Idempotency-Key gets the first answer: the client cannot know
 * whether a lost answer meant a lost write.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import type { Remember, Written } from '../../access/guarded-store.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Context, FhirRequest } from '../../exchange/context.ts'

interface Kept<T> {
  readonly fingerprint: string
  readonly answer: T
}

/**
 * @returns the first answer, if there was one. @throws FhirError unprocessable when the key stood
 * for another request
 */
export const recalled = async <T>(
  { store }: Context,
  { idempotency }: FhirRequest
): Promise<T | undefined> => {
  if (idempotency === undefined) return undefined
  const text = await store.recall(idempotency.key)
  if (text === undefined) return undefined
  const { fingerprint, answer } = JSON.parse(text) as Kept<T>
  if (fingerprint === idempotency.fingerprint) return answer
  throw new FhirError(
    'unprocessable',
    `Found the Idempotency-Key ${JSON.stringify(idempotency.key)} on a request that differs from the first one with it, expected a new key; repeat the first request as it was, or choose another key.`
  )
}

/** @returns what is kept with the commit; undefined when the request has no key */
export const remembering = (
  { idempotency }: FhirRequest,
  answer: (written: readonly Written[]) => unknown
): Remember | undefined =>
  idempotency === undefined
    ? undefined
    : {
        key: idempotency.key,
        answer: (written) =>
          JSON.stringify({ fingerprint: idempotency.fingerprint, answer: answer(written) })
      }
