/**
 * The decision for one caller identity, purpose, action, moment and resource: deny overrides,
 * deeper overrides shallower, unknown is a deny.
 */
import type { Millis, ResourceId } from '../../fhir/resource.ts'
import { classesOfType } from '../../psi/type-classes.ts'
import type { Fact } from '../../storage/store.ts'
import { noPurpose } from '../who/keys.ts'
import type { Action, Who } from '../who/keys.ts'
import { isBase } from './rules.ts'
import type { ClassRule, ConsentRules, Grants, Provision } from './rules.ts'

/**
 * @property whos every identity of one caller: a professional and the organisation behind the
 * client @property reach `named`: of the denies only those that mean the caller as a person count
 */
export interface Question {
  readonly whos: readonly Who[]
  readonly reach?: 'named'
  readonly purpose: string
  readonly action: Action
  readonly at: Millis
  readonly fact: Fact
}

/**
 * A deny of the plan also catches the PSI types without their profile, one of a profile what claims
 * none: a dropped meta.profile must not escape.
 */
const classMatches = (rule: ClassRule, fact: Fact, type: Provision['type']): boolean => {
  switch (rule.kind) {
    case 'type':
      return rule.value === fact.type
    case 'profile':
      return fact.profiles === undefined
        ? type === 'deny' && rule.type === fact.type
        : fact.profiles.includes(rule.value)
    case 'class':
      if (rule.value === fact.dataClass) return true
      if (rule.value !== 'psi-core') return false
      return classesOfType(fact.type)[type === 'permit' ? 'withPlan' : 'ofPlan'] === true
  }
}

const datesMatch = (
  dates: readonly [Millis, Millis],
  fact: Fact,
  type: Provision['type']
): boolean => {
  if (fact.dates === undefined) return type === 'deny'
  const [from, to] = fact.dates
  return type === 'permit' ? from >= dates[0] && to <= dates[1] : from < dates[1] && to > dates[0]
}

/** Id of a fact that stands for several resources: any of them may be the denied one. */
export const unknownId = '' as ResourceId

const instanceMatches = (
  instance: string,
  { type, id }: Fact,
  verdict: Provision['type']
): boolean =>
  instance === `${type}/${id}` ||
  (id === unknownId && verdict === 'deny' && instance.startsWith(`${type}/`))

/**
 * The directory entry of somebody who takes part: any permit opens it, only a deny of everything
 * closes it.
 */
const dataMatches = (provision: Provision, fact: Fact): boolean => {
  const { classes, dates, instances, type } = provision
  if (fact.dataClass === 'directory') {
    return (
      type === 'permit' || (classes === undefined && dates === undefined && instances === undefined)
    )
  }
  return (
    (classes === undefined || classes.some((rule) => classMatches(rule, fact, type))) &&
    (dates === undefined || datesMatch(dates, fact, type)) &&
    (instances === undefined || instances.some((instance) => instanceMatches(instance, fact, type)))
  )
}

const actorMatches = (
  provision: Provision,
  question: Question,
  members: Grants['members']
): boolean => {
  const byName = question.reach === 'named' && provision.type === 'deny'
  if (provision.actors === undefined && provision.type === 'deny' && !byName) return true
  const actors = byName ? (provision.named ?? []) : (provision.actors ?? members)
  return actors.some(
    ({ who, from, to }) => question.whos.includes(who) && from <= question.at && question.at < to
  )
}

/**
 * Whoever declares no purpose might have any in mind: no permit for one purpose opens to them,
 * every deny of one closes.
 */
const purposeMatches = ({ purposes, type }: Provision, purpose: string): boolean =>
  purposes === undefined || purposes.includes(purpose) || (type === 'deny' && purpose === noPurpose)

const matches = (provision: Provision, question: Question, members: Grants['members']): boolean =>
  provision.from <= question.at &&
  question.at < provision.to &&
  purposeMatches(provision, question.purpose) &&
  (provision.actions === undefined || provision.actions.includes(question.action)) &&
  actorMatches(provision, question, members) &&
  dataMatches(provision, question.fact)

type Verdict = 'permit' | 'deny' | undefined

const strongest = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('deny') ? 'deny' : verdicts.includes('permit') ? 'permit' : undefined

const judgeProvision = (
  provision: Provision,
  question: Question,
  members: Grants['members']
): Verdict =>
  strongest(provision.nested.map((nested) => judgeProvision(nested, question, members))) ??
  (matches(provision, question, members) ? provision.type : undefined)

const judgeConsent = (
  { root }: ConsentRules,
  question: Question,
  members: Grants['members']
): Verdict => {
  if (root === undefined) return 'deny'
  const nested = strongest(root.nested.map((each) => judgeProvision(each, question, members)))
  if (nested !== undefined || isBase(root)) return nested
  return matches(root, question, members) ? root.type : undefined
}

/**
 * Over all of a patient's consents; undefined: no consent speaks of it, so the implicit policy
 * (deny) holds.
 */
export const judge = (grants: Grants, question: Question): Verdict =>
  strongest(grants.consents.map((consent) => judgeConsent(consent, question, grants.members)))
