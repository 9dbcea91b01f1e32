/**
 * Whether a caller may make a change, judged on what stood before and on what would stand after,
 * under the grants from before the change.
 */
import type { Caller } from '../../auth/caller.ts'
import type { ResourceOf } from '../../fhir/elements.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { AclEntry, Envelope } from '../../storage/store.ts'
import { aclOf } from '../decision/acl.ts'
import type { GrantsOf } from '../decision/acl.ts'
import { actorOf } from '../who/actors.ts'
import { callerKeys, exclusionKeys } from '../who/keys.ts'
import type { Action } from '../who/keys.ts'

const admits = (
  entries: readonly AclEntry[],
  caller: Caller,
  action: Action,
  now: Millis
): boolean => {
  const current = entries.filter(({ from, to }) => from <= now && now < to)
  const has = (keys: readonly string[]): boolean => current.some(({ key }) => keys.includes(key))
  return has(callerKeys(caller, action)) && !has(exclusionKeys(caller, action))
}

export const may = (
  caller: Caller,
  action: Action,
  envelope: Envelope,
  grantsOf: GrantsOf,
  now: Millis
): boolean => admits(aclOf(envelope, grantsOf), caller, action, now)

/** The same resource as if nobody had written it: what consents and relations alone allow. */
const withoutCustodian = (envelope: Envelope): Envelope => ({
  ...envelope,
  custodian: '' as Envelope['custodian']
})

/** Decided from the token alone, before any data. @throws FhirError forbidden */
export const checkRecordsConsents = (caller: Caller): void => {
  const { recordsConsents } = actorOf(caller)
  if (recordsConsents === 'never') {
    throw new FhirError(
      'forbidden',
      'Found a Consent from a relative, who records none for the person; let the patient file it, or a client with the right record-consents.'
    )
  }
  if (recordsConsents === 'right' && !caller.rights.has('record-consents')) {
    throw new FhirError(
      'forbidden',
      'Found a Consent from a client without the right to record consents; register the client with the right record-consents, or let the patient file it.'
    )
  }
}

/** Whether this is a Consent that the caller may file whatever grants say of it. */
export const recordsConsent = (caller: Caller, envelope: Envelope): boolean => {
  if (envelope.dataClass !== 'consent') return false
  switch (actorOf(caller).recordsConsents) {
    case 'own':
      return isSelf(caller, envelope)
    case 'right':
      return caller.rights.has('record-consents')
    case 'never':
      return false
  }
}

const isSelf = (caller: Caller, envelope: Envelope): boolean =>
  actorOf(caller).actsFor === 'self' &&
  envelope.patients.length > 0 &&
  envelope.patients.every((patient) => patient === caller.user?.id)

const hasProof = (consent: ResourceOf<'Consent'>): boolean =>
  consent.sourceAttachment !== undefined ||
  consent.sourceReference !== undefined ||
  (consent.verification ?? []).some(({ verified }) => verified === true)

/**
 * An unverified consent is never honoured: whoever records one for somebody else shows how the
 * person said it.
 */
export const checkConsentProof = (
  caller: Caller,
  consent: ResourceOf<'Consent'>,
  envelope: Envelope
): void => {
  if (isSelf(caller, envelope) || hasProof(consent)) return
  throw new FhirError('unprocessable', [
    {
      severity: 'error',
      code: 'business-rule',
      expression: 'Consent.verification',
      diagnostics:
        'Found a Consent recorded for somebody else without proof, expected verification.verified = true, sourceAttachment or sourceReference; add how and when the person agreed.'
    }
  ])
}

/**
 * A new resource about a patient: by the organisation that keeps the patient's record, by the
 * patient, or by whom a consent lets collect such data.
 * @param patients envelopes of the subjects' Patient resources, as far as the caller sees them
 */
export const mayCreate = (
  caller: Caller,
  envelope: Envelope,
  patients: readonly (Envelope | undefined)[],
  grantsOf: GrantsOf,
  now: Millis
): boolean => {
  if (envelope.patients.length === 0) return true
  if (envelope.dataClass === 'consent') return recordsConsent(caller, envelope)
  const keepsRecord =
    actorOf(caller).createsAs === 'custodian' &&
    patients.every((patient) => patient?.custodian === caller.organization)
  return keepsRecord || may(caller, 'collect', withoutCustodian(envelope), grantsOf, now)
}
