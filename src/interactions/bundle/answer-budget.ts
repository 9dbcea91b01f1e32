/**
 * How much one Bundle may answer: a request of a few kilobytes can ask for gigabytes, a page at a
 * time. https://hl7.org/fhir/R4/http.html#transaction-response
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import type { Context } from '../../exchange/context.ts'

export interface AnswerBudget {
  /** False from the first entry on that no longer fits. */
  readonly take: (entry: BundleEntry) => boolean
  readonly isSpent: () => boolean
  /**
   * The entry as it is answered though it has happened: without content where that no longer fits.
   */
  readonly fitted: (entry: BundleEntry) => BundleEntry
  readonly refusal: () => FhirError
}

/** What stands around the resource. */
const envelope = 200

export const createAnswerBudget = ({ limits: { bundleAnswer: most } }: Context): AnswerBudget => {
  let left = most
  const take = ({ resource }: BundleEntry): boolean => {
    const size = envelope + (resource?.byteLength ?? 0)
    left = left < size ? 0 : left - size
    return left > 0
  }
  return {
    take,
    isSpent: () => left === 0,
    fitted: (entry) => {
      const { resource: _content, ...line } = entry
      return take(entry) ? entry : line
    },
    refusal: () =>
      new FhirError(
        'too-large',
        `Found a Bundle whose answers are longer than ${most} bytes, expected at most that; this entry was not carried out: send it in another Bundle, or ask for less with _count, _summary or _elements.`,
        { issue: 'too-costly' }
      )
  }
}

/** For its entries: pages are smaller, since there are many. */
export const withinBundle = (context: Context): Context => {
  const { limits } = context
  return {
    ...context,
    limits: {
      ...limits,
      page: Math.min(limits.page, limits.bundlePage),
      maxPage: Math.min(limits.maxPage, limits.bundlePage)
    }
  }
}
