/**
 * Whether a caller may make a change, judged on what stood before and on what would stand after,
 * under the grants from before the change.
 */
import type { Caller } from '../../auth/caller.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis, Resource } from '../../fhir/resource.ts'
import type { AclEntry, Envelope } from '../../storage/store.ts'
import { aclOf } from '../decision/acl.ts'
import type { GrantsOf } from '../decision/acl.ts'
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

/**
 * A patient or a client with the right to record consents; decided from the token alone, before any
 * data.
 */
export const mayRecordConsents = (caller: Caller): boolean =>
  caller.rights.has('record-consents') || caller.user?.type === 'Patient'

const isSelf = (caller: Caller, envelope: Envelope): boolean =>
  caller.user?.type === 'Patient' &&
  envelope.patients.length > 0 &&
  envelope.patients.every((patient) => patient === caller.user?.id)

const hasProof = (consent: Resource): boolean =>
  consent['sourceAttachment'] !== undefined ||
  consent['sourceReference'] !== undefined ||
  (Array.isArray(consent['verification']) &&
    consent['verification'].some((each: { verified?: unknown }) => each.verified === true))

/**
 * An unverified consent is never honoured: whoever records one for somebody else shows how the
 * person said it.
 */
export const checkConsentProof = (caller: Caller, consent: Resource, envelope: Envelope): void => {
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
  if (envelope.dataClass === 'consent' && mayRecordConsents(caller)) {
    return caller.user?.type === 'Patient' ? isSelf(caller, envelope) : true
  }
  const keepsRecord =
    caller.user?.type !== 'Patient' &&
    caller.user?.type !== 'RelatedPerson' &&
    patients.every((patient) => patient?.custodian === caller.organization)
  return keepsRecord || may(caller, 'collect', withoutCustodian(envelope), grantsOf, now)
}
