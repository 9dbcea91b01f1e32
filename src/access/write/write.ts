/**
 * A write from end to end: before-image, rights, references, after-image, acls, one commit. Every
 * input of the decision is
 * under an expectation of the batch, so that what commits is what was judged.
 */
import type { Caller } from '../../auth/caller.ts'
import type { Definitions } from '../../definitions/definitions.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { isConformance, isDirectory, isJournal } from '../../fhir/type-groups.ts'
import { withOwnReferences } from '../../fhir/own-references.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Millis, Reference, Resource, ResourceId, VersionId } from '../../fhir/resource.ts'
import { noIndexValues } from '../../search/query.ts'
import type { IndexValues } from '../../search/query.ts'
import type { AuditEntry, Envelope, PersonKey, Put, Store, Stored } from '../../storage/store.ts'
import { readConsent } from '../consent/read-consent.ts'
import type { Vocabulary } from '../consent/read-consent.ts'
import { envelopeOf, followsTargets } from '../decision/envelope.ts'
import { loadGrants, noGrants } from '../decision/grants.ts'
import type { Change, Guarded, Written } from '../guarded-store.ts'
import { affectedPersons, consentActor, consentActors } from './affected.ts'
import type { Changed } from './affected.ts'
import { finish, sameContent } from './content.ts'
import { factsGuards, followers, targetsOf } from './followers.ts'
import { linkCounter } from './links.ts'
import { memory } from './memory.ts'
import { checkReferences, literalReferences } from './references.ts'
import type { Found } from './references.ts'
import {
  checkConsentProof,
  checkRecordsConsents,
  may,
  mayCreate,
  recordsConsent
} from './rights.ts'
import { stamp, unique } from './stamp.ts'

export interface WriterDeps {
  readonly store: Store
  readonly extract: (resource: Resource) => IndexValues
  readonly newId: () => ResourceId
  readonly zone: string
  readonly base: string
  readonly definitions: Pick<Definitions, 'isType' | 'profile'>
}
export interface WriterCaller {
  readonly caller: Caller
  readonly now: Millis
  /** Through the caller's own filter. */
  readonly readAll: (refs: readonly Reference[]) => Promise<readonly (Stored | undefined)[]>
  readonly auditOf: (patients: readonly ResourceId[]) => AuditEntry
  /** Counter of an Idempotency-Key as it stood when its answer was looked for. */
  readonly recalled: (key: string) => number
}

interface Prepared {
  readonly change: Change
  readonly before: Stored | undefined
  readonly beforeResource: Resource | undefined
  readonly envelope: Envelope
  readonly found: readonly Found[]
}

const decoder = new TextDecoder()

const checkToken = (caller: Caller, changes: readonly Change[]): void => {
  if (changes.some(({ ref }) => isJournal(ref.type))) {
    throw new FhirError(
      'method-not-allowed',
      'Found a change of an AuditEvent; the journal is written by the server alone.'
    )
  }
  if (changes.some(({ ref }) => ref.type === 'Consent')) checkRecordsConsents(caller)
  if (changes.some(({ ref }) => isConformance(ref.type)) && !caller.rights.has('operator')) {
    throw new FhirError('forbidden', 'Found a definition from a client without the right operator.')
  }
}

const checkBefore = (change: Change, before: Stored | undefined): void => {
  if (change.kind === 'create') return
  if (before === undefined && change.kind === 'update') {
    throw new FhirError('not-found', `Found no ${formatReference(change.ref)}; read it first.`)
  }
  if (before !== undefined && change.ifMatch !== undefined && change.ifMatch !== before.version) {
    throw new FhirError(
      'precondition-failed',
      `Found If-Match ${change.ifMatch}, which is not the current version of ${formatReference(change.ref)}; read it again and repeat the change.`
    )
  }
}

/**
 * Entries of the batch that change nothing: deletes of nothing, updates that equal what is stored.
 */
const isIdle = ({ change, before, beforeResource }: Prepared): boolean =>
  (change.kind === 'delete' && (before === undefined || before.deleted)) ||
  (change.kind === 'update' &&
    before !== undefined &&
    !before.deleted &&
    beforeResource !== undefined &&
    sameContent(change.resource, beforeResource))

