/** From grants to acl entries: the judge is asked once for every identity, purpose, action and stretch of time that the patient's consents tell apart. */
import { purposesOfUse } from '../../fhir/purpose-of-use.ts'
import type { Millis } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { AclEntry, Fact } from '../../storage/store.ts'
import { accessKey, actions } from '../keys.ts'
import type { Action, Who } from '../keys.ts'
import { judge } from './judge.ts'
import type { Grants, Provision } from './rules.ts'

/** A purpose that no consent names: stands for all such, and for none declared. */
const other = ''

const flatten = (provisions: readonly Provision[]): readonly Provision[] =>
  provisions.flatMap((provision) => [provision, ...flatten(provision.nested)])

const provisionsOf = (grants: Grants): readonly Provision[] =>
  flatten(grants.consents.flatMap(({ root }) => root === undefined ? [] : [root]))

const boundaries = (grants: Grants, provisions: readonly Provision[]): readonly Millis[] => {
  const windows = [...provisions, ...provisions.flatMap(({ actors }) => actors ?? []), ...grants.members]
  return [...new Set([openLo, ...windows.flatMap(({ from, to }) => [from, to])])].filter((at) => at < openHi).sort((a, b) => a - b)
}

const permittedIdentities = (grants: Grants, provisions: readonly Provision[]): readonly Who[] =>
  [...new Set(provisions.filter(({ type }) => type === 'permit').flatMap(({ actors }) => actors ?? grants.members).map(({ who }) => who))]

/** Purposes under which the action is permitted now, `*` when all are and none need be declared. */
const permittedPurposes = (grants: Grants, named: readonly string[], who: Who, action: Action, at: Millis, fact: Fact): readonly string[] => {
  const permits = (purpose: string): boolean => judge(grants, { who, purpose, action, at, fact }) === 'permit'
  const ofNamed = named.filter(permits)
  if (!permits(other)) return ofNamed
  return ofNamed.length === named.length ? ['*'] : purposesOfUse.filter((code) => !named.includes(code) || ofNamed.includes(code))
}

const keysAt = (grants: Grants, named: readonly string[], who: Who, at: Millis, fact: Fact): readonly string[] => {
  const byAction = actions.map((action) => permittedPurposes(grants, named, who, action, at, fact))
  const everywhere = (byAction[0] ?? []).filter((purpose) => byAction.every((purposes) => purposes.includes(purpose)))
  return [
    ...everywhere.map((purpose) => accessKey(who, purpose, '*')),
    ...actions.flatMap((action, i) => (byAction[i] ?? []).filter((purpose) => !everywhere.includes(purpose)).map((purpose) => accessKey(who, purpose, action)))
  ]
}

/** Stretches of time merged per key. */
const collect = (times: readonly Millis[], keysOf: (at: Millis) => readonly string[]): readonly AclEntry[] => {
  const open = new Map<string, Millis>()
  const done: AclEntry[] = []
  times.forEach((at) => {
    const keys = new Set(keysOf(at))
    for (const [key, from] of open) {
      if (!keys.has(key)) { done.push({ key, from, to: at }); open.delete(key) }
    }
    for (const key of keys) if (!open.has(key)) open.set(key, at)
  })
  for (const [key, from] of open) done.push({ key, from, to: openHi })
  return done
}

/** Key that hides a row from a person excluded by name, whatever their organisation may see; purpose does not soften it. */
export const exclusionKey = (who: Who, action: Action | '*'): string => `!${who}|${action}`

const isPerson = (who: Who): boolean => who.startsWith('Practitioner/') || who.startsWith('PractitionerRole/')

const excludedIdentities = (provisions: readonly Provision[]): readonly Who[] =>
  [...new Set(provisions.filter(({ type }) => type === 'deny').flatMap(({ actors }) => actors ?? []).map(({ who }) => who).filter(isPerson))]

const exclusionsAt = (grants: Grants, purposes: readonly string[], who: Who, at: Millis, fact: Fact): readonly string[] => {
  const denied = actions.filter((action) => purposes.some((purpose) => judge(grants, { who, purpose, action, at, fact }) === 'deny'))
  return denied.length === actions.length ? [exclusionKey(who, '*')] : denied.map((action) => exclusionKey(who, action))
}

/**
 * Entries that the patient's consents give on one resource. Sorted, so that equal decisions are equal lists.
 * Cost: identities × named purposes × 4 actions × boundaries judgements.
 */
export const permits = (grants: Grants, fact: Fact): readonly AclEntry[] => {
  if (grants.consents.length === 0) return []
  const provisions = provisionsOf(grants)
  const named = [...new Set(provisions.flatMap(({ purposes }) => purposes ?? []))]
  const times = boundaries(grants, provisions)
  const given = permittedIdentities(grants, provisions).map((who) => collect(times, (at) => keysAt(grants, named, who, at, fact)))
  const barred = excludedIdentities(provisions).map((who) => collect(times, (at) => exclusionsAt(grants, [...named, other], who, at, fact)))
  return [...given, ...barred].flat().sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.from - b.from)
}
