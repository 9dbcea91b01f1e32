/** Directory entries that a patient's data refer to become visible to whoever may see data of that patient; this file finds the new links of a batch. */
import { isDirectory } from '../../fhir/data-class.ts'
import type { Reference } from '../../fhir/resource.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type { Envelope, Guard, PersonKey, Put, Restamp, Store } from '../../storage/store.ts'
import { system } from '../system.ts'

/** Counter of an entry's links and versions: two batches that change the same entry must not lose one another's link. */
export const linkGuard = (ref: Reference): string => `link/${formatReference(ref)}`

/** A version and what it refers to anywhere, whether a search parameter leads there or not. */
export interface Referring { readonly put: Put, readonly references: readonly Reference[] }

export type Links = ReadonlyMap<string, ReadonlySet<PersonKey>>

/** Directory entry → patients whose data refer to it in this batch. */
export const linksOf = (written: readonly Referring[]): Links => {
  const links = new Map<string, Set<PersonKey>>()
  for (const { put, references } of written) {
    if (put.stored.envelope.patients.length === 0) continue
    for (const ref of references.filter(({ type }) => isDirectory(type))) {
      const key = formatReference(ref)
      const persons = links.get(key) ?? new Set()
      put.stored.envelope.persons.forEach((person) => persons.add(person))
      links.set(key, persons)
    }
  }
  return links
}

const withPersons = (envelope: Envelope, persons: Iterable<PersonKey>): Envelope => ({ ...envelope, persons: [...new Set([...envelope.persons, ...persons])].sort() })

export interface Linked { readonly ref: Reference, readonly version: Restamp['version'], readonly envelope: Envelope, readonly guard: Guard }

/** Entries outside the batch that gain a patient. */
export const outsideLinks = async (store: Store, links: Links, inBatch: ReadonlySet<string>): Promise<readonly Linked[]> => {
  const refs = [...links.keys()].filter((key) => !inBatch.has(key)).flatMap((key) => parseReference(key) ?? [])
  if (refs.length === 0) return []
  const counters = await store.guards(refs.map(linkGuard))
  const rows = await store.read(refs, system)
  return refs.flatMap((ref, i) => {
    const row = rows[i]
    const persons = links.get(formatReference(ref))
    if (row === undefined || persons === undefined || row.envelope.published === true || [...persons].every((person) => row.envelope.persons.includes(person))) return []
    const guard = { name: linkGuard(ref), expect: counters[i] ?? 0, bump: true }
    return [{ ref: row.ref, version: row.version, envelope: withPersons(row.envelope, persons), guard }]
  })
}

/** The batch's own directory entries with the patients that its other entries bring. */
export const relink = (puts: readonly Put[], links: Links): readonly Put[] => puts.map((put) => {
  const persons = links.get(formatReference(put.stored.ref))
  return persons === undefined || put.stored.envelope.dataClass !== 'directory'
    ? put
    : { ...put, stored: { ...put.stored, envelope: withPersons(put.stored.envelope, persons) } }
})
