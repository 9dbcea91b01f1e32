/**
 * A Consent resource as rules, or why it cannot be one. A construct that the judge does not know is
 * refused when the
 * Consent is written and a deny when it is met all the same. https://hl7.org/fhir/R4/consent.html
 */
import { resourceTypeSystem } from '../../psi/canonical.ts'
import { consentClasses, dataClassSystem, isConsentClass } from '../../psi/data-classes.ts'
import { participantRoles, participantRoleSystem } from '../../psi/participant-roles.ts'
import { dateReader } from '../../fhir/date.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { isPurposeOfUse, purposeOfUseSystem, purposesOfUse } from '../../psi/purpose-of-use.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type { Millis, Reference, Resource } from '../../fhir/resource.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { Action } from '../who/keys.ts'
import type { ClassRule } from './rules.ts'

/** As read: actors are still references, which resolve-actors.ts turns into identities. */
export interface ReadProvision {
  readonly type: 'permit' | 'deny'
  readonly from: Millis
  readonly to: Millis
  readonly actors?: readonly { readonly reference: string; readonly roles: readonly string[] }[]
  readonly purposes?: readonly string[]
  readonly actions?: readonly Action[]
  readonly classes?: readonly ClassRule[]
  readonly dates?: readonly [Millis, Millis]
  readonly instances?: readonly string[]
  readonly nested: readonly ReadProvision[]
}
export interface ReadConsent {
  readonly root?: ReadProvision
  readonly problems: readonly Issue[]
}

type Element = Record<string, unknown>
const list = (value: unknown): readonly Element[] =>
  Array.isArray(value)
    ? value.filter((each): each is Element => typeof each === 'object' && each !== null)
    : []
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const actionOf: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['access', 'read'],
  ['use', 'read'],
  ['collect', 'collect'],
  ['correct', 'correct'],
  ['disclose', 'disclose']
])
const unknowable = ['securityLabel', 'code', 'modifierExtension', 'implicitRules']
/** R4 nests without end; the judge follows two levels. */
const maxDepth = 2

/**
 * What a Consent is read with: the zone of dates without one, and the names that it may speak of.
 */
export interface Vocabulary {
  readonly zone: string
  readonly isType: (name: string) => boolean
  /** The type that a profile is for; undefined: unknown. */
  readonly profiledType: (url: string) => string | undefined
}

interface Reading extends Vocabulary {
  readonly problems: Issue[]
}

const problem = (reading: Reading, expression: string, diagnostics: string): void => {
  reading.problems.push({ severity: 'error', code: 'business-rule', expression, diagnostics })
}

const period = (value: unknown, path: string, reading: Reading): readonly [Millis, Millis] => {
  const { start, end } = (value ?? {}) as { start?: unknown; end?: unknown }
  const read = (
    at: unknown,
    name: string
  ): { readonly lo: Millis; readonly hi: Millis } | undefined => {
    if (at === undefined) return undefined
    const found = typeof at === 'string' ? dateReader(reading.zone)(at) : undefined
    if (found === undefined) {
      problem(
        reading,
        `${path}.${name}`,
        `Found ${JSON.stringify(at)}, expected a dateTime such as 2027-03-03.`
      )
    }
    return found ?? { lo: openHi, hi: openLo }
  }
  return [read(start, 'start')?.lo ?? openLo, read(end, 'end')?.hi ?? openHi]
}

const codes = <T>(
  value: unknown,
  path: string,
  reading: Reading,
  of: (coding: Element) => T | undefined,
  expected: string
): readonly T[] | undefined => {
  const codings = list(value).flatMap((each) => ('coding' in each ? list(each['coding']) : [each]))
  if (value === undefined) return undefined
  if (codings.length === 0) problem(reading, path, `Found no coding, expected ${expected}.`)
  return codings.flatMap((coding) => {
    const found = of(coding)
    if (found !== undefined) return [found]
    problem(
      reading,
      path,
      `Found ${String(coding['system'])}|${String(coding['code'])}, which this server cannot enforce; expected ${expected}.`
    )
    return []
  })
}

const core = 'http://hl7.org/fhir/StructureDefinition/'

/**
 * Without the version: whoever dropped or raised it claims the profile all the same. That of a type
 * alone is the type, which nobody has to claim.
 */
const profileRule = (code: string, { isType, profiledType }: Vocabulary): ClassRule | undefined => {
  const url = code.split('|')[0] ?? code
  if (url.startsWith(core) && isType(url.slice(core.length))) {
    return { kind: 'type', value: url.slice(core.length) }
  }
  const type = profiledType(url)
  return type === undefined ? undefined : { kind: 'profile', value: url, type }
}

