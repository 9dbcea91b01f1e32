/**
 * transaction: all entries or none, in one commit. https://hl7.org/fhir/R4/http.html#transaction
 */
import { setImmediate } from 'node:timers/promises'
import { formatReference } from '../../fhir/reference.ts'
import type { Written } from '../../access/guarded-store.ts'
import type { Resource } from '../../fhir/resource.ts'
import { createAnswerBudget, withinBundle } from './answer-budget.ts'
import type { AnswerBudget } from './answer-budget.ts'
import { answerEntry, failureEntry } from './bundle-answer.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry, EntryResponse } from '../../exchange/bundle-bytes.ts'
import { inEntry, isRead, readItem } from './bundle-entries.ts'
import type { BundleItem } from './bundle-entries.ts'
import { resolveConditionalReferences } from './conditional-references.ts'
import type { Planned } from './conditional-references.ts'
import type { Context, FhirRequest, FhirResponse, Outcome } from '../../exchange/context.ts'
import { recalled, remembering } from '../write/idempotency.ts'
import { rewriteLinks } from './links.ts'
import { linkEntries } from './transaction-links.ts'
import { locateAll, readWrites, runAs } from './transaction-writes.ts'
import type { EntryWrite, LocatedWrite } from './transaction-writes.ts'
import { answer, commit } from '../write/write.ts'

/**
 * Others get their turn after so many entries: validating a whole transaction takes longer than one
 * may hold the event loop.
 */
const entriesPerTurn = 40

const isResource = (body: unknown): body is Resource =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

interface Linked {
  readonly write: LocatedWrite
  readonly request: FhirRequest
}

/**
 * Links to other entries first, then conditional references, which may lead to what this
 * transaction creates.
 */
const link = async (
  context: Context,
  writes: readonly LocatedWrite[]
): Promise<{
  readonly linked: readonly Linked[]
  readonly expectations: LocatedWrite['located']['expectations']
}> => {
  const { bodies, references } = linkEntries(context, writes, ({ index }, run) => {
    try {
      return run()
    } catch (error) {
      throw inEntry(error, index)
    }
  })
  const planned = writes.flatMap(({ located, item, repeats }, i): Planned[] => {
    const body = bodies[i]
    return item.request.method !== 'DELETE' && repeats === undefined && isResource(body)
      ? [{ ref: located.ref, isNew: located.current === undefined, resource: body }]
      : []
  })
  const { links, expectations } = await resolveConditionalReferences(context, references, planned)
  const linked = writes.map((write, i) => {
    const body =
      links.size === 0
        ? bodies[i]
        : rewriteLinks(context.definitions.structures, bodies[i], (text) => links.get(text))
    return {
      write,
      request: body === undefined ? write.item.request : { ...write.item.request, body }
    }
  })
  return { linked, expectations }
}

const decide = async (context: Context, linked: readonly Linked[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const [i, { write, request }] of linked.entries()) {
    if (i > 0 && i % entriesPerTurn === 0) await setImmediate()
    outcomes.push(
      write.repeats === undefined
        ? await runAs(
            write.item,
            async () => await write.parts.change(context, request, write.located)
          )
        : {}
    )
  }
  return outcomes
}

const readOnce = async (
  context: Context,
  budget: AnswerBudget,
  item: BundleItem
): Promise<BundleEntry> => {
  if (budget.isSpent()) throw budget.refusal()
  const entry = answerEntry(
    context.caller,
    item.request,
    await context.dispatch(context, item.request).run()
  )
  if (!budget.take(entry)) throw budget.refusal()
  return entry
}

/**
 * GETs see what the transaction wrote. One that would fail anyway, or all together answer too much,
 * fails the whole before anything is written.
 */
const tryReads = async (
  context: Context,
  reads: readonly BundleItem[],
  changed: ReadonlySet<string>
): Promise<void> => {
  const budget = createAnswerBudget(context)
  for (const item of reads) {
    if (!changed.has(item.request.path)) {
      await runAs(item, async () => await readOnce(context, budget, item))
    }
  }
}

const readAfter = async (
  context: Context,
  budget: AnswerBudget,
  item: BundleItem
): Promise<BundleEntry> => {
  try {
    return await readOnce(context, budget, item)
  } catch (error) {
    return failureEntry(context.failure(inEntry(error, item.index)))
  }
}

