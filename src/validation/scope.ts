/**
 * What one validation run knows and gathers: where it is, which resource it is in, what it found.
 */
import type { IssueCode } from '../fhir/failure-kinds.ts'
import type { Issue } from '../fhir/fhir-error.ts'
import { isObject } from '../fhir/json-object.ts'
import type { Json } from '../fhir/json-object.ts'

/** Shared by everything that one call validates. */
export interface Run {
  readonly issues: Issue[]
  readonly counts: Record<Issue['severity'], number>
  /** Names and indices from the outermost resource down to here. */
  readonly path: (string | number)[]
  /** Profile URLs that a resource claimed and the tables do not hold. */
  readonly unknownProfiles: Set<string>
}

/** One resource with what it contains; a Bundle entry has a scope of its own. */
export interface Scope {
  readonly run: Run
  /** `%resource`: the resource around the element, also when it is contained. */
  readonly resource: Json
  /** `%rootResource`: the one that is not contained. */
  readonly root: Json
  /** Fragments (`#id`) that anything in the root resource points to; filled while walking. */
  readonly fragments: Set<string>
  /** Ids of contained resources and their types. */
  readonly contained: ReadonlyMap<string, string>
  /** Full URLs of the Bundle's entries and their types, when in a Bundle. */
  readonly entries: ReadonlyMap<string, string>
  /** Steps of the path that lead to the resource. */
  readonly depth: number
}

export interface Owner {
  readonly path: string
  readonly type: string
}

/** Nobody reads more. Counted apart, so that no hint takes the place of an error. */
const most = { fatal: 1, error: 100, warning: 50, information: 20 }

const none: ReadonlyMap<string, string> = new Map()

export const createRun = (): Run => ({
  issues: [],
  counts: { fatal: 0, error: 0, warning: 0, information: 0 },
  path: [],
  unknownProfiles: new Set()
})

const containedTypes = (resource: Json): ReadonlyMap<string, string> => {
  const list = resource['contained']
  if (!Array.isArray(list)) return none
  return new Map(
    list
      .filter(isObject)
      .flatMap((one): [string, string][] =>
        typeof one['id'] === 'string' && typeof one['resourceType'] === 'string'
          ? [[one['id'], one['resourceType']]]
          : []
      )
  )
}

export const createScope = (
  run: Run,
  resource: Json,
  entries: ReadonlyMap<string, string> = none
): Scope => ({
  run,
  resource,
  root: resource,
  fragments: new Set(),
  contained: containedTypes(resource),
  entries,
  depth: run.path.length
})

export const containedScope = (scope: Scope, resource: Json): Scope => ({
  ...scope,
  resource,
  depth: scope.run.path.length
})

/** `CarePlan.activity[0].detail.status`, from the names and indices walked. */
export const expressionOf = (path: readonly (string | number)[]): string => {
  let text = ''
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  }
  return text
}

/** Notes an issue at the current place, or at an element under it. */
export const report = (
  scope: Scope,
  severity: Issue['severity'],
  code: IssueCode,
  diagnostics: string,
  ...under: readonly (string | number)[]
): void => {
  const { issues, counts, path } = scope.run
  if (counts[severity]++ < most[severity]) {
    issues.push({
      severity,
      code,
      diagnostics,
      expression: expressionOf(under.length === 0 ? path : [...path, ...under])
    })
  }
}

/** A value of the request, short enough for a sentence. */
export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** What JSON calls it. */
export const jsonKind = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `the ${typeof value} ${quote(value)}`
