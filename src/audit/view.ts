/**
 * What an entry of the journal tells to whom: the store's rule decides who may read it, this file
 * what of it may name other people. https://profiles.ihe.net/ITI/BALP/
 */
import { actorOf } from '../access/who/actors.ts'
import type { Caller } from '../auth/caller.ts'
import { idPattern } from '../fhir/id.ts'
import type { ResourceId } from '../fhir/resource.ts'
import type { AuditEntry } from '../storage/store.ts'
import type { AuditFacts } from './entry.ts'
import { typeIn } from './named-patients.ts'
import type { NamesPatient } from './named-patients.ts'

export type Reader = Pick<Caller, 'client' | 'user' | 'rights'>

export interface Seen {
  readonly patients: readonly ResourceId[]
  readonly facts: AuditFacts
}

/** Parameters that shape an answer and name nobody. */
const shaping: ReadonlySet<string> = new Set([
  '_include',
  '_include:iterate',
  '_revinclude',
  '_revinclude:iterate',
  '_count',
  '_sort',
  '_summary',
  '_elements',
  '_total',
  '_format',
  '_pretty'
])

const type = '[A-Z][A-Za-z]*'
const operation = '\\$[a-z-]+'
/** Parts after type and id: a version, a search, a compartment's member, an operation. */
const rest = `/_history(?:/${idPattern})?|/_search|/${type}(?:/_search)?|/${operation}`
const plainPath = new RegExp(`^(?:${type}(?:/${idPattern})?(?:${rest})?|${operation})?$`)

const typeOf = (path: string): string => path.split('/', 1)[0] ?? ''

/** Without what was looked for. */
const kindOnly = ({ query: _query, ...facts }: AuditFacts): AuditFacts => ({
  ...facts,
  path: typeOf(facts.path)
})

const namesOnly = (
  own: ResourceId,
  path: string,
  query: string,
  namesPatient: NamesPatient
): boolean =>
  [...new URLSearchParams(query)].every(
    ([name, value]) =>
      shaping.has(name) ||
      (namesPatient(typeIn(path), name) && (value === own || value === `Patient/${own}`))
  )

const withoutQuery = ({ query: _query, ...facts }: AuditFacts): AuditFacts => facts

/**
 * One event per patient, as BALP asks: of a request that touched several people, each hears that it
 * touched them, and nothing about the others.
 */
const forPatient = (
  own: ResourceId,
  { patients }: AuditEntry,
  facts: AuditFacts,
  namesPatient: NamesPatient
): Seen => {
  const alone =
    patients.every((patient) => patient === own) &&
    plainPath.test(facts.path) &&
    (!facts.path.startsWith('Patient/') || facts.path.split('/')[1] === own)
  if (!alone) return { patients: [own], facts: kindOnly(facts) }
  return {
    patients: [own],
    facts:
      facts.query === undefined || namesOnly(own, facts.path, facts.query, namesPatient)
        ? facts
        : withoutQuery(facts)
  }
}

/**
 * A platform counts and meets nobody, here neither; what other clients of its organisation asked
 * for could name people too.
 */
const forPlatform = (reader: Reader, facts: AuditFacts): Seen => ({
  patients: [],
  facts: facts.client === reader.client ? facts : kindOnly(facts)
})

export const seenBy = (
  reader: Reader,
  entry: AuditEntry,
  facts: AuditFacts,
  namesPatient: NamesPatient
): Seen => {
  const { user } = reader
  if (user !== undefined && actorOf(reader).journal === 'own') {
    return forPatient(user.id, entry, facts, namesPatient)
  }
  if (reader.rights.has('platform')) return forPlatform(reader, facts)
  return { patients: entry.patients, facts }
}