/** A name that nothing bears would make a deny of nothing. */
const classRule = ({ system, code }: Element, vocabulary: Vocabulary): ClassRule | undefined => {
  if (typeof code !== 'string') return undefined
  if (system === dataClassSystem) {
    return isConsentClass(code) ? { kind: 'class', value: code } : undefined
  }
  if (system === resourceTypeSystem) {
    return vocabulary.isType(code) ? { kind: 'type', value: code } : undefined
  }
  if (system === 'urn:ietf:rfc:3986') return profileRule(code, vocabulary)
  return undefined
}

/**
 * A version of a resource is the resource: nobody is to be denied one version of a plan, and shown
 * the next.
 */
const literal = (
  value: unknown,
  path: string,
  expected: string,
  reading: Reading
): Reference | undefined => {
  const found = text((value as Element | undefined)?.['reference'])
  const reference = found === undefined ? undefined : parseReference(found)
  if (reference !== undefined && reading.isType(reference.type)) return reference
  problem(
    reading,
    path,
    `Found ${found === undefined ? 'no literal reference' : JSON.stringify(found)}, expected ${expected}.`
  )
  return undefined
}

/** A list that is stated and says nothing would be one that nothing matches. */
const stated = (
  value: unknown,
  path: string,
  expected: string,
  reading: Reading
): readonly Element[] => {
  const found = list(value)
  if (found.length === 0) {
    problem(reading, path, `Found no item, expected ${expected}; or leave the element out.`)
  }
  return found
}

const instances = (
  value: unknown,
  path: string,
  reading: Reading
): readonly string[] | undefined => {
  if (value === undefined) return undefined
  return stated(value, path, 'a resource', reading).flatMap((each, i) => {
    if (each['meaning'] !== 'instance') {
      problem(
        reading,
        `${path}[${String(i)}].meaning`,
        `Found ${String(each['meaning'])}, which this server cannot enforce; expected instance.`
      )
    }
    const reference = literal(
      each['reference'],
      `${path}[${String(i)}].reference`,
      'Type/id of a resource on this server',
      reading
    )
    return each['meaning'] === 'instance' && reference !== undefined
      ? [formatReference(reference)]
      : []
  })
}

const actors = (value: unknown, path: string, reading: Reading): ReadProvision['actors'] => {
  if (value === undefined) return undefined
  return stated(value, path, 'an actor', reading).flatMap((each, i) => {
    const reference = literal(
      each['reference'],
      `${path}[${String(i)}].reference`,
      'Type/id of an Organization, PractitionerRole, Practitioner, CareTeam, RelatedPerson or Patient on this server',
      reading
    )
    const roles = list((each['role'] as Element | undefined)?.['coding']).flatMap(
      ({ system, code }) => (system === participantRoleSystem ? [String(code)] : [])
    )
    const unknown = roles.find((code) => !participantRoles.includes(code))
    if (unknown !== undefined) {
      problem(
        reading,
        `${path}[${String(i)}].role`,
        `Found ${participantRoleSystem}|${unknown}, expected one of ${participantRoles.join(', ')}; or say the role in words alone.`
      )
    }
    return reference === undefined ? [] : [{ reference: formatReference(reference), roles }]
  })
}

