/**
 * What one provision states itself: actors, purposes, actions, and the data that it is about.
 * https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision
 */
import type { Elements } from '../../fhir/elements.ts'
import { resourceTypeSystem } from '../../psi/canonical.ts'
import { consentClasses, dataClassSystem, isConsentClass } from '../../psi/data-classes.ts'
import { participantRoles, participantRoleSystem } from '../../psi/participant-roles.ts'
import { isPurposeOfUse, purposeOfUseSystem, purposesOfUse } from '../../psi/purpose-of-use.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { Action } from '../who/keys.ts'
import { codes, list, literal, period, problem, stated } from './reading.ts'
import type { Reading, Vocabulary } from './reading.ts'
import type { ClassRule } from './rules.ts'

export type ProvisionElement = Elements<fhir4.ConsentProvision>

/** Actors are still references, which resolve-actors.ts turns into identities. */
export interface Stated {
  readonly actors?: readonly { readonly reference: string; readonly roles: readonly string[] }[]
  readonly purposes?: readonly string[]
  readonly actions?: readonly Action[]
  readonly classes?: readonly ClassRule[]
  readonly dates?: readonly [Millis, Millis]
  readonly instances?: readonly string[]
}

const actionOf: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['access', 'read'],
  ['use', 'read'],
  ['collect', 'collect'],
  ['correct', 'correct'],
  ['disclose', 'disclose']
])
const unknowable = ['securityLabel', 'code', 'modifierExtension', 'implicitRules']

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
const classRule = (
  { system, code }: Elements<fhir4.Coding>,
  vocabulary: Vocabulary
): ClassRule | undefined => {
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

const instances = (
  value: ProvisionElement['data'],
  path: string,
  reading: Reading
): readonly string[] | undefined => {
  if (value === undefined) return undefined
  return stated(value, path, 'a resource', reading).flatMap((each, i) => {
    if (each.meaning !== 'instance') {
      problem(
        reading,
        `${path}[${String(i)}].meaning`,
        `Found ${String(each.meaning)}, which this server cannot enforce; expected instance.`
      )
    }
    const reference = literal(
      each.reference,
      `${path}[${String(i)}].reference`,
      'Type/id of a resource on this server',
      reading
    )
    return each.meaning === 'instance' && reference !== undefined
      ? [formatReference(reference)]
      : []
  })
}

const actors = (
  value: ProvisionElement['actor'],
  path: string,
  reading: Reading
): Stated['actors'] => {
  if (value === undefined) return undefined
  return stated(value, path, 'an actor', reading).flatMap((each, i) => {
    const reference = literal(
      each.reference,
      `${path}[${String(i)}].reference`,
      'Type/id of an Organization, PractitionerRole, Practitioner, CareTeam, RelatedPerson or Patient on this server',
      reading
    )
    const roles = list(each.role?.coding).flatMap(({ system, code }) =>
      system === participantRoleSystem ? [String(code)] : []
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

const refuseUnknowable = (element: ProvisionElement, path: string, reading: Reading): void => {
  for (const name of unknowable) {
    if (name in element) {
      problem(
        reading,
        `${path}.${name}`,
        `Found ${name}, which this server cannot enforce; say it with class, data, actor, purpose or period.`
      )
    }
  }
}

const purposes = (
  value: ProvisionElement['purpose'],
  path: string,
  reading: Reading
): Stated['purposes'] =>
  codes(
    value,
    path,
    reading,
    ({ system, code }) =>
      (system === undefined || system === purposeOfUseSystem) &&
      typeof code === 'string' &&
      isPurposeOfUse(code)
        ? code
        : undefined,
    `a code of ${purposeOfUseSystem}: ${purposesOfUse.join(', ')}`
  )

const actions = (
  value: ProvisionElement['action'],
  path: string,
  reading: Reading
): Stated['actions'] =>
  codes(
    value,
    path,
    reading,
    ({ code }) => (typeof code === 'string' ? actionOf.get(code) : undefined),
    [...actionOf.keys()].join(', ')
  )

const classes = (
  value: ProvisionElement['class'],
  path: string,
  reading: Reading
): Stated['classes'] =>
  codes(
    value,
    path,
    reading,
    (coding) => classRule(coding, reading),
    `psi-cs-data-class (${consentClasses.join(', ')}), an R4 resource type such as CarePlan, or the URL of a profile that this server knows`
  )

/** Without what it leaves open. */
export const statedIn = (element: ProvisionElement, path: string, reading: Reading): Stated => {
  refuseUnknowable(element, path, reading)
  const found: { readonly [name in keyof Stated]: Stated[name] | undefined } = {
    actors: actors(element.actor, `${path}.actor`, reading),
    purposes: purposes(element.purpose, `${path}.purpose`, reading),
    actions: actions(element.action, `${path}.action`, reading),
    classes: classes(element.class, `${path}.class`, reading),
    dates:
      element.dataPeriod === undefined
        ? undefined
        : period(element.dataPeriod, `${path}.dataPeriod`, reading),
    instances: instances(element.data, `${path}.data`, reading)
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