export const createWriter = (deps: WriterDeps, from: WriterCaller): Guarded['write'] => {
  const { store, extract, newId, zone, base, definitions } = deps
  const vocabulary: Vocabulary = {
    zone,
    isType: definitions.isType,
    profiledType: (url) => definitions.profile(url)?.type
  }
  const { caller, now, readAll, auditOf, recalled } = from

  const envelopes = async (
    refs: readonly Reference[],
    batch: ReadonlyMap<string, Envelope>
  ): Promise<readonly (Envelope | undefined)[]> => {
    const rows = await readAll(refs.filter((ref) => !batch.has(formatReference(ref))))
    const found = new Map(
      rows.flatMap((row) =>
        row === undefined || row.deleted ? [] : [[formatReference(row.ref), row.envelope] as const]
      )
    )
    return refs.map((ref) => batch.get(formatReference(ref)) ?? found.get(formatReference(ref)))
  }

  const prepare = async (changes: readonly Change[]): Promise<readonly Prepared[]> => {
    const existing = changes.filter(({ kind }) => kind !== 'create')
    const rows = await readAll(existing.map(({ ref }) => ref))
    const before = new Map(existing.map(({ ref }, i) => [formatReference(ref), rows[i]]))
    const batch = new Map<string, Envelope>()
    const prepared: Prepared[] = []
    // Provenance last: what it is about may stand in the same batch.
    const ordered = [...changes].sort(
      (a, b) => Number(followsTargets(a.ref.type)) - Number(followsTargets(b.ref.type))
    )
    for (const change of ordered) {
      const stored = before.get(formatReference(change.ref))
      checkBefore(change, stored)
      const envelope =
        change.kind === 'delete'
          ? stored?.envelope
          : await envelopeFor(change.resource, change.ref, stored, batch)
      if (envelope === undefined) {
        prepared.push({
          change,
          before: stored,
          beforeResource: undefined,
          envelope: nobody(caller),
          found: []
        })
        continue
      }
      batch.set(formatReference(change.ref), envelope)
      const beforeResource =
        stored === undefined || stored.deleted
          ? undefined
          : (JSON.parse(decoder.decode(stored.json)) as Resource)
      prepared.push({
        change,
        before: stored,
        beforeResource,
        envelope,
        found: change.kind === 'delete' ? [] : literalReferences(change.resource)
      })
    }
    return changes
      .map((change) => prepared.find((each) => each.change === change))
      .filter((each) => each !== undefined)
  }

  const envelopeFor = async (
    resource: Resource,
    ref: Reference,
    before: Stored | undefined,
    batch: ReadonlyMap<string, Envelope>
  ): Promise<Envelope> => {
    const targets = followsTargets(ref.type)
      ? await envelopes(targetsOf(resource), batch)
      : undefined
    return envelopeOf({
      resource: { ...resource, id: ref.id },
      ref,
      zone,
      custodian: before?.envelope.custodian ?? caller.organization,
      published:
        before === undefined
          ? caller.rights.has('directory') && isDirectory(ref.type)
          : before.envelope.published === true,
      ...(before?.envelope.links === undefined ? {} : { links: before.envelope.links }),
      ...(targets === undefined ? {} : { targets })
    })
  }

  const checkRights = async (active: readonly Prepared[]): Promise<void> => {
    const persons = [
      ...new Set(
        active.flatMap(({ envelope, before }) => [
          ...envelope.persons,
          ...(before?.envelope.persons ?? [])
        ])
      )
    ]
    const { grants } = await loadGrants(store, persons)
    const grantsOf = (person: PersonKey): ReturnType<typeof noGrants> =>
      grants.get(person) ?? noGrants(person)
    const batch = new Map(
      active.map(({ change, envelope }) => [formatReference(change.ref), envelope])
    )
    for (const { change, before, beforeResource, envelope } of active) {
      const files =
        recordsConsent(caller, envelope) &&
        (before === undefined || recordsConsent(caller, before.envelope))
      if (
        before !== undefined &&
        !files &&
        !may(caller, 'correct', before.envelope, grantsOf, now)
      ) {
        throw refused(change)
      }
      if (
        before !== undefined &&
        change.kind !== 'delete' &&
        !files &&
        !may(caller, 'correct', envelope, grantsOf, now)
      ) {
        throw refused(change)
      }
      const moved =
        before === undefined ||
        beforeResource === undefined ||
        envelope.patients.some((patient) => !before.envelope.patients.includes(patient))
      if (change.kind !== 'delete' && moved && change.ref.type !== 'Patient') {
        const patients = await envelopes(
          envelope.patients.map((id): Reference => ({ type: 'Patient', id })),
          batch
        )
        if (!mayCreate(caller, envelope, patients, grantsOf, now)) throw refused(change)
      }
      if (change.ref.type === 'Consent' && change.kind !== 'delete') {
        checkConsentProof(caller, change.resource, envelope)
        const { problems } = readConsent(change.resource, vocabulary)
        if (problems.length > 0) throw new FhirError('unprocessable', problems)
      }
    }
  }

  const refused = (change: Change): FhirError =>
    new FhirError(
      'forbidden',
      `Found a change of ${change.ref.type} that neither this organisation's own record nor a consent allows; reading it is allowed, changing it is not.`
    )

  const putOf = ({ change, before, envelope }: Prepared): Put => {
    const version = newId() as string as VersionId
    const replaces = before === undefined ? {} : { replaces: before.version }
    if (change.kind === 'delete') {
      return {
        stored: {
          ref: change.ref,
          version,
          at: now,
          method: 'DELETE',
          deleted: true,
          json: new Uint8Array(0),
          envelope
        },
        index: noIndexValues,
        acl: [],
        ...replaces
      }
    }
    const json = finish(change.resource, change.ref.id, version, now)
    const extracted = extract(change.resource)
    const index =
      change.ref.type === 'Consent'
        ? {
            ...extracted,
            link: [
              ...extracted.link,
              ...consentActors(change.resource).map((target) => ({
                parameter: consentActor,
                target
              }))
            ]
          }
        : extracted
    const method = change.kind === 'create' ? 'POST' : change.method
    return {
      stored: { ref: change.ref, version, at: now, method, deleted: false, json, envelope },
      index,
      acl: [],
      ...replaces
    }
  }

  const written = ({ change, before }: Prepared, put: Put | undefined): Written => {
    if (put === undefined) {
      return before === undefined
        ? { outcome: 'absent' }
        : { outcome: change.kind === 'delete' ? 'absent' : 'unchanged', stored: before }
    }
    if (change.kind === 'delete') return { outcome: 'deleted', stored: put.stored }
    return {
      outcome: before === undefined || before.deleted ? 'created' : 'updated',
      stored: put.stored
    }
  }

  /**
   * Before anything is decided, so that no spelling of a reference is a way around the decision.
   */
  const local = (change: Change): Change =>
    change.kind === 'delete'
      ? change
      : { ...change, resource: withOwnReferences(change.resource, base) }

  return async (sent, expectations = [], remember) => {
    const changes = sent.map(local)
    checkToken(caller, changes)
    const entries = changes
      .filter(({ kind, ref }) => kind !== 'create' && isDirectory(ref.type))
      .map(({ ref }) => linkCounter(ref))
    const counters = entries.length === 0 ? [] : await store.counters(entries)
    const told = await factsGuards(
      store,
      changes.flatMap((change) =>
        change.kind !== 'delete' && followsTargets(change.ref.type)
          ? targetsOf(change.resource)
          : []
      )
    )
    const prepared = await prepare(changes)
    const active = prepared.filter((each) => !isIdle(each))
    const inBatch = new Set(
      changes.filter(({ kind }) => kind !== 'delete').map(({ ref }) => formatReference(ref))
    )
    await checkReferences(
      active.map(({ found, beforeResource }) => ({
        found,
        ...(beforeResource === undefined ? {} : { before: beforeResource })
      })),
      inBatch,
      readAll
    )
    await checkRights(active)
    const made = new Map(active.map((each) => [each, putOf(each)]))
    const puts = [...made.values()]
    const changed = active.map((each): Changed => ({
      put: made.get(each) ?? putOf(each),
      ...(each.change.kind === 'delete' ? {} : { after: each.change.resource }),
      ...(each.beforeResource === undefined ? {} : { before: each.beforeResource })
    }))
    const affected = await affectedPersons(store, changed, puts)
    const follow = await followers(
      store,
      [...made].map(([{ before }, put]) => ({ put, before })),
      zone
    )
    const stamped = await stamp(
      store,
      [...made].map(([{ found }, put]) => ({ put, references: found.map(({ ref }) => ref) })),
      affected.persons,
      follow.linked,
      vocabulary
    )
    const patients = [...new Set(prepared.flatMap(({ envelope }) => envelope.patients))]
    const results = prepared.map((each) => written(each, made.get(each)))
    const kept =
      remember === undefined
        ? undefined
        : memory(caller, remember, recalled(remember.key), results, now)
    await store.commit({
      id: newId(),
      expectations: unique([
        ...stamped.expectations,
        ...affected.expectations,
        ...follow.expectations,
        ...told,
        ...expectations,
        ...entries.map((name, i) => ({ name, expect: counters[i] ?? 0, bump: true })),
        ...(kept === undefined ? [] : [kept.expectation])
      ]),
      puts: stamped.puts,
      restamps: stamped.restamps,
      records: [...stamped.records, ...(kept === undefined ? [] : [kept.record])],
      audit: [auditOf(patients)]
    })
    return results
  }
}

const nobody = (caller: Caller): Envelope => ({
  persons: [],
  patients: [],
  dataClass: 'clinical',
  custodian: caller.organization,
  facts: []
})