const own = (element: Element, path: string, reading: Reading): Partial<ReadProvision> => {
  for (const name of unknowable) {
    if (name in element) {
      problem(
        reading,
        `${path}.${name}`,
        `Found ${name}, which this server cannot enforce; say it with class, data, actor, purpose or period.`
      )
    }
  }
  const found = {
    actors: actors(element['actor'], `${path}.actor`, reading),
    purposes: codes(
      element['purpose'],
      `${path}.purpose`,
      reading,
      ({ system, code }) =>
        (system === undefined || system === purposeOfUseSystem) &&
        typeof code === 'string' &&
        isPurposeOfUse(code)
          ? code
          : undefined,
      `a code of ${purposeOfUseSystem}: ${purposesOfUse.join(', ')}`
    ),
    actions: codes(
      element['action'],
      `${path}.action`,
      reading,
      ({ code }) => (typeof code === 'string' ? actionOf.get(code) : undefined),
      [...actionOf.keys()].join(', ')
    ),
    classes: codes(
      element['class'],
      `${path}.class`,
      reading,
      (coding) => classRule(coding, reading),
      `psi-cs-data-class (${consentClasses.join(', ')}), an R4 resource type such as CarePlan, or the URL of a profile that this server knows`
    ),
    dates:
      element['dataPeriod'] === undefined
        ? undefined
        : period(element['dataPeriod'], `${path}.dataPeriod`, reading),
    instances: instances(element['data'], `${path}.data`, reading)
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/**
 * Context (period, actor, purpose, action) is inherited when the child does not state it; data
 * elements never are.
 */
const contextOf = ({
  actors: who,
  purposes,
  actions: what
}: Partial<ReadProvision>): Partial<ReadProvision> => ({
  ...(who === undefined ? {} : { actors: who }),
  ...(purposes === undefined ? {} : { purposes }),
  ...(what === undefined ? {} : { actions: what })
})

/**
 * @param bounds the root's period: a child may state another than its parent's, but none outlasts
 * the consent
 */
const readProvision = (
  element: Element,
  path: string,
  depth: number,
  parent: ReadProvision | undefined,
  type: 'permit' | 'deny',
  reading: Reading,
  bounds: readonly [Millis, Millis] = [openLo, openHi]
): ReadProvision => {
  const said = own(element, path, reading)
  const [from, to] =
    element['period'] === undefined
      ? [parent?.from ?? openLo, parent?.to ?? openHi]
      : period(element['period'], `${path}.period`, reading)
  const flat: ReadProvision = {
    ...(parent === undefined ? {} : contextOf(parent)),
    ...said,
    type,
    from: Math.max(from, bounds[0]),
    to: Math.min(to, bounds[1]),
    nested: []
  }
  const within = parent === undefined ? ([flat.from, flat.to] as const) : bounds
  const children = list(element['provision'])
  if (children.length > 0 && depth === maxDepth) {
    problem(
      reading,
      `${path}.provision`,
      `Found a provision nested more than ${String(maxDepth)} levels deep; say it on a higher level.`
    )
  }
  const nested =
    depth === maxDepth
      ? []
      : children.map((child, i) => {
          const at = `${path}.provision[${String(i)}]`
          if (child['type'] !== 'permit' && child['type'] !== 'deny') {
            problem(
              reading,
              `${at}.type`,
              `Found ${String(child['type'])}, expected permit or deny; it is never inferred from the level above.`
            )
          }
          return readProvision(
            child,
            at,
            depth + 1,
            flat,
            child['type'] === 'permit' ? 'permit' : 'deny',
            reading,
            within
          )
        })
  return { ...flat, nested }
}

const policyType = (consent: Resource): 'permit' | 'deny' | undefined => {
  const found = list((consent['policyRule'] as Element | undefined)?.['coding']).map(
    ({ code }) => code
  )
  return found.includes('OPTIN') ? 'permit' : found.includes('OPTOUT') ? 'deny' : undefined
}

const isPrivacy = (consent: Resource): boolean =>
  list((consent['scope'] as Element | undefined)?.['coding']).some(
    ({ code }) => code === 'patient-privacy'
  )

/** Whether it takes part in decisions at all: active, and about privacy. */
export const isCandidate = (consent: Resource): boolean =>
  consent['status'] === 'active' && isPrivacy(consent)

/** A decision of somebody who is not known here would be filed and never kept. */
const checkPatient = (consent: Resource, reading: Reading): void => {
  const found = (consent['patient'] as Element | undefined)?.['reference']
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

export const readConsent = (consent: Resource, vocabulary: Vocabulary): ReadConsent => {
  const reading: Reading = { ...vocabulary, problems: [] }
  if (!isPrivacy(consent)) return { problems: [] }
  for (const name of ['modifierExtension', 'implicitRules']) {
    if (name in consent) {
      problem(
        reading,
        `Consent.${name}`,
        `Found ${name}, which this server cannot enforce; leave it out.`
      )
    }
  }
  checkPatient(consent, reading)
  const provision = (consent['provision'] ?? {}) as Element
  const said =
    provision['type'] === 'permit' || provision['type'] === 'deny' ? provision['type'] : undefined
  const policy = policyType(consent)
  if (
    said !== undefined &&
    policy !== undefined &&
    said !== policy &&
    list(provision['provision']).length === 0
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
  const root = readProvision(provision, 'Consent.provision', 0, undefined, type ?? 'deny', reading)
  const since =
    consent['dateTime'] === undefined
      ? openLo
      : period({ start: consent['dateTime'] }, 'Consent.dateTime', reading)[0]
  return reading.problems.length > 0
    ? { problems: reading.problems }
    : { root: after(root, since), problems: [] }
}

/** A consent holds from its own date on. */
const after = (provision: ReadProvision, since: Millis): ReadProvision => ({
  ...provision,
  from: Math.max(provision.from, since),
  nested: provision.nested.map((each) => after(each, since))
})
