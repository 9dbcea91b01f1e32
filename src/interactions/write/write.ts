/** One write: both its halves (exchange/context.ts), its commit and its answer. */
import type { Remember, Written } from '../../access/guarded-store.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import type { Reference, VersionId } from '../../fhir/resource.ts'
import type { Expectation, Stored } from '../../storage/store.ts'
import type {
  Context,
  FhirResponse,
  Interaction,
  Located,
  Outcome,
  Writing
} from '../../exchange/context.ts'
import { recalled, remembering } from './idempotency.ts'
import { notFound } from '../../exchange/refusal.ts'

const respond = (written: Written, issues: readonly Issue[]): FhirResponse => {
  const { outcome, stored } = written
  if (outcome === 'deleted' || outcome === 'absent' || stored === undefined) {
    return {
      kind: 'empty',
      status: 204,
      ...(outcome === 'deleted' && stored !== undefined && { stored })
    }
  }
  return {
    kind: 'stored',
    status: outcome === 'created' ? 201 : 200,
    stored,
    created: outcome === 'created',
    issues
  }
}

/** What a conditional write answers that found its work done. */
const unchanged = (current: Stored | undefined): FhirResponse =>
  current === undefined
    ? { kind: 'empty', status: 204 }
    : { kind: 'stored', status: 200, stored: current }

export const answer = (
  located: Located,
  outcome: Outcome,
  written: Written | undefined
): FhirResponse =>
  written === undefined ? unchanged(located.current) : respond(written, outcome.issues ?? [])

/** What is kept of an answer: enough to give it again to whoever may still see the resource. */
interface Kept {
  readonly status: 200 | 201 | 204
  readonly version?: VersionId
  readonly ref: Reference
}

const keep = (ref: Reference, response: FhirResponse): Kept => ({
  ref,
  status: response.kind === 'stored' ? response.status : 204,
  ...(response.kind === 'stored' && { version: response.stored.version })
})

const again = async (context: Context, { status, ref, version }: Kept): Promise<FhirResponse> => {
  const stored = version === undefined ? undefined : await context.store.readVersion(ref, version)
  if (version === undefined || status === 204) return { kind: 'empty', status: 204 }
  if (stored === undefined) throw notFound(ref)
  return { kind: 'stored', status, stored, created: status === 201 }
}

export const writing =
  (parts: Writing): Interaction =>
  async (context, request, target) =>
    await context.serial(parts.keys(context, request, target), async () => {
      const first = await recalled<Kept>(context, request)
      if (first !== undefined) return await again(context, first)
      const located = await parts.locate(context, request, target)
      const outcome = await parts.change(context, request, located)
      if (outcome.change === undefined) return answer(located, outcome, undefined)
      const remember = remembering(request, ([written]) =>
        keep(located.ref, answer(located, outcome, written))
      )
      const [written] = await commit(context, [outcome], located.expectations, remember)
      return answer(located, outcome, written)
    })

export const commit = async (
  { store }: Context,
  outcomes: readonly Outcome[],
  expectations: readonly Expectation[],
  remember?: Remember
): Promise<readonly Written[]> => {
  const changes = outcomes.flatMap(({ change }) => change ?? [])
  return await store.write(changes, expectations, remember)
}
