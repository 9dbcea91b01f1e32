/** Access keys `who|purpose|action`: the one vocabulary of acls and of callers. `*` stands for any. */
import type { Caller } from '../auth/caller.ts'
import { isPurposeOfUse } from '../fhir/purpose-of-use.ts'
import type { AccessKey } from '../storage/store.ts'

/** Consent actions (consentaction codes) as this server enforces them: access and use → read, collect → create, correct → change. */
export const actions = ['read', 'collect', 'correct', 'disclose'] as const
export type Action = typeof actions[number]

/** `Organization/x`, `PractitionerRole/x`, `Practitioner/x`, `Patient/x`, `RelatedPerson/x`, or `*` for every caller. */
export type Who = string

export const accessKey = (who: Who, purpose: string, action: Action | '*'): AccessKey => `${who}|${purpose}|${action}`

/** A person who acts for themselves or a relative does not share in what the organisation behind the client may see. */
const actsForSelf = (user: string): boolean => user === 'Patient' || user === 'RelatedPerson'

export const whosOf = (caller: Caller): readonly Who[] => {
  if (caller.user === undefined) return [`Organization/${caller.organization}`]
  const user = `${caller.user.type}/${caller.user.id}`
  return actsForSelf(caller.user.type) ? [user] : [`Organization/${caller.organization}`, user]
}

/**
 * The purpose that counts: exactly one declared and known. A permit needs all declared purposes to be listed
 * (fhir-and-consent §2.5), so several declared at once meet only permits without a purpose.
 */
export const purposeOf = (caller: Caller): string | undefined => {
  const [first, ...more] = caller.purposes
  return first !== undefined && more.length === 0 && isPurposeOfUse(first) ? first : undefined
}

/** Every key that would admit this caller to this action. */
export const callerKeys = (caller: Caller, action: Action): readonly AccessKey[] => {
  const purpose = purposeOf(caller)
  const purposes = purpose === undefined ? ['*'] : [purpose, '*']
  const keys = [accessKey('*', '*', action)]
  for (const who of whosOf(caller)) {
    for (const each of purposes) keys.push(accessKey(who, each, action), accessKey(who, each, '*'))
  }
  return keys
}
