/**
 * Acls for a batch: of what it writes, of what a changed consent re-stamps, and of the directory
 * entries that a patient's data newly refer to.
 */
import { formatReference } from '../../fhir/reference.ts'
import type { Reference, ResourceId } from '../../fhir/resource.ts'
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
import type { Vocabulary } from '../consent/reading.ts'
import type { Grants } from '../consent/rules.ts'
import { compileGrants } from '../decision/grants.ts'
import { system } from '../who/system.ts'
import { affectedPersons } from './affected.ts'
import type { Changed } from './affected.ts'
import { followers } from './followers.ts'
import type { GrantsOnce } from './grants-once.ts'
import { linkCounter, linksOf, outsideLinks, relink } from './links.ts'
import type { Linked } from './links.ts'
import type { Prepared } from './handed-on.ts'
import type { Found } from './references.ts'
import { createSources } from './sources.ts'

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

/** A change with the version that it makes, without acl yet. */
export interface Made extends Prepared {
  readonly put: Put
}

interface Regranted {
  readonly persons: readonly PersonKey[]
  readonly old: Existing
  readonly compiled: ReadonlyMap<PersonKey, Grants>
  readonly expectations: readonly Expectation[]
}

/**
 * Grants that the batch makes anew, each after its counter, and what is re-stamped with them: all
 * of a person's versions, once the caller is known to be allowed.
 */
const regrant = async (
  store: Store,
  made: readonly Made[],
  puts: readonly Put[],
  grants: GrantsOnce,
  vocabulary: Vocabulary,
  judged: Promise<void>
): Promise<Regranted> => {
  const { persons, expectations } = await affectedPersons(store, changedIn(made), puts)
  const sources = createSources(store)
  const compiled = new Map<PersonKey, Grants>()
  const compile = async (): Promise<void> => {
    await grants.open(persons)
    for (const person of persons) {
      compiled.set(person, await compileGrants(store, person, puts, vocabulary, sources.watch))
    }
  }
  const restamped = async (): Promise<Existing> => {
    if (persons.length > 0) await judged
    return await existing(store, persons, inBatch(puts))
  }
  const [old] = await Promise.all([restamped(), compile()])
  return { persons, old, compiled, expectations: [...expectations, ...sources.expectations()] }
}

const changedIn = (made: readonly Made[]): readonly Changed[] =>
  made.map(({ put, change, beforeResource }) => ({
    put,
    ...(change.kind !== 'delete' && { after: change.resource }),
    ...(beforeResource !== undefined && { before: beforeResource })
  }))

const inBatch = (puts: readonly Put[]): ReadonlySet<string> =>
  new Set(puts.map(({ stored }) => formatReference(stored.ref)))

/** Any number of persons may be reached by it: not before the caller is known to be allowed. */
const reachesMany = ({ put }: Made): boolean =>
  put.stored.ref.type === 'PractitionerRole' || put.stored.ref.type === 'Organization'

/**
 * @param judged resolves when the caller may make these changes
 * @returns the whole batch; its expectations make it fail when any input of these decisions, or of
 * the judge's, has changed by the time it commits
 */
export const stamp = async (
  store: Store,
  made: readonly Made[],
  grants: GrantsOnce,
  vocabulary: Vocabulary,
  judged: Promise<void>
): Promise<Stamped> => {
  if (made.some(reachesMany)) await judged
  const links = linksOf(made.map(({ put, found }) => ({ put, references: found.map(refOf) })))
  const puts = relink(
    made.map(({ put }) => put),
    links
  )
  const [again, entries, follow] = await Promise.all([
    regrant(store, made, puts, grants, vocabulary, judged),
    outsideLinks(store, links, inBatch(puts)),
    followers(store, made, vocabulary.zone)
  ])
  const outside = [...entries, ...follow.linked]
  const written = [...puts.map(({ stored }) => stored), ...outside].map(({ envelope }) => envelope)
  await grants.load(personsOf([...written, ...again.old.restamps.map(({ envelope }) => envelope)]))
  const acl = memoised((person) => again.compiled.get(person) ?? grants.of(person))
  const touched = personsOf(written).filter((person) => !again.persons.includes(person))
  // Whose grants the judge alone has read are told of only then.
  await judged
  return {
    puts: puts.map((put) => ({ ...put, acl: acl(put.stored.envelope) })),
    restamps: restampsOf(again.old, outside, acl),
    records: [...again.compiled].map(([id, each]) => ({
      kind: 'grants' satisfies RecordKind,
      id,
      json: JSON.stringify(each)
    })),
    expectations: [
      ...grants.expectations(again.persons),
      ...touched.map((person) => ({ name: counter('rows', person), bump: true })),
      ...outside.map(({ expectation }) => expectation),
      ...again.old.expectations,
      ...again.expectations,
      ...follow.expectations
    ]
  }
}

const refOf = ({ ref }: Found): Reference => ref

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

/**
 * One expectation per name; a bump and an expectation on the same name become one. Of two values
 * that were read the older one counts: something was decided on it.
 */
export const unique = (expectations: readonly Expectation[]): readonly Expectation[] => {
  const found = new Map<string, Expectation>()
  for (const expectation of expectations) {
    const other = found.get(expectation.name)
    const expect = Math.min(expectation.expect ?? Infinity, other?.expect ?? Infinity)
    found.set(expectation.name, {
      name: expectation.name,
      bump: expectation.bump || other?.bump === true,
      ...(expect !== Infinity && { expect })
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
