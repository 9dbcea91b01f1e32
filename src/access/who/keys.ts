/**
 * Access keys `who|purpose|action`: the one vocabulary of acls and of callers. `*` stands for any.
 */
import type { Caller } from '../../auth/caller.ts'
import { isPurposeOfUse } from '../../psi/purpose-of-use.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { AccessKey, AclFilter } from '../../storage/store.ts'
import { actorOf } from './actors.ts'

/**
 * Consent actions (consentaction codes) as this server enforces them: access and use → read,
 * collect → create, correct → change.
 */
export const actions = ['read', 'collect', 'correct', 'disclose'] as const
export type Action = (typeof actions)[number]

/**
 * `Organization/x`, `PractitionerRole/x`, `Practitioner/x`, `Patient/x`, `RelatedPerson/x`, an
 * organisation and the professional behind its client together (`Organization/x+Practitioner/y`),
 * or `*` for every caller.
 */
export type Who = string

export const typeOfWho = (who: Who): string => who.slice(0, who.indexOf('/'))

/**
 * A deny of the house and a permit of the person, or the reverse, can only be weighed on both at
 * once.
 */
export const both = (organization: Who, person: Who): Who => `${organization}+${person}`

export const accessKey = (who: Who, purpose: string, action: Action | '*'): AccessKey =>
  `${who}|${purpose}|${action}`

/** What of a caller becomes keys. */
export type Asker = Pick<Caller, 'organization' | 'user' | 'purposes'>

export const whosOf = (caller: Asker): readonly Who[] => {
  if (caller.user === undefined) return [`Organization/${caller.organization}`]
  const user = `${caller.user.type}/${caller.user.id}`
  if (!actorOf(caller).withHouse) return [user]
  const organization = `Organization/${caller.organization}`
  return [organization, user, both(organization, user)]
}

/**
 * The purpose that counts: exactly one declared and known. A permit needs all declared purposes to
 * be listed, so several declared at once meet only permits without a purpose.
 */
export const purposeOf = (caller: Asker): string | undefined => {
  const [first, ...more] = caller.purposes
  return first !== undefined && more.length === 0 && isPurposeOfUse(first) ? first : undefined
}

/** Stands in a key for having declared no purpose that counts. */
export const noPurpose = ''

const keysOf = (whos: readonly Who[], caller: Asker, action: Action): readonly AccessKey[] => {
  const purposes = [purposeOf(caller) ?? noPurpose, '*']
  return whos.flatMap((who) =>
    purposes.flatMap((purpose) => [accessKey(who, purpose, action), accessKey(who, purpose, '*')])
  )
}

/** Every key that would admit this caller to this action. */
export const callerKeys = (caller: Asker, action: Action): readonly AccessKey[] => [
  accessKey('*', '*', action),
  ...keysOf(whosOf(caller), caller, action)
]

/**
 * Key that shuts a row to a professional behind this organisation's client, whatever the
 * organisation itself may see.
 */
export const exclusionKey = (key: AccessKey): AccessKey => `!${key}`
export const isExclusion = (key: AccessKey): boolean => key.startsWith('!')

/** Every key that would shut a row to this caller. */
export const exclusionKeys = (caller: Asker, action: Action): readonly AccessKey[] =>
  keysOf(
    whosOf(caller).filter((who) => who.includes('+')),
    caller,
    action
  ).map(exclusionKey)

/** What of the store a caller may read at a moment. */
export const filterOf = (
  caller: Asker,
  now: Millis
): Extract<AclFilter, { readonly kind: 'keys' }> => {
  const denied = exclusionKeys(caller, 'read')
  return {
    kind: 'keys',
    keys: callerKeys(caller, 'read'),
    ...(denied.length === 0 ? {} : { denied }),
    now
  }
}
