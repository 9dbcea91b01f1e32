/**
 * A write from end to end, in steps: before-images, envelopes, the caller's rights and the acls at
 * once, one commit. Every input of the decision is under an expectation of the batch, so that what
 * commits is what was judged.
 */
import type { Definitions } from '../../definitions/definitions.ts'
import { withOwnReferences } from '../../fhir/reference.ts'
import type { Resource, ResourceId } from '../../fhir/resource.ts'
import type { IndexValues } from '../../search/query.ts'
import type { Expectation, Store } from '../../storage/store.ts'
import type { Vocabulary } from '../consent/reading.ts'
import type { Change, Remember, Written } from '../guarded-store.ts'
import { expectedFacts } from './followers.ts'
import { createGrantsOnce } from './grants-once.ts'
import type { By } from './handed-on.ts'
import { checkToken, judge } from './judge.ts'
import { memory } from './memory.ts'
import { isIdle, prepare, toldOf } from './prepare.ts'
import { putOf, writtenAs } from './put.ts'
import { stamp, unique } from './stamp.ts'
import type { Made } from './stamp.ts'

export interface WriterDeps {
  readonly store: Store
  readonly extract: (resource: Resource) => IndexValues
  readonly newId: () => ResourceId
  readonly zone: string
  readonly base: string
  readonly definitions: Pick<Definitions, 'isType' | 'profile'>
}

export type Writer = (
  by: By,
  changes: readonly Change[],
  expectations?: readonly Expectation[],
  remember?: Remember
) => Promise<readonly Written[]>

/** Before anything is decided, so that no spelling of a reference is a way around the decision. */
const withOwn = (change: Change, base: string): Change =>
  change.kind === 'delete'
    ? change
    : { ...change, resource: withOwnReferences(change.resource, base) }

const kept = (
  { caller, now, recalled }: By,
  remember: Remember | undefined,
  results: readonly Written[]
): readonly ReturnType<typeof memory>[] =>
  remember === undefined ? [] : [memory(caller, remember, recalled(remember.key), results, now)]

export const createWriter = (deps: WriterDeps): Writer => {
  const { store, newId, zone, base, definitions } = deps
  const vocabulary: Vocabulary = {
    zone,
    isType: definitions.isType,
    profiledType: (url) => definitions.profile(url)?.type
  }

  return async (by, sent, expectations = [], remember) => {
    const changes = sent.map((change) => withOwn(change, base))
    checkToken(by.caller, changes)

    const [before, told] = await Promise.all([
      by.beforeImages.of(changes),
      expectedFacts(store, toldOf(changes))
    ])
    const prepared = await prepare(deps, by, changes, before)
    const active = prepared.filter((each) => !isIdle(each))
    const made = active.map((each): Made => ({ ...each, put: putOf(deps, by.now, each) }))

    // Neither waits for what the other reads, unless that may be much; nothing is committed that
    // the judge refuses.
    const grants = createGrantsOnce(store)
    const judged = judge(by, active, changes, grants, vocabulary)
    const [stamped] = await Promise.all([stamp(store, made, grants, vocabulary, judged), judged])

    const puts = new Map(made.map(({ change, put }) => [change, put]))
    const results = prepared.map((each) => writtenAs(each, puts.get(each.change)))
    const memories = kept(by, remember, results)
    await store.commit({
      id: newId(),
      expectations: unique([
        ...stamped.expectations,
        ...before.expectations,
        ...told,
        ...expectations,
        ...memories.map(({ expectation }) => expectation)
      ]),
      puts: stamped.puts,
      restamps: stamped.restamps,
      records: [...stamped.records, ...memories.map(({ record }) => record)],
      audit: [by.auditOf([...new Set(prepared.flatMap(({ envelope }) => envelope.patients))])]
    })
    return results
  }
}
