/**
 * batch: entries stand alone, each with its own answer; the whole is a 200 whatever became of them.
 * https://hl7.org/fhir/R4/http.html#transaction
 */
import { createAnswerBudget, withinBundle } from './answer-budget.ts'
import type { AnswerBudget } from './answer-budget.ts'
import { answerEntry, failureEntry } from './bundle-answer.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import { inEntry, isRead, readItem } from './bundle-entries.ts'
import type { Context, FhirRequest, FhirResponse } from '../../exchange/context.ts'

/** Enough to share commits, few enough to leave room for other callers. */
const atOnce = 16

const answer = async (
  context: Context,
  budget: AnswerBudget,
  entry: unknown,
  index: number,
  prefer: FhirRequest['prefer']
): Promise<BundleEntry> => {
  try {
    const item = readItem(entry, index, prefer)
    const { request } = item
    if (budget.isSpent()) throw budget.refusal()
    const answered = answerEntry(
      context.caller,
      request,
      await context.dispatch(context, request).run()
    )
    if (!isRead(item)) return budget.fitted(answered)
    if (!budget.take(answered)) throw budget.refusal()
    return answered
  } catch (error) {
    return failureEntry(context.failure(inEntry(error, index)))
  }
}

export const batch = async (
  outer: Context,
  entries: readonly unknown[],
  prefer: FhirRequest['prefer']
): Promise<FhirResponse> => {
  const context = withinBundle(outer)
  const budget = createAnswerBudget(context)
  const answers: BundleEntry[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < entries.length; i = next++) {
      answers[i] = await answer(context, budget, entries[i], i, prefer)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, entries.length) }, work))
  return { kind: 'bytes', status: 200, json: bundleBytes({ type: 'batch-response' }, answers) }
}
