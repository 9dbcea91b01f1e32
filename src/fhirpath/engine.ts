/**
 * FHIRPath, compiled once and kept. http://hl7.org/fhirpath/N1/ and
 * https://hl7.org/fhir/R4/fhirpath.html
 */
import { typeMeantBy } from '../fhir/reference.ts'
import type { UserInvocationTable } from 'fhirpath'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'

/** What `%resource`, `%rootResource` and further variables stand for. */
export interface PathEnvironment {
  /** The resource that holds the focus. */
  readonly resource: unknown
  /** The outermost resource, when `resource` is contained in it. */
  readonly rootResource?: unknown
}

export type CompiledPath = (focus: unknown, environment?: PathEnvironment) => unknown[]

const typeNodes = new Map<string, unknown>()
/**
 * A node of fhirpath's own that is of this type and has no other content, so that `is` and `ofType`
 * judge it.
 */
const typeNode = (resourceType: string): unknown => {
  if (!typeNodes.has(resourceType)) {
    typeNodes.set(
      resourceType,
      fhirpath.evaluate({ resourceType }, '$this', {}, r4, {
        resolveInternalTypes: false,
        async: false
      })[0]
    )
  }
  return typeNodes.get(resourceType)
}

/** What a reference tells of its target without a look at the store: its type. */
const resolved = (target: unknown): unknown => {
  const { reference: literal, type } = (
    typeof target === 'string' ? { reference: target } : (target ?? {})
  ) as { reference?: unknown; type?: unknown }
  const name = (typeof literal === 'string' ? typeMeantBy(literal) : undefined) ?? type
  return typeof name === 'string' && Object.hasOwn(r4.path2Type, `${name}.meta`)
    ? typeNode(name)
    : undefined
}

const functions: UserInvocationTable = {
  resolve: {
    fn: (targets: unknown[]) => targets.map(resolved).filter((one) => one !== undefined),
    arity: { 0: [] }
  }
}

/**
 * After `resolve()` only the type of the target may be asked: nothing else is known without the
 * store.
 */
const beyondType =
  /\bresolve\(\)(?!\s*(?:is\b|as\b|\.is\(|\.as\(|\.ofType\(|\.exists\(\)|\.empty\(\)|\.iif\(empty\(\)))/
const needsServer = /\b(memberOf|conformsTo|subsumes|subsumedBy)\s*\(|%terminologies/

const refuse = (expression: string, found: string, fix: string): never => {
  throw new Error(
    `FHIRPath "${expression}" uses ${found}, which cannot be evaluated inside one resource; ${fix}`
  )
}

const cache = new Map<string, CompiledPath>()
const cacheLimit = 5000

const compile = (expression: string, base: string | undefined): CompiledPath => {
  if (beyondType.test(expression)) {
    refuse(
      expression,
      'resolve()',
      'ask only for the type of the target, as in "resolve() is Patient".'
    )
  }
  const server = needsServer.exec(expression)
  if (server) refuse(expression, server[0], 'name the codes in the expression.')
  const path = base === undefined ? expression : { base, expression }
  const run = fhirpath.compile(path, r4, {
    userInvocationTable: functions,
    async: false,
    traceFn: () => {}
  })
  return (focus, environment) => {
    const resource = environment?.resource ?? focus
    return run(focus, {
      resource,
      rootResource: environment?.rootResource ?? resource
    }) as unknown[]
  }
}

/**
 * @param base path of the focus (`CarePlan.activity`) or its data type when it is not a whole
 * resource
 * @throws Error that quotes the expression when it cannot be parsed or asks for other resources
 */
export const compilePath = (expression: string, base?: string): CompiledPath => {
  const key = `${base ?? ''} ${expression}`
  const known = cache.get(key)
  if (known) return known
  const made = compile(expression, base)
  // Expressions come from tables and patches; a stream of odd patches must not grow this without
  // end.
  if (cache.size >= cacheLimit) cache.clear()
  cache.set(key, made)
  return made
}