const writeAnswers = (
  context: Context,
  linked: readonly Linked[],
  outcomes: readonly Outcome[],
  written: readonly Written[]
): Map<BundleItem, BundleEntry> => {
  const answers = new Map<BundleItem, BundleEntry>()
  const results = new Map<BundleItem, Written | undefined>()
  let next = 0
  outcomes.forEach(({ change }, i) => {
    const item = linked[i]?.write.item
    if (item !== undefined) results.set(item, change === undefined ? undefined : written[next++])
  })
  linked.forEach(({ write: { item, located, repeats }, request }, i) => {
    const first = repeats === undefined ? undefined : results.get(repeats)?.stored
    const found = first === undefined ? located : { ...located, current: first }
    answers.set(
      item,
      answerEntry(context.caller, request, answer(found, outcomes[i] ?? {}, results.get(item)))
    )
  })
  return answers
}

/** What is kept under an Idempotency-Key: the answers of the writing entries, without resources. */
type Kept = readonly (readonly [number, EntryResponse | undefined])[]

const keep = (answers: ReadonlyMap<BundleItem, BundleEntry>): Kept =>
  [...answers].map(([{ index }, { response }]) => [index, response])

const again = (writes: readonly EntryWrite[], kept: Kept): Map<BundleItem, BundleEntry> => {
  const responses = new Map(kept)
  return new Map(
    writes.map(({ item }) => {
      const response = responses.get(item.index)
      return [item, response === undefined ? {} : { response }]
    })
  )
}

const writeAll = async (
  context: Context,
  request: FhirRequest,
  writes: readonly EntryWrite[],
  reads: readonly BundleItem[]
): Promise<Map<BundleItem, BundleEntry>> => {
  const first = await recalled<Kept>(context, request)
  if (first !== undefined) return again(writes, first)
  const located = await locateAll(context, writes)
  const { linked, expectations } = await link(context, located)
  const outcomes = await decide(context, linked)
  await tryReads(
    context,
    reads,
    new Set(located.map(({ located: { ref } }) => formatReference(ref)))
  )
  if (outcomes.every(({ change }) => change === undefined)) {
    return writeAnswers(context, linked, outcomes, [])
  }
  const remember = remembering(request, (written) =>
    keep(writeAnswers(context, linked, outcomes, written))
  )
  const written = await commit(
    context,
    outcomes,
    [...located.flatMap((write) => write.located.expectations), ...expectations],
    remember
  )
  return writeAnswers(context, linked, outcomes, written)
}

/** Nothing is written, so one look is enough. */
const readAll = async (
  context: Context,
  reads: readonly BundleItem[]
): Promise<Map<BundleItem, BundleEntry>> => {
  const budget = createAnswerBudget(context)
  const answers = new Map<BundleItem, BundleEntry>()
  for (const item of reads) {
    answers.set(item, await runAs(item, async () => await readOnce(context, budget, item)))
  }
  return answers
}

const writeThenRead = async (
  context: Context,
  request: FhirRequest,
  writes: readonly EntryWrite[],
  reads: readonly BundleItem[]
): Promise<Map<BundleItem, BundleEntry>> => {
  const budget = createAnswerBudget(context)
  const answers = await writeAll(context, request, writes, reads)
  for (const [item, entry] of answers) answers.set(item, budget.fitted(entry))
  for (const item of reads) answers.set(item, await readAfter(context, budget, item))
  return answers
}

export const transaction = async (
  outer: Context,
  entries: readonly unknown[],
  request: FhirRequest
): Promise<FhirResponse> => {
  const context = withinBundle(outer)
  const items = entries.map((entry, i) => readItem(entry, i, request.prefer))
  const reads = items.filter(isRead)
  const writes = await readWrites(
    context,
    items.filter((item) => !isRead(item))
  )
  return await context.serial(
    writes.flatMap(({ parts, item, target }) => parts.keys(context, item.request, target)),
    async () => {
      const answers =
        writes.length === 0
          ? await readAll(context, reads)
          : await writeThenRead(context, request, writes, reads)
      return {
        kind: 'bytes',
        status: 200,
        json: bundleBytes(
          { type: 'transaction-response' },
          items.flatMap((item) => answers.get(item) ?? [])
        )
      }
    }
  )
}
