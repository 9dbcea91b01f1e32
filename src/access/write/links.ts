/**
 * Directory entries that a patient's data refer to become visible to whoever may see such data of
 * that patient; this file finds the new links of a batch.
 */
import { isDirectory } from '../../fhir/type-groups.ts'
import type { Reference } from '../../fhir/resource.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type {
  Envelope,
  Fact,
  Expectation,
  Kind,
  Link,
  Put,
  Restamp,
  Store
} from '../../storage/store.ts'
import { counter } from '../counters.ts'
import { personsIn } from '../decision/envelope.ts'
import { system } from '../who/system.ts'

/**
 * Counter of an entry's links and versions: two batches that change the same entry must not lose
 * one another's link.
 */
export const linkCounter = (ref: Reference): string => counter('link', formatReference(ref))

/** A version and what it refers to anywhere, whether a search parameter leads there or not. */
export interface Referring {
  readonly put: Put
  readonly references: readonly Reference[]
}

/** Directory entry → what is known of the data that refer to it in this batch. */
export type Links = ReadonlyMap<string, readonly Link[]>

const kindOf = ({ dataClass, type, profiles }: Fact): Kind => ({
  dataClass,
  type,
  ...(profiles === undefined ? {} : { profiles })
})

/** Without ids and dates many subjects of one version (targets of a Provenance) are the same. */
const linkOf = (facts: readonly Fact[]): Link => {
  const subjects = [
    ...new Map(facts.map((fact) => [JSON.stringify([kindOf(fact), fact.person]), fact])).entries()
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, fact]) => fact)
  return { kinds: subjects.map(kindOf), persons: [subjects.map(({ person }) => person)] }
}

const kindsKey = ({ kinds }: Link): string => JSON.stringify(kinds)

/** @returns `known` itself when it says all of it */
const withLinks = (known: readonly Link[], more: readonly Link[]): readonly Link[] =>
  more.reduce((all, link) => {
    const key = kindsKey(link)
    const at = all.findIndex((each) => kindsKey(each) === key)
    const old = all[at]
    if (old === undefined) return [...all, link]
    const fresh = link.persons.filter(
      (persons) => !old.persons.some((each) => each.join() === persons.join())
    )
    return fresh.length === 0
      ? all
      : all.with(at, { kinds: old.kinds, persons: [...old.persons, ...fresh] })
  }, known)

export const linksOf = (written: readonly Referring[]): Links => {
  const links = new Map<string, readonly Link[]>()
  for (const { put, references } of written) {
    if (put.stored.envelope.facts.length === 0) continue
    const entries = references.filter(({ type }) => isDirectory(type))
    if (entries.length === 0) continue
    const link = linkOf(put.stored.envelope.facts)
    for (const key of entries.map(formatReference)) {
      links.set(key, withLinks(links.get(key) ?? [], [link]))
    }
  }
  return links
}

const linked = (envelope: Envelope, more: readonly Link[]): Envelope => {
  const known = envelope.links ?? []
  const links = withLinks(known, more)
  return links === known ? envelope : { ...envelope, persons: personsIn(links), links }
}

export interface Linked {
  readonly ref: Reference
  readonly version: Restamp['version']
  readonly envelope: Envelope
  readonly expectation: Expectation
}

/** Entries outside the batch to which data of another kind or patient refer. */
export const outsideLinks = async (
  store: Store,
  links: Links,
  inBatch: ReadonlySet<string>
): Promise<readonly Linked[]> => {
  const refs = [...links.keys()]
    .filter((key) => !inBatch.has(key))
    .flatMap((key) => parseReference(key) ?? [])
  if (refs.length === 0) return []
  const counters = await store.counters(refs.map(linkCounter))
  const rows = await store.read(refs, system)
  return refs.flatMap((ref, i) => {
    const row = rows[i]
    if (row === undefined || row.envelope.published === true) return []
    const envelope = linked(row.envelope, links.get(formatReference(ref)) ?? [])
    const expectation = { name: linkCounter(ref), expect: counters[i] ?? 0, bump: true }
    return envelope === row.envelope
      ? []
      : [{ ref: row.ref, version: row.version, envelope, expectation }]
  })
}

/** The batch's own directory entries with what its other entries bring. */
export const relink = (puts: readonly Put[], links: Links): readonly Put[] =>
  puts.map((put) => {
    const more = links.get(formatReference(put.stored.ref))
    return more === undefined || put.stored.envelope.dataClass !== 'directory'
      ? put
      : { ...put, stored: { ...put.stored, envelope: linked(put.stored.envelope, more) } }
  })
