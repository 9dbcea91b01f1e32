/**
 * Acls for a batch: of what it writes, of what a changed consent re-stamps, and of the directory
 * entries that a patient's data newly refer to.
 */
import { formatReference } from '../../fhir/reference.ts'
import type { ResourceId } from '../../fhir/resource.ts'
import type { RecordKind } from '../../storage/record-kinds.ts'
import type {
  Envelope,
  Expectation,
  PersonKey,
  Put,
  Restamp,
  Store,
  StoredRecord
} from '../../storage/store.ts'
import { aclOf } from '../decision/acl.ts'
import type { GrantsOf } from '../decision/acl.ts'
import { counter } from '../counters.ts'
import type { Vocabulary } from '../consent/read-consent.ts'
import type { Grants } from '../consent/rules.ts'
import { compileGrants, loadGrants, noGrants } from '../decision/grants.ts'
import { system } from '../who/system.ts'
import { linkCounter, linksOf, outsideLinks, relink } from './links.ts'
import { createSources } from './sources.ts'
import type { Linked, Referring } from './links.ts'

export interface Stamped {
  readonly puts: readonly Put[]
  readonly restamps: readonly Restamp[]
  readonly records: readonly StoredRecord[]
  readonly expectations: readonly Expectation[]
}

const personsOf = (envelopes: readonly Envelope[]): readonly PersonKey[] => [
  ...new Set(envelopes.flatMap(({ persons }) => persons))
]

interface Existing {
  readonly restamps: readonly {
    readonly ref: Restamp['ref']
    readonly version: Restamp['version']
    readonly envelope: Envelope
  }[]
  readonly expectations: readonly Expectation[]
}

/**
 * A former version of a Consent may tell of a denial that is over: it stays between the patient and
 * the custodian, whomever the Consent permits today.
 */
const former = (envelope: Envelope): Envelope =>
  envelope.dataClass === 'consent'
    ? { ...envelope, facts: envelope.facts.map((fact) => ({ ...fact, id: noId })) }
    : envelope
const noId = '' as ResourceId

/**
 * Every stored version about these patients, read after the counters that would tell of a newer
 * one.
 * @param replaced resources that get a new version in this batch
 */
const existing = async (
  store: Store,
  affected: readonly PersonKey[],
  replaced: ReadonlySet<string>
): Promise<Existing> => {
  if (affected.length === 0) return { restamps: [], expectations: [] }
  const names = affected.map((person) => counter('rows', person))
  const counters = await store.counters(names)
  const versions = (
    await Promise.all(affected.map(async (person) => await store.versionsOf(person)))
  ).flat()
  const entries = versions
    .filter(({ envelope, current }) => envelope.dataClass === 'directory' && current)
    .map(({ ref }) => ref)
  const links = entries.length === 0 ? [] : await store.counters(entries.map(linkCounter))
  const rows = entries.length === 0 ? [] : await store.read(entries, system)
  const fresh = new Map(
    rows.flatMap((row) =>
      row === undefined
        ? []
        : [[`${formatReference(row.ref)}/${row.version}`, row.envelope] as const]
    )
  )
  return {
    restamps: versions.map(({ ref, version, envelope, current }) => ({
      ref,
      version,
      envelope:
        fresh.get(`${formatReference(ref)}/${version}`) ??
        (current && !replaced.has(formatReference(ref)) ? envelope : former(envelope))
    })),
    expectations: [
      ...names.map((name, i) => ({ name, expect: counters[i] ?? 0, bump: true })),
      ...entries.map((ref, i) => ({ name: linkCounter(ref), expect: links[i] ?? 0, bump: false }))
    ]
  }
}

/**
 * @param before the batch's versions, without acl yet
 * @param affected patients whose grants change with this batch
 * @param following versions outside the batch of which it changes what is known
 * @returns the whole batch; its expectations make it fail when any input of these decisions has
 * changed by the time it commits
 */
