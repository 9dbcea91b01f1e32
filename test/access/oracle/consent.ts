/**
 * One Consent, read provision by provision. No state, no compilation: it is read anew for each
 * question.
 */
import { psiCodeSystem, psiProfile } from '../../../src/psi/canonical.ts'
import type { Reference, Resource } from '../../../src/fhir/resource.ts'
import { denyNames, denyReaches, permitReaches } from './actors.ts'
import type { Question } from './actors.ts'
import {
  allNow,
  codesOf,
  instantOf,
  list,
  object,
  referenceOf,
  same,
  spanOf,
  text,
  within
} from './world.ts'
import type { Json, OracleWorld, Span } from './world.ts'

export interface Fact {
  readonly ref: Reference
  readonly dataClass: string
  readonly profiles: readonly string[]
  readonly dates: readonly Span[]
}
export type Verdict = 'permit' | 'deny' | undefined
/** `person`: only a deny that names the caller's own person counts. */
export type Reach = 'all' | 'person'

/**
 * What a provision asks of the caller and the moment; handed down to children that do not state
 * their own.
 */
interface Terms {
  readonly period?: unknown
  readonly actor?: readonly Json[]
  readonly purpose?: readonly Json[]
  readonly action?: readonly Json[]
}

const planTypes = ['CarePlan', 'Goal', 'CareTeam', 'Appointment']

const termsOf = (provision: Json, inherited: Terms): Terms => ({
  ...inherited,
  ...(provision['period'] === undefined ? {} : { period: provision['period'] }),
  ...(provision['actor'] === undefined ? {} : { actor: list(provision['actor']) }),
  ...(provision['purpose'] === undefined ? {} : { purpose: list(provision['purpose']) }),
  ...(provision['action'] === undefined ? {} : { action: list(provision['action']) })
})

const isReading = (action: Json): boolean =>
  list(action['coding']).some(({ code }) => code === 'access' || code === 'use')

/** Who declares none may have any in mind. */
const purposeHolds = (
  type: unknown,
  listed: readonly Json[],
  declared: string | undefined
): boolean =>
  declared === undefined ? type === 'deny' : listed.some(({ code }) => code === declared)

const termsHold = (question: Question, type: unknown, terms: Terms, reach: Reach): boolean => {
  const { world, asker, at } = question
  if (!within(spanOf(world, terms.period), at)) return false
  if (terms.action !== undefined && !terms.action.some(isReading)) return false
  if (terms.purpose !== undefined && !purposeHolds(type, terms.purpose, asker.purpose)) return false
  if (type === 'permit') return permitReaches(question, terms.actor)
  return reach === 'person' ? denyNames(question, terms.actor) : denyReaches(question, terms.actor)
}

/** The profiles that the worlds name, and their types. */
const profiled: Readonly<Record<string, string>> = {
  [psiProfile('psi-goal')]: 'Goal',
  [psiProfile('psi-evaluation')]: 'Observation'
}

const classHolds = (type: unknown, coding: Json, { ref, dataClass, profiles }: Fact): boolean => {
  const code = text(coding['code']) ?? ''
  if (coding['system'] === 'http://hl7.org/fhir/resource-types') return ref.type === code
  if (coding['system'] === 'urn:ietf:rfc:3986') {
    return (
      profiles.includes(code) ||
      (type === 'deny' && profiles.length === 0 && profiled[code] === ref.type)
    )
  }
  if (coding['system'] !== psiCodeSystem('psi-cs-data-class')) return false
  if (dataClass === code) return true
  if (code !== 'psi-core') return false
  return type === 'permit' ? ref.type === 'Patient' : planTypes.includes(ref.type)
}

/** Without an id it may be any of its type, so that a deny of one holds. */
const isInstance = (type: unknown, named: Reference | undefined, ref: Reference): boolean =>
  same(named, ref) || (type === 'deny' && ref.id === '' && named?.type === ref.type)

