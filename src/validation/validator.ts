/**
 * Validates any R4 resource against its type and, where it claims or must meet one, its profile.
 * https://hl7.org/fhir/R4/validation.html
 */
import type { Definitions } from '../definitions/definitions.ts'
import type { Issue } from '../fhir/fhir-error.ts'
import { nearest } from '../fhir/nearest.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { identifierFault } from './profile/identifiers.ts'
import { createProfileWalk } from './profile/profile-walk.ts'
import { checkContext, profilesOf } from './profile/profiles.ts'
import type { Json } from '../fhir/json-object.ts'
import type { Scope } from './scope.ts'
import { isObject } from '../fhir/json-object.ts'
import { createRun, createScope, jsonKind, quote, report } from './scope.ts'
import { createTypeNodes } from './structure/type-node.ts'
import type { Hooks } from './structure/walk.ts'
import { walkResource } from './structure/walk.ts'

export type Validate = (resource: unknown, type: ResourceType) => readonly Issue[]

export interface ValidatorOptions {
  /**
   * How bad wrong check digits of a Belgian number are where a PSI profile asks for right ones.
   * Elsewhere they are a warning.
   */
  readonly checksum?: 'error' | 'warning'
}

const checksums: ReadonlySet<string> = new Set(['psi-inv-ssin', 'psi-inv-nihdi', 'psi-inv-cbe'])

export const createValidator = (
  definitions: Definitions,
  options: ValidatorOptions = {}
): Validate => {
  const hooks = createHooks(definitions, options)
  return (resource, type) => {
    const run = createRun()
    run.path.push(type)
    const scope = createScope(run, isObject(resource) ? resource : {})
    if (isOfType(resource, type, definitions, scope)) {
      walkResource(hooks, resource, hooks.nodes(type), scope)
    }
    return run.issues
  }
}

const createHooks = (definitions: Definitions, { checksum = 'error' }: ValidatorOptions): Hooks => {
  const knows = (name: string): boolean => definitions.isType(name)
  const walkProfile = createProfileWalk(definitions, knows, (rule) =>
    checksums.has(rule.key) ? checksum : rule.severity
  )
  return {
    nodes: createTypeNodes(definitions),
    knows,
    onResource: (resource, scope) => {
      const profiles = profilesOf(resource, definitions, scope)
      for (const profile of profiles) walkProfile(profile, resource, scope)
      warnOfIdentifiers(
        resource,
        new Set(profiles.flatMap((profile) => (profile.root.rules ?? []).map((rule) => rule.key))),
        scope
      )
    },
    onExtension: (extension, owner, scope) => {
      const url = extension['url']
      const profile = typeof url === 'string' ? definitions.profile(url) : undefined
      if (profile?.type !== 'Extension') return
      checkContext(profile, owner, definitions, scope)
      walkProfile(profile, extension, scope)
    }
  }
}

/** Of what is no resource of the type nothing else can be said. */
const isOfType = (
  resource: unknown,
  type: ResourceType,
  definitions: Definitions,
  scope: Scope
): resource is Json => {
  if (!isObject(resource)) {
    report(
      scope,
      'fatal',
      'structure',
      `Found ${jsonKind(resource)}, expected a JSON object with resourceType "${type}".`
    )
    return false
  }
  const found = resource['resourceType']
  if (found === type) return true
  const close =
    typeof found === 'string' && !definitions.isType(found)
      ? nearest(found, definitions.types)
      : undefined
  report(
    scope,
    'fatal',
    'structure',
    `Found resourceType ${quote(found ?? null)}, expected "${type}"${close === undefined ? '' : `; did you mean "${close}"?`}`,
    'resourceType'
  )
  return false
}

/**
 * Where no profile judges the numbers, wrong ones are still worth a word: data of others is full of
 * them.
 */
const warnOfIdentifiers = (resource: Json, judged: ReadonlySet<string>, scope: Scope): void => {
  const identifiers = resource['identifier']
  if (!Array.isArray(identifiers)) return
  identifiers.forEach((identifier, index) => {
    const fault = identifierFault(identifier)
    if (fault !== undefined && !judged.has(fault.key)) {
      report(scope, 'warning', 'invariant', fault.diagnostics, 'identifier', index, 'value')
    }
  })
}
