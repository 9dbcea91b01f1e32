/** Method and path → route and what the path names. Decided from the request line alone. */
import type { Definitions } from '../../definitions/definitions.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { isId } from '../../fhir/id.ts'
import { nearest } from '../../fhir/nearest.ts'
import type { ResourceId, ResourceType, VersionId } from '../../fhir/resource.ts'
import type { Target } from '../../exchange/context.ts'
import { isReadOnly, isTransient } from '../../fhir/type-groups.ts'
import type { Route } from '../routes.ts'

export interface Matched {
  readonly route: Route
  readonly target: Target
}
export interface MatchRoute {
  /** @throws FhirError not-found, method-not-allowed */
  (method: string, path: string): Matched
  /** For the header Allow. */
  readonly methodsOn: (path: string) => readonly string[]
}

type Bind = (segment: string, target: Draft, route: Route) => boolean
interface Draft {
  type?: ResourceType
  id?: ResourceId
  version?: VersionId
  member?: ResourceType
}

const bindings = (definitions: Definitions): Readonly<Record<string, Bind>> => ({
  ':type': (segment, target, { types }) => {
    if (
      !definitions.isType(segment) ||
      isTransient(segment) ||
      types?.includes(segment) === false
    ) {
      return false
    }
    target.type = segment
    return true
  },
  ':id': (segment, target) => {
    target.id = segment as ResourceId
    return isId(segment)
  },
  ':version': (segment, target) => {
    target.version = segment as VersionId
    return isId(segment)
  },
  ':member': (segment, target) => {
    if (
      target.type === undefined ||
      !definitions.isType(segment) ||
      definitions.compartment(target.type, segment) === undefined
    ) {
      return false
    }
    target.member = segment
    return true
  }
})

interface Compiled {
  readonly route: Route
  readonly segments: readonly (string | Bind)[]
}

/** What read-only types have not: nobody changes them, and they have one version. */
const notReadOnly: ReadonlySet<string> = new Set([
  'create',
  'update',
  'patch',
  'delete',
  'vread',
  'history-instance'
])

const targetOf = ({ type, id: instance, version, member }: Draft): Target =>
  member !== undefined && type !== undefined && instance !== undefined
    ? { type: member, compartment: { type, id: instance } }
    : {
        ...(type !== undefined && { type }),
        ...(instance !== undefined && { id: instance }),
        ...(version !== undefined && { version })
      }

const bind = ({ route, segments }: Compiled, parts: readonly string[]): Draft | undefined => {
  const draft: Draft = {}
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]
    const part = parts[i] ?? ''
    if (typeof segment === 'function' ? !segment(part, draft, route) : segment !== part) {
      return undefined
    }
  }
  return draft
}

const unknownPath = (path: string, definitions: Definitions): FhirError => {
  const [type = ''] = path.split('/')
  const close =
    definitions.isType(type) || !/^[A-Za-z]+$/.test(type)
      ? undefined
      : nearest(type, definitions.types)
  const fix = close === undefined ? 'GET metadata lists what there is' : `did you mean ${close}?`
  return new FhirError(
    'not-found',
    `Found the path ${JSON.stringify(path)}, which this server does not have; ${fix}.`
  )
}

export const createMatchRoute = (
  routes: readonly Route[],
  definitions: Definitions
): MatchRoute => {
  const binds = bindings(definitions)
  const bySize = new Map<number, Compiled[]>()
  for (const route of routes) {
    const segments = route.path.split('/').map((part) => binds[part] ?? part)
    bySize.set(segments.length, [...(bySize.get(segments.length) ?? []), { route, segments }])
  }

  const fit = (compiled: Compiled, parts: readonly string[]): Draft | undefined => {
    const draft = bind(compiled, parts)
    return draft?.type !== undefined &&
      notReadOnly.has(compiled.route.interaction) &&
      isReadOnly(draft.type)
      ? undefined
      : draft
  }
  const methodsOn = (path: string): readonly string[] => {
    const parts = path.split('/')
    const methods = (bySize.get(parts.length) ?? [])
      .filter((compiled) => fit(compiled, parts) !== undefined)
      .map(({ route }) => route.method)
    return [
      ...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))
    ]
  }

  const match = (method: string, path: string): Matched => {
    const wanted = method === 'HEAD' ? 'GET' : method
    const parts = path.split('/')
    for (const compiled of bySize.get(parts.length) ?? []) {
      const draft = compiled.route.method === wanted ? fit(compiled, parts) : undefined
      if (draft !== undefined) return { route: compiled.route, target: targetOf(draft) }
    }
    const methods = methodsOn(path)
    if (methods.length === 0) throw unknownPath(path, definitions)
    throw new FhirError(
      'method-not-allowed',
      `Found ${method} on ${path === '' ? 'the base' : path}, expected one of ${methods.join(', ')}.`
    )
  }
  return Object.assign(match, { methodsOn })
}