const dataHolds = (world: OracleWorld, provision: Json, fact: Fact): boolean => {
  const { type } = provision
  if (
    provision['class'] !== undefined &&
    !list(provision['class']).some((coding) => classHolds(type, coding, fact))
  ) {
    return false
  }
  if (
    provision['data'] !== undefined &&
    !list(provision['data']).some((data) =>
      isInstance(type, referenceOf(data['reference']), fact.ref)
    )
  ) {
    return false
  }
  if (provision['dataPeriod'] === undefined) return true
  const { lo, hi } = spanOf(world, provision['dataPeriod'])
  return type === 'permit'
    ? fact.dates.length > 0 && fact.dates.every((date) => date.lo >= lo && date.hi <= hi)
    : fact.dates.length === 0 || fact.dates.some((date) => date.lo < hi && lo < date.hi)
}

const together = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('deny') ? 'deny' : verdicts.includes('permit') ? 'permit' : undefined

/**
 * @param data whether the provision's data elements hold; a question about everything takes only
 * what has none
 */
const judge = (
  question: Question,
  provision: Json,
  inherited: Terms,
  reach: Reach,
  data: (provision: Json) => boolean
): Verdict => {
  const terms = termsOf(provision, inherited)
  const nested = together(
    list(provision['provision']).map((child) => judge(question, child, terms, reach, data))
  )
  if (nested !== undefined) return nested
  return termsHold(question, provision['type'], terms, reach) && data(provision)
    ? (provision['type'] as Verdict)
    : undefined
}

const constraints = [
  'actor',
  'action',
  'securityLabel',
  'purpose',
  'class',
  'code',
  'dataPeriod',
  'data'
]
/** A root deny that only says what holds where nothing else is said. */
const isClosedBase = (root: Json): boolean =>
  root['type'] === 'deny' &&
  list(root['provision']).length > 0 &&
  constraints.every((element) => root[element] === undefined)

const judgeRoot = (
  question: Question,
  root: Json,
  reach: Reach,
  data: (provision: Json) => boolean
): Verdict => {
  if (!within(spanOf(question.world, root['period']), question.at)) return undefined
  return isClosedBase(root)
    ? together(
        list(root['provision']).map((child) =>
          judge(question, child, termsOf(root, {}), reach, data)
        )
      )
    : judge(question, root, {}, reach, data)
}

const rootOf = (consent: Resource): Json => {
  const root = object(consent['provision'])
  const base = codesOf(consent['policyRule'], 'http://terminology.hl7.org/CodeSystem/v3-ActCode')
  return root['type'] === undefined
    ? { ...root, type: base.includes('OPTIN') ? 'permit' : 'deny' }
    : root
}

const applies = ({ world, at, patient }: Question, consent: Resource): boolean =>
  consent['status'] === 'active' &&
  same(referenceOf(consent['patient']), patient) &&
  codesOf(consent['scope'], 'http://terminology.hl7.org/CodeSystem/consentscope').includes(
    'patient-privacy'
  ) &&
  (consent['dateTime'] === undefined ||
    (instantOf(world, consent['dateTime'])?.lo ?? Infinity) <= at)

const consentsOf = (
  question: Question
): readonly { readonly ref: Reference; readonly resource: Resource }[] =>
  allNow(question.world, 'Consent').filter(({ resource }) => applies(question, resource))

/** What all consents of the patient say about one resource: any deny wins. */
export const verdictOn = (question: Question, fact: Fact, reach: Reach = 'all'): Verdict =>
  together(
    consentsOf(question).map(({ resource }) =>
      judgeRoot(question, rootOf(resource), reach, (provision) =>
        dataHolds(question.world, provision, fact)
      )
    )
  )

const withoutData = (provision: Json): boolean =>
  ['class', 'dataPeriod', 'data'].every((element) => provision[element] === undefined)

/**
 * Asked about no resource in particular: a permit of anything counts, a deny only when it is of
 * everything.
 */
const inGeneral = (question: Question, resource: Resource, reach: Reach = 'all'): Verdict =>
  judgeRoot(
    question,
    rootOf(resource),
    reach,
    (provision) => provision['type'] === 'permit' || withoutData(provision)
  )

export const deniedEverything = (question: Question, reach: Reach = 'all'): boolean =>
  consentsOf(question).some(({ resource }) => inGeneral(question, resource, reach) === 'deny')
export const consentPermits = (question: Question, consent: Reference): boolean =>
  consentsOf(question).some(
    ({ ref, resource }) => same(ref, consent) && inGeneral(question, resource) === 'permit'
  )
