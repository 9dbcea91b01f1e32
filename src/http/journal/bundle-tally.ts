/**
 * What the journal hears of a Bundle besides its answer: whom its entries name, and how many of
 * them failed.
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Failure } from '../../exchange/context.ts'
import type { Journal, JournalOutcome } from './journal.ts'

/** Each becomes a row of the journal. */
const mostNamed = 20_000

export interface BundleTally {
  readonly named: ReadonlySet<string>
  readonly facts: () => NonNullable<JournalOutcome['bundle']>
  /** Counts what becomes of a failed entry. */
  readonly counting: (failure: (error: unknown) => Failure) => (error: unknown) => Failure
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>

/** @throws FhirError too-large, before any entry has looked anybody up */
export const tallyBundle = (body: unknown, named: Journal['named']): BundleTally => {
  const { entry } = asObject(body)
  const entries: readonly unknown[] = Array.isArray(entry) ? entry : []
  const patients = new Set<string>()
  for (const each of entries) {
    const { url } = asObject(asObject(each)['request'])
    if (typeof url !== 'string') continue
    const at = url.indexOf('?')
    for (const id of at < 0 ? named(url, '') : named(url.slice(0, at), url.slice(at + 1))) {
      patients.add(id)
    }
    if (patients.size > mostNamed) {
      throw new FhirError(
        'too-large',
        `Found entries that name more than ${mostNamed} patients, expected fewer; send several Bundles.`
      )
    }
  }
  let failed = 0
  let worst = 0
  return {
    named: patients,
    facts: () => ({ entries: entries.length, failed, worst }),
    counting: (failure) => (error) => {
      const found = failure(error)
      failed++
      worst = Math.max(worst, Number.parseInt(found.status, 10))
      return found
    }
  }
}
