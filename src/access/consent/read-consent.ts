/**
 * A Consent resource as rules, or why it cannot be one. A construct that the judge does not know is
 * refused when the Consent is written and a deny when it is met all the same.
 * https://hl7.org/fhir/R4/consent.html
 */
import type { ResourceOf } from '../../fhir/elements.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { Millis } from '../../fhir/resource.ts'
import { openLo } from '../../search/query.ts'
import { list, period, problem } from './reading.ts'
import type { ProvisionElement } from './provision-elements.ts'
import type { Reading, Vocabulary } from './reading.ts'
import { readProvision } from './read-provision.ts'
import type { ReadProvision } from './read-provision.ts'

export interface ReadConsent {
  readonly root?: ReadProvision
  readonly problems: readonly Issue[]
}

const policyType = (consent: ResourceOf<'Consent'>): 'permit' | 'deny' | undefined => {
  const found = list(consent.policyRule?.coding).map(({ code }) => code)
  return found.includes('OPTIN') ? 'permit' : found.includes('OPTOUT') ? 'deny' : undefined
}

const isPrivacy = (consent: ResourceOf<'Consent'>): boolean =>
  list(consent.scope?.coding).some(({ code }) => code === 'patient-privacy')

/** Whether it takes part in decisions at all: active, and about privacy. */
export const isCandidate = (consent: ResourceOf<'Consent'>): boolean =>
  consent.status === 'active' && isPrivacy(consent)

/** A decision of somebody who is not known here would be filed and never kept. */
const checkPatient = (consent: ResourceOf<'Consent'>, reading: Reading): void => {
  const found = consent.patient?.reference
  if (
    found !== undefined &&
    (typeof found !== 'string' || parseReference(found)?.type !== 'Patient')
  ) {
    problem(
      reading,
      'Consent.patient.reference',
      `Found ${JSON.stringify(found)}, expected Patient/id of a Patient on this server.`
    )
  }
}

const refuseUnknowable = (consent: ResourceOf<'Consent'>, reading: Reading): void => {
  for (const name of ['modifierExtension', 'implicitRules']) {
    if (name in consent) {
      problem(
        reading,
        `Consent.${name}`,
        `Found ${name}, which this server cannot enforce; leave it out.`
      )
    }
  }
}

/** Of the root: what it says itself, or else its policy; a deny where neither says anything. */
const rootType = (
  consent: ResourceOf<'Consent'>,
  root: ProvisionElement,
  reading: Reading
): 'permit' | 'deny' => {
  const said = root.type === 'permit' || root.type === 'deny' ? root.type : undefined
  const policy = policyType(consent)
  if (
    said !== undefined &&
    policy !== undefined &&
    said !== policy &&
    list(root.provision).length === 0
  ) {
    problem(
      reading,
      'Consent.provision.type',
      `Found ${said} beside policyRule ${policy === 'permit' ? 'OPTIN' : 'OPTOUT'}, which contradict each other.`
    )
  }
  const type = said ?? policy
  if (type === undefined) {
    problem(
      reading,
      'Consent.provision.type',
      'Found neither a root provision.type nor a policyRule OPTIN or OPTOUT; expected one of them.'
    )
  }
  return type ?? 'deny'
}

/** A consent holds from its own date on. */
const after = (provision: ReadProvision, since: Millis): ReadProvision => ({
  ...provision,
  from: Math.max(provision.from, since),
  nested: provision.nested.map((each) => after(each, since))
})

export const readConsent = (
  consent: ResourceOf<'Consent'>,
  vocabulary: Vocabulary
): ReadConsent => {
  const reading: Reading = { ...vocabulary, problems: [] }
  if (!isPrivacy(consent)) return { problems: [] }
  refuseUnknowable(consent, reading)
  checkPatient(consent, reading)
  const provision = consent.provision ?? {}
  const root = readProvision(provision, rootType(consent, provision, reading), reading)
  const since =
    consent.dateTime === undefined
      ? openLo
      : period({ start: consent.dateTime }, 'Consent.dateTime', reading)[0]
  return reading.problems.length > 0
    ? { problems: reading.problems }
    : { root: after(root, since), problems: [] }
}
