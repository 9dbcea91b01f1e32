/** Who an actor reference means today: exact identities for a permit, generous ones for a deny (fhir-and-consent §2.5, row `actor`). */
import type { Resource } from '../../fhir/resource.ts'
import { parseReference } from '../../fhir/reference.ts'
import { openHi, openLo } from '../../search/query.ts'
import type { Who } from '../keys.ts'
import type { ReadConsent, ReadProvision } from './read-consent.ts'
import type { Actor, ConsentRules, Provision } from './rules.ts'
import type { Team } from './teams.ts'

/** The part of the directory that actors touch, read beforehand: an absent entry is unresolvable. */
export interface Directory {
  readonly resource: (reference: string) => Resource | undefined
  /** PractitionerRoles of a Practitioner. */
  readonly rolesOf: (practitioner: string) => readonly string[]
}

const always = (who: Who): Actor => ({ who, from: openLo, to: openHi })
const literal = (value: unknown): string | undefined => {
  const text = (value as { reference?: unknown } | undefined)?.reference
  return typeof text === 'string' ? text : undefined
}

/** A unit and everything above it. Cycles end it. */
const ancestors = (organization: string, directory: Directory, seen: readonly string[] = []): readonly string[] => {
  if (seen.includes(organization)) return seen
  const parent = literal(directory.resource(organization)?.['partOf'])
  return parent === undefined ? [...seen, organization] : ancestors(parent, directory, [...seen, organization])
}

/** The same professional under every name: the person and all of their roles. */
const samePerson = (reference: string, directory: Directory): readonly string[] => {
  const practitioner = reference.startsWith('Practitioner/') ? reference : literal(directory.resource(reference)?.['practitioner'])
  return practitioner === undefined ? [reference] : [...new Set([reference, practitioner, ...directory.rolesOf(practitioner)])]
}

const permitted = (actor: { readonly reference: string, readonly role?: string }, teams: readonly Team[]): readonly Actor[] => {
  const type = parseReference(actor.reference)?.type
  switch (type) {
    case 'CareTeam': return teams.filter(({ reference }) => reference === actor.reference)
      .flatMap(({ members }) => members.filter(({ roles }) => actor.role === undefined || roles.includes(actor.role)).flatMap(({ actors }) => actors))
    case 'Organization': case 'PractitionerRole': case 'Practitioner': case 'RelatedPerson': case 'Patient': return [always(actor.reference)]
    default: return []
  }
}

/** undefined: cannot be resolved, so the deny holds for everybody. */
const denied = (actor: { readonly reference: string }, teams: readonly Team[], identities: readonly Who[], directory: Directory): readonly Actor[] | undefined => {
  const type = parseReference(actor.reference)?.type
  switch (type) {
    case 'CareTeam': {
      const team = teams.find(({ reference }) => reference === actor.reference)
      return team?.members.flatMap(({ actors }) => actors)
    }
    case 'Organization': {
      const inside = (who: Who): boolean => {
        const organization = who.startsWith('PractitionerRole/') ? literal(directory.resource(who)?.['organization']) : who
        return organization?.startsWith('Organization/') === true && ancestors(organization, directory).includes(actor.reference)
      }
      return [...new Set([actor.reference, ...identities.filter(inside)])].map(always)
    }
    case 'PractitionerRole': case 'Practitioner': return samePerson(actor.reference, directory).map(always)
    case 'RelatedPerson': case 'Patient': return [always(actor.reference)]
    default: return undefined
  }
}

const flatten = (provision: ReadProvision): readonly ReadProvision[] => [provision, ...provision.nested.flatMap(flatten)]

const resolve = (provision: ReadProvision, teams: readonly Team[], identities: readonly Who[], directory: Directory): Provision => {
  const { actors, nested, ...rest } = provision
  const inner = nested.map((each) => resolve(each, teams, identities, directory))
  if (actors === undefined) return { ...rest, nested: inner }
  if (provision.type === 'permit') return { ...rest, actors: actors.flatMap((actor) => permitted(actor, teams)), nested: inner }
  const found = actors.map((actor) => denied(actor, teams, identities, directory))
  return found.includes(undefined) ? { ...rest, nested: inner } : { ...rest, actors: found.flatMap((each) => each ?? []), nested: inner }
}

/** @param consents candidates only, in the order of their ids */
export const resolveActors = (consents: readonly (readonly [Resource, ReadConsent])[], teams: readonly Team[], directory: Directory): readonly ConsentRules[] => {
  const named = consents.flatMap(([, { root }]) => root === undefined ? [] : flatten(root))
    .filter(({ type }) => type === 'permit').flatMap(({ actors }) => actors ?? []).flatMap((actor) => permitted(actor, teams))
  const identities = [...new Set([...named, ...teams.flatMap(({ members }) => members.flatMap(({ actors }) => actors))].map(({ who }) => who))]
  return consents.map(([consent, { root }]) => {
    const id = consent.id as ConsentRules['id']
    return root === undefined ? { id } : { id, root: resolve(root, teams, identities, directory) }
  })
}
