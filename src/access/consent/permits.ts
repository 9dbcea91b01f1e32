/**
 * From grants to acl entries: the judge is asked once for every identity, purpose, action and
 * stretch of time that the patient's consents tell apart.
 */
import { purposesOfUse } from '../../psi/purpose-of-use.ts'
import type { Millis, ResourceId } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { AclEntry, Fact } from '../../storage/store.ts'
import { userOfType } from '../who/actors.ts'
import { accessKey, actions, both, exclusionKey, noPurpose, typeOfWho } from '../who/keys.ts'
import type { Action, Who } from '../who/keys.ts'
import { judge } from './judge.ts'
import type { Question } from './judge.ts'
import type { Actor, Grants, Provision } from './rules.ts'

/** A declared purpose that no consent names: one stands for all such. */
const unnamed = '?'

const flatten = (provisions: readonly Provision[]): readonly Provision[] =>
  provisions.flatMap((provision) => [provision, ...flatten(provision.nested)])

/** One patient's rules on one resource, with what all judgements about it share. */
interface Matter {
  readonly grants: Grants
  readonly fact: Fact
  readonly provisions: readonly Provision[]
  readonly purposes: readonly string[]
  readonly times: readonly Millis[]
}

const matterOf = (grants: Grants, fact: Fact): Matter => {
  const provisions = flatten(
    grants.consents.flatMap(({ root }) => (root === undefined ? [] : [root]))
  )
  const windows = [
    ...provisions,
    ...provisions.flatMap(({ actors, named }) => [...(actors ?? []), ...(named ?? [])]),
    ...grants.members
  ]
  return {
    grants,
    fact,
    provisions,
    purposes: [...new Set(provisions.flatMap(({ purposes }) => purposes ?? []))],
    times: [...new Set([openLo, ...windows.flatMap(({ from, to }) => [from, to])])]
      .filter((at) => at < openHi)
      .sort((a, b) => a - b)
  }
}

type Asked = Pick<Question, 'whos' | 'reach'> & { readonly verdict: 'permit' | 'deny' }

/** Purposes under which the verdict is this one, `*` when it is so under all and without any. */
const purposesWhere = (
  { grants, fact, purposes }: Matter,
  { verdict, ...asked }: Asked,
  action: Action,
  at: Millis
): readonly string[] => {
  const holds = (purpose: string): boolean =>
    judge(grants, { ...asked, purpose, action, at, fact }) === verdict
  const named = purposes.filter(holds)
  const others = holds(unnamed) ? purposesOfUse.filter((code) => !purposes.includes(code)) : []
  const none = holds(noPurpose)
  return none && others.length > 0 && named.length === purposes.length
    ? ['*']
    : [...named, ...others, ...(none ? [noPurpose] : [])]
}

const keysAt = (matter: Matter, who: Who, asked: Asked, at: Millis): readonly string[] => {
  const byAction = actions.map((action) => purposesWhere(matter, asked, action, at))
  const everywhere = (byAction[0] ?? []).filter((purpose) =>
    byAction.every((purposes) => purposes.includes(purpose))
  )
  return [
    ...everywhere.map((purpose) => accessKey(who, purpose, '*')),
    ...actions.flatMap((action, i) =>
      (byAction[i] ?? [])
        .filter((purpose) => !everywhere.includes(purpose))
        .map((purpose) => accessKey(who, purpose, action))
    )
  ]
}

/** Stretches of time merged per key. */
const collect = (
  times: readonly Millis[],
  keysOf: (at: Millis) => readonly string[]
): readonly AclEntry[] => {
  const open = new Map<string, Millis>()
  const done: AclEntry[] = []
  times.forEach((at) => {
    const keys = new Set(keysOf(at))
    for (const [key, from] of open) {
      if (!keys.has(key)) {
        done.push({ key, from, to: at })
        open.delete(key)
      }
    }
    for (const key of keys) if (!open.has(key)) open.set(key, at)
  })
  for (const [key, from] of open) done.push({ key, from, to: openHi })
  return done
}

const entries = (matter: Matter, who: Who, asked: Asked): readonly AclEntry[] =>
  collect(matter.times, (at) => keysAt(matter, who, asked, at))
const barred = (matter: Matter, who: Who, asked: Omit<Asked, 'verdict'>): readonly AclEntry[] =>
  entries(matter, who, { ...asked, verdict: 'deny' }).map((entry) => ({
    ...entry,
    key: exclusionKey(entry.key)
  }))

const whosIn = (actors: readonly Actor[]): readonly Who[] => [
  ...new Set(actors.map(({ who }) => who))
]
const isPerson = (who: Who): boolean => userOfType(typeOfWho(who))?.withHouse === true
const isOrganization = (who: Who): boolean => who.startsWith('Organization/')

/**
 * A professional behind a client has two identities. Unless a deny names one of them, either permit
 * is enough; if one does,
 * the two are judged together, for a deny of the house and a permit of the person may stand in one
 * consent, one inside the other.
 */
const pairs = (matter: Matter, permitted: readonly Who[], custodian: Who): readonly AclEntry[] => {
  const denied = whosIn(
    matter.provisions.filter(({ type }) => type === 'deny').flatMap(({ actors }) => actors ?? [])
  )
  if (denied.length === 0) return []
  const known = [...new Set([...permitted, ...denied])]
  const isOpen = (who: Who): boolean => permitted.includes(who)
  return known
    .filter((who) => isOrganization(who) && who !== custodian)
    .flatMap((organization) =>
      known
        .filter(
          (person) =>
            isPerson(person) &&
            (isOpen(person) || isOpen(organization)) &&
            (denied.includes(person) || denied.includes(organization))
        )
        .flatMap((person) => {
          const whos = [organization, person]
          return [
            ...entries(matter, both(organization, person), { whos, verdict: 'permit' }),
            ...barred(matter, both(organization, person), { whos })
          ]
        })
    )
}

/**
 * The organisation that keeps a resource keeps it; of its professionals only those whom a deny
 * names are shut out.
 */
const staff = (matter: Matter, custodian: Who): readonly AclEntry[] => {
  const named = whosIn(matter.provisions.flatMap((provision) => provision.named ?? []))
  return named.flatMap((person) =>
    barred(matter, both(custodian, person), { whos: [custodian, person], reach: 'named' })
  )
}

/**
 * Entries that the patient's consents give on one resource. Sorted, so that equal decisions are
 * equal lists.
 * Cost: identities × named purposes × 4 actions × boundaries judgements.
 */
export const permits = (grants: Grants, fact: Fact, custodian: ResourceId): readonly AclEntry[] => {
  if (grants.consents.length === 0) return []
  const matter = matterOf(grants, fact)
  const permitted = whosIn(
    matter.provisions
      .filter(({ type }) => type === 'permit')
      .flatMap(({ actors }) => actors ?? grants.members)
  )
  const keeper = `Organization/${custodian}`
  const given = permitted.flatMap((who) => entries(matter, who, { whos: [who], verdict: 'permit' }))
  return [...given, ...pairs(matter, permitted, keeper), ...staff(matter, keeper)].sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : a.from - b.from
  )
}
