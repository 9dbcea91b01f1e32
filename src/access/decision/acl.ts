/**
 * The result of the decision, stamped beside a version: who may touch it for what purpose, and from
 * when to when.
 */
import { openHi, openLo } from '../../search/query.ts'
import type { AclEntry, Envelope, Fact, Link, PersonKey } from '../../storage/store.ts'
import { unknownId } from '../consent/judge.ts'
import { permits } from '../consent/permits.ts'
import type { Grants } from '../consent/rules.ts'
import { userOfType } from '../who/actors.ts'
import { accessKey, both, isExclusion, typeOfWho } from '../who/keys.ts'
import type { Who } from '../who/keys.ts'

const always = (key: string): AclEntry => ({ key, from: openLo, to: openHi })

/**
 * Stands for anything of a patient: whom any permit opens something, and nothing denies everything.
 */
export const directoryFact = (person: PersonKey): Fact => ({
  person,
  dataClass: 'directory',
  type: 'Organization',
  id: unknownId
})

const readOnly = ({ key, from, to }: AclEntry): AclEntry | undefined => {
  const [who, purpose, action] = key.split('|')
  return who === undefined || purpose === undefined || !(action === '*' || action === 'read')
    ? undefined
    : { key: accessKey(who, purpose, 'read'), from, to }
}

/** Permitted to the house by one and to the person by the other: permitted to the two together. */
const meetWhos = (a: Who, b: Who): Who | undefined => {
  const parts = [...new Set([...a.split('+'), ...b.split('+')])]
  const [organization, person, ...more] = parts.sort(
    (one, other) =>
      Number(other.startsWith('Organization/')) - Number(one.startsWith('Organization/'))
  )
  if (organization === undefined || person === undefined) return organization
  return more.length === 0 &&
    organization.startsWith('Organization/') &&
    userOfType(typeOfWho(person))?.withHouse === true
    ? both(organization, person)
    : undefined
}

const meetPart = (a: string, b: string): string | undefined =>
  a === b || b === '*' ? a : a === '*' ? b : undefined

const meetEntries = (a: AclEntry, b: AclEntry): AclEntry | undefined => {
  const [whoA = '', purposeA = '', actionA = ''] = a.key.split('|')
  const [whoB = '', purposeB = '', actionB = ''] = b.key.split('|')
  const who = meetWhos(whoA, whoB)
  const purpose = meetPart(purposeA, purposeB)
  const action = meetPart(actionA, actionB)
  const from = Math.max(a.from, b.from)
  const to = Math.min(a.to, b.to)
  if (who === undefined || purpose === undefined || action === undefined || from >= to) {
    return undefined
  }
  return { key: `${who}|${purpose}|${action}`, from, to }
}

/** Several subjects: each must permit; an exclusion by any of them holds. */
const meet = (all: readonly (readonly AclEntry[])[]): readonly AclEntry[] => {
  const barred = all.flat().filter(({ key }) => isExclusion(key))
  const given = all.map((entries) => entries.filter(({ key }) => !isExclusion(key)))
  const [first = [], ...rest] = given
  return [
    ...rest.reduce(
      (met, entries) => met.flatMap((a) => entries.flatMap((b) => meetEntries(a, b) ?? [])),
      first
    ),
    ...barred
  ]
}

/**
 * A Consent tells who is denied, so only those see it whom it permits and no other Consent denies
 * everything; to them, to the patient and to its custodian.
 */
const consentPermits = (
  grants: Grants,
  fact: Fact,
  custodian: Envelope['custodian']
): readonly AclEntry[] => {
  const ofAll = permits(grants, directoryFact(grants.patient), custodian)
  const barred = ofAll.filter(({ key }) => isExclusion(key))
  const consent = grants.consents.find(({ id }) => id === fact.id)
  if (consent === undefined) return barred
  const alone = permits(
    { ...grants, consents: [consent] },
    directoryFact(grants.patient),
    custodian
  )
  return [
    ...meet([alone, ofAll])
      .filter(({ key }) => !isExclusion(key))
      .flatMap((entry) => readOnly(entry) ?? []),
    ...barred
  ]
}

const factPermits = (
  grants: Grants,
  fact: Fact,
  custodian: Envelope['custodian']
): readonly AclEntry[] => {
  const own =
    fact.dataClass === 'third-party'
      ? []
      : [always(accessKey(`Patient/${grants.patient}`, '*', 'read'))]
  return [
    ...own,
    ...(fact.dataClass === 'consent'
      ? consentPermits(grants, fact, custodian)
      : permits(grants, fact, custodian))
  ]
}

/**
 * Who sees a directory entry because data of such kinds refer to it: whoever may see such data, all
 * subjects agreeing.
 * An entry may serve several patients, so no exclusion by one of them can stand on it: nobody's
 * deny shows where somebody else's permit opens.
 */
const linkPermits = (
  { kinds, persons }: Link,
  grantsOf: GrantsOf,
  custodian: Envelope['custodian']
): readonly AclEntry[] =>
  persons.flatMap((subjects) => {
    const each = kinds.map((kind, i) => {
      const grants = grantsOf(subjects[i] ?? '')
      return factPermits(grants, { ...kind, person: grants.patient, id: unknownId }, custodian)
    })
    return meet(each).flatMap((entry) => (isExclusion(entry.key) ? [] : (readOnly(entry) ?? [])))
  })

const normalise = (entries: readonly AclEntry[]): readonly AclEntry[] => {
  const unique = new Map(
    entries.map((entry) => [`${entry.key} ${String(entry.from)} ${String(entry.to)}`, entry])
  )
  return [...unique.keys()].sort().flatMap((key) => unique.get(key) ?? [])
}

export type GrantsOf = (person: PersonKey) => Grants

/**
 * Entries of one version. The custodian keeps what it wrote; what has no subject is the custodian's
 * alone.
 */
export const aclOf = (envelope: Envelope, grantsOf: GrantsOf): readonly AclEntry[] => {
  const custodian = always(accessKey(`Organization/${envelope.custodian}`, '*', '*'))
  const published = envelope.published === true ? [always(accessKey('*', '*', 'read'))] : []
  if (envelope.dataClass === 'directory') {
    return normalise([
      custodian,
      ...published,
      ...(envelope.links ?? []).flatMap((link) => linkPermits(link, grantsOf, envelope.custodian))
    ])
  }
  return normalise([
    custodian,
    ...published,
    ...meet(
      envelope.facts.map((fact) => factPermits(grantsOf(fact.person), fact, envelope.custodian))
    )
  ])
}