export const stamp = async (
  store: Store,
  before: readonly Referring[],
  affected: readonly PersonKey[],
  following: readonly Linked[],
  vocabulary: Vocabulary
): Promise<Stamped> => {
  const links = linksOf(before)
  const puts = relink(
    before.map(({ put }) => put),
    links
  )
  const inBatch = new Set(puts.map(({ stored }) => formatReference(stored.ref)))
  const old = await existing(store, affected, inBatch)
  const outside = [...(await outsideLinks(store, links, inBatch)), ...following]
  const written = [
    ...puts.map(({ stored }) => stored.envelope),
    ...outside.map(({ envelope }) => envelope)
  ]
  const persons = [
    ...new Set([
      ...affected,
      ...personsOf([...written, ...old.restamps.map(({ envelope }) => envelope)])
    ])
  ]
  const { grants, epochs } = await loadGrants(store, persons)
  const compiled = new Map<PersonKey, Grants>(grants)
  const sources = createSources(store)
  for (const person of affected) {
    compiled.set(person, await compileGrants(store, person, puts, vocabulary, sources.watch))
  }
  const acl = memoised((person) => compiled.get(person) ?? noGrants(person))
  const touched = personsOf(written).filter((person) => !affected.includes(person))
  return {
    puts: puts.map((put) => ({ ...put, acl: acl(put.stored.envelope) })),
    restamps: restampsOf(old, outside, acl),
    records: affected.map((person) => ({
      kind: 'grants' satisfies RecordKind,
      id: person,
      json: JSON.stringify(compiled.get(person))
    })),
    expectations: unique([
      ...persons.map((person, i) => ({
        name: counter('patient', person),
        expect: epochs[i] ?? 0,
        bump: affected.includes(person)
      })),
      ...touched.map((person) => ({ name: counter('rows', person), bump: true })),
      ...outside.map(({ expectation }) => expectation),
      ...old.expectations,
      ...sources.expectations()
    ])
  }
}

const restampsOf = (
  old: Existing,
  outside: readonly Linked[],
  acl: (envelope: Envelope) => Put['acl']
): readonly Restamp[] => {
  const found = new Map<string, Restamp>()
  for (const { ref, version, envelope } of old.restamps) {
    found.set(`${formatReference(ref)}/${version}`, { ref, version, acl: acl(envelope) })
  }
  for (const { ref, version, envelope } of outside) {
    found.set(`${formatReference(ref)}/${version}`, { ref, version, envelope, acl: acl(envelope) })
  }
  return [...found.values()]
}

/** One expectation per name; a bump and an expectation on the same name become one. */
export const unique = (expectations: readonly Expectation[]): readonly Expectation[] => {
  const found = new Map<string, Expectation>()
  for (const expectation of expectations) {
    const other = found.get(expectation.name)
    const expect = expectation.expect ?? other?.expect
    found.set(expectation.name, {
      name: expectation.name,
      bump: expectation.bump || other?.bump === true,
      ...(expect === undefined ? {} : { expect })
    })
  }
  return [...found.values()]
}

/**
 * Within one batch many versions share their facts but for the id, which decides only where a
 * consent names instances.
 */
const memoised = (grantsOf: GrantsOf): ((envelope: Envelope) => Put['acl']) => {
  const known = new Map<string, Put['acl']>()
  const instances = new Map<PersonKey, boolean>()
  const byId = (person: PersonKey): boolean => {
    const found =
      instances.get(person) ?? JSON.stringify(grantsOf(person).consents).includes('"instances"')
    instances.set(person, found)
    return found
  }
  return (envelope) => {
    const facts = envelope.facts.map((fact) =>
      fact.dataClass === 'consent' || byId(fact.person) ? fact : { ...fact, id: '' }
    )
    const key = JSON.stringify([
      envelope.custodian,
      envelope.published,
      envelope.dataClass,
      envelope.links,
      facts
    ])
    const found = known.get(key) ?? aclOf(envelope, grantsOf)
    known.set(key, found)
    return found
  }
}
