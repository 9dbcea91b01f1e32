/**
 * What a request of the journal asked for, and whether its caller may see it: the store is asked
 * with the keys of that caller, as it was for the answer.
 */
import type { Millis, Reference, ResourceType, VersionId } from '../../fhir/resource.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { AclFilter, PersonKey, Store, Stored } from '../../storage/store.ts'

/** `some`: whatever there is of a type, or of any, about the persons that the request names. */
export type Asked =
  | { readonly kind: 'one'; readonly ref: Reference; readonly version?: VersionId }
  | { readonly kind: 'some'; readonly type?: ResourceType }

const isType = (text: string | undefined): text is ResourceType =>
  text !== undefined && /^[A-Z][A-Za-z]+$/.test(text)

/** @param path under the base, as the journal keeps it */
export const askedBy = (path: string): Asked => {
  const [first = '', id = '', third, version] = path.split('/')
  const ref = parseReference(`${first}/${id}`)
  if (ref !== undefined && !isType(third)) {
    return third === '_history' && version !== undefined
      ? { kind: 'one', ref, version: version as VersionId }
      : { kind: 'one', ref }
  }
  const type = ref === undefined ? first : third
  return isType(type) ? { kind: 'some', type } : { kind: 'some' }
}

/** `unseen` to that caller; all others are the state at the time of the request. */
export type Verdict = 'seen' | 'unseen' | 'unknown' | 'deleted' | 'later'

/** @param stored what there is, whoever may see it */
export const verdictOnOne = async (
  store: Store,
  { ref, version }: Extract<Asked, { readonly kind: 'one' }>,
  stored: Stored | undefined,
  filter: AclFilter,
  at: Millis
): Promise<Verdict> => {
  if (stored === undefined) return 'unknown'
  if (stored.method === 'POST' && stored.at > at) return 'later'
  const found =
    version === undefined
      ? (await store.read([ref], filter))[0]
      : await store.readVersion(ref, version, filter)
  if (found === undefined) return 'unseen'
  return found.deleted && found.at < at ? 'deleted' : 'seen'
}

const atOnce = 500

/** Whether any record of such a type about the person may be seen. */
export const verdictOnSome = async (
  store: Store,
  { type }: Extract<Asked, { readonly kind: 'some' }>,
  person: PersonKey,
  filter: AclFilter
): Promise<Extract<Verdict, 'seen' | 'unseen' | 'unknown'>> => {
  const refs = (await store.versionsOf(person))
    .filter(
      ({ ref, current, deleted, envelope }) =>
        current &&
        !deleted &&
        envelope.dataClass !== 'directory' &&
        (type === undefined || ref.type === type)
    )
    .map(({ ref }) => ref)
  for (let from = 0; from < refs.length; from += atOnce) {
    const rows = await store.read(refs.slice(from, from + atOnce), filter)
    if (rows.some((row) => row !== undefined && !row.deleted)) return 'seen'
  }
  return refs.length === 0 ? 'unknown' : 'unseen'
}
