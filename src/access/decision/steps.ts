/** The steps of a decision in words, for the operator: judged by what decides, with the reason. */
import type { AuditFacts } from '../../audit/entry.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { Fact } from '../../storage/store.ts'
import { judge } from '../consent/judge.ts'
import type { Grants } from '../consent/rules.ts'
import { actorOf } from '../who/actors.ts'
import { noPurpose, purposeOf, whosOf } from '../who/keys.ts'
import type { Asker } from '../who/keys.ts'
import { directoryFact } from './acl.ts'
import type { Asked, Verdict } from './verdict.ts'

export interface Step {
  readonly name: 'token' | 'scope' | 'resource' | 'careRelation' | 'consent'
  readonly holds: boolean
  readonly reason: string
}

export const tokenStep = ({ client }: AuditFacts): Step => ({
  name: 'token',
  holds: client !== undefined,
  reason: client === undefined ? 'the token was refused' : `client ${client}`
})

/** The journal keeps no scopes: the refusal itself tells of them. */
export const scopeStep = ({ status, action }: AuditFacts): Step => {
  if (status !== 403) return { name: 'scope', holds: true, reason: 'covered by the token' }
  return {
    name: 'scope',
    holds: false,
    reason:
      action === 'R'
        ? 'the token does not cover the request'
        : 'the token does not cover the request, or the caller may see and not change it'
  }
}

const found: Readonly<Record<Verdict, string>> = {
  seen: 'is here',
  unseen: 'is here',
  unknown: 'has never been here',
  deleted: 'had been deleted before',
  later: 'was made after the request'
}

export const resourceStep = (
  { ref }: Extract<Asked, { readonly kind: 'one' }>,
  verdict: Verdict
): Step => ({
  name: 'resource',
  holds: verdict === 'seen' || verdict === 'unseen',
  reason: `${ref.type}/${ref.id} ${found[verdict]}`
})

export const careRelationStep = (grants: Grants, asker: Asker, at: Millis): Step => {
  const whos = whosOf(asker)
  const member = grants.members.find(
    ({ who, from, to }) => whos.includes(who) && from <= at && at < to
  )
  return member === undefined
    ? {
        name: 'careRelation',
        holds: false,
        reason:
          'no active care team of this patient has the caller as a member; not needed where a consent names the caller'
      }
    : {
        name: 'careRelation',
        holds: true,
        reason: `${member.who} is a member of an active care team`
      }
}

/** What a consent step is about: one person's grants, and what of theirs was asked for. */
export interface Matter {
  readonly grants: Grants
  readonly fact: Fact
  /** The house that the caller acts with keeps it: only a deny by name reaches the caller. */
  readonly custodian: boolean
}

export type ConsentStep = Step & { readonly name: 'consent'; readonly excludedBy?: string }

const isOwn = ({ user, ...asker }: Asker, { grants }: Matter): boolean =>
  user !== undefined && actorOf({ user, ...asker }).actsFor === 'self' && user.id === grants.patient

const ownStep = ({ fact }: Matter): ConsentStep =>
  fact.dataClass === 'third-party'
    ? {
        name: 'consent',
        holds: false,
        reason: 'what others said of third parties is not shown to the person'
      }
    : { name: 'consent', holds: true, reason: 'the person asks for what is about themselves' }

/** A Consent, as its acl is judged, is opened by any permit and closed by a deny of everything. */
const factOf = ({ grants, fact }: Matter): Fact =>
  fact.dataClass === 'consent' ? directoryFact(grants.patient) : fact

export const consentStep = (matter: Matter, asker: Asker, at: Millis): ConsentStep => {
  if (isOwn(asker, matter)) return ownStep(matter)
  const { grants, custodian } = matter
  const purpose = purposeOf(asker) ?? noPurpose
  const fact = factOf(matter)
  const verdicts = grants.consents.map((consent) => {
    const alone = { ...grants, consents: [consent] }
    const verdict = judge(alone, {
      whos: whosOf(asker),
      ...(custodian && { reach: 'named' as const }),
      ...{ purpose, action: 'read', at, fact }
    })
    return { id: consent.id, verdict }
  })
  const deny = verdicts.find(({ verdict }) => verdict === 'deny')
  if (deny !== undefined) {
    return {
      name: 'consent',
      holds: false,
      reason: `Consent/${deny.id} excludes the caller`,
      excludedBy: `Consent/${deny.id}`
    }
  }
  const permit = verdicts.find(({ verdict }) => verdict === 'permit')
  if (permit !== undefined) {
    return { name: 'consent', holds: true, reason: `allowed by Consent/${permit.id}` }
  }
  return {
    name: 'consent',
    holds: false,
    reason: `no active consent names the caller for ${purpose === noPurpose ? 'a request without a purpose' : `purpose ${purpose}`} (${String(grants.consents.length)} active consents)`
  }
}
