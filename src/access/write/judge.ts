/**
 * Whether the caller may make these changes: the token first, then what new references lead to,
 * then the rights before and after each change, under the grants from before the batch.
 */
import type { Caller } from '../../auth/caller.ts'
import { resourceAs } from '../../fhir/elements.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Reference } from '../../fhir/resource.ts'
import { isConformance, isJournal } from '../../fhir/type-groups.ts'
import type { Envelope } from '../../storage/store.ts'
import { readConsent } from '../consent/read-consent.ts'
import type { Vocabulary } from '../consent/reading.ts'
import type { GrantsOf } from '../decision/acl.ts'
import type { Change } from '../guarded-store.ts'
import type { GrantsOnce } from './grants-once.ts'
import { envelopesOf } from './prepare.ts'
import type { Prepared } from './handed-on.ts'
import { checkReferences, newReferences } from './references.ts'
import {
  checkConsentProof,
  checkRecordsConsents,
  may,
  mayCreate,
  recordsConsent
} from './rights.ts'
import type { By } from './handed-on.ts'

/** @throws FhirError method-not-allowed, forbidden */
export const checkToken = (caller: Caller, changes: readonly Change[]): void => {
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

const refused = ({ ref }: Change): FhirError =>
  new FhirError(
    'forbidden',
    `Found a change of ${ref.type} that neither this organisation's own record nor a consent allows; reading it is allowed, changing it is not.`
  )

/** Whether the change makes something new about a patient: that needs the right to create. */
const isNewToPatient = ({ change, before, beforeResource, envelope }: Prepared): boolean =>
  change.kind !== 'delete' &&
  change.ref.type !== 'Patient' &&
  (before === undefined ||
    beforeResource === undefined ||
    envelope.patients.some((patient) => !before.envelope.patients.includes(patient)))

const patientRefs = ({ patients }: Envelope): readonly Reference[] =>
  patients.map((id) => ({ type: 'Patient', id }))

const mayCorrect = (
  { caller, now }: By,
  { change, before, envelope }: Prepared,
  grantsOf: GrantsOf
): boolean => {
  if (before === undefined) return true
  if (recordsConsent(caller, envelope) && recordsConsent(caller, before.envelope)) return true
  return (
    may(caller, 'correct', before.envelope, grantsOf, now) &&
    (change.kind === 'delete' || may(caller, 'correct', envelope, grantsOf, now))
  )
}

const checkRights = (
  by: By,
  each: Prepared,
  grantsOf: GrantsOf,
  known: ReadonlyMap<string, Envelope>
): void => {
  const { change, envelope } = each
  if (!mayCorrect(by, each, grantsOf)) throw refused(change)
  if (!isNewToPatient(each)) return
  const patients = patientRefs(envelope).map((ref) => known.get(formatReference(ref)))
  if (!mayCreate(by.caller, envelope, patients, grantsOf, by.now)) throw refused(change)
}

const checkConsent = (
  { caller }: By,
  { change, envelope }: Prepared,
  vocabulary: Vocabulary
): void => {
  if (change.ref.type !== 'Consent' || change.kind === 'delete') return
  const consent = resourceAs('Consent', change.resource)
  checkConsentProof(caller, consent, envelope)
  const { problems } = readConsent(consent, vocabulary)
  if (problems.length > 0) throw new FhirError('unprocessable', problems)
}

const unique = (refs: readonly Reference[]): readonly Reference[] => [
  ...new Map(refs.map((ref) => [formatReference(ref), ref])).values()
]

/**
 * Reads, all at once, the grants and whatever the changes newly name.
 * @throws FhirError unprocessable, forbidden
 */
export const judge = async (
  by: By,
  active: readonly Prepared[],
  changes: readonly Change[],
  grants: GrantsOnce,
  vocabulary: Vocabulary
): Promise<void> => {
  const written = changes.filter(({ kind }) => kind !== 'delete')
  const references = newReferences(active, new Set(written.map(({ ref }) => formatReference(ref))))
  const batch = new Map(
    active.map(({ change, envelope }) => [formatReference(change.ref), envelope])
  )
  const subjects = active
    .filter(isNewToPatient)
    .flatMap(({ envelope }) => patientRefs(envelope))
    .filter((ref) => !batch.has(formatReference(ref)))
  const [rows] = await Promise.all([
    by.readAll(unique([...references.map(({ ref }) => ref), ...subjects])),
    grants.load(
      active.flatMap(({ envelope, before }) => [
        ...envelope.persons,
        ...(before?.envelope.persons ?? [])
      ])
    )
  ])
  const known = envelopesOf(rows, batch)
  checkReferences(references, known)
  for (const each of active) {
    checkRights(by, each, grants.of, known)
    checkConsent(by, each, vocabulary)
  }
}
