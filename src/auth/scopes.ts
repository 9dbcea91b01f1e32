/**
 * SMART v2 scopes for clinical data; v1 scopes are read as their v2 equals.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
import type { ResourceType } from '../fhir/resource.ts'
import type { ScopeAction, Scopes } from './caller.ts'

export type ScopeContext = 'system' | 'user' | 'patient'

/** One scope: `*` stands for every type, letters are in the order of the standard. */
interface Grant {
  readonly type: string
  readonly letters: string
}

export interface ScopeSet {
  /** Absent only when there is no scope at all. */
  readonly context?: ScopeContext
  readonly grants: readonly Grant[]
}

/**
 * A scope that cannot be granted; the token endpoint answers `invalid_scope` with this sentence.
 */
export class ScopeError extends Error {
  override readonly name = 'ScopeError'
}

const resourceScope = /^(system|user|patient)\/(\*|[A-Z][A-Za-z]{1,63})\.([a-z*]+)$/
const inOrder = /^(?=.)c?r?u?d?s?$/
const versionOne: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }
/** Scopes of log-in and launch say nothing about data: accepted, never granted. */
const withoutData: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'fhirUser',
  'launch',
  'launch/patient',
  'launch/encounter',
  'online_access',
  'offline_access'
])
const longest = 4096

const parseOne = (text: string): Grant & { readonly context: ScopeContext } => {
  if (text.includes('?')) {
    throw new ScopeError(
      `Scope ${JSON.stringify(text)} has a constraint; constraints are not supported. Ask for the scope without "?…".`
    )
  }
  const found = resourceScope.exec(text)
  if (!found) {
    throw new ScopeError(
      `Scope ${JSON.stringify(text)} is not known. Expected context/Type.cruds, for example system/CarePlan.rs.`
    )
  }
  const [, context, type = '', suffix = ''] = found
  const letters = versionOne[suffix] ?? suffix
  if (!inOrder.test(letters)) {
    throw new ScopeError(
      `Scope ${JSON.stringify(text)} has the interactions ${JSON.stringify(suffix)}. Expected some of "cruds", in that order.`
    )
  }
  return { context: context as ScopeContext, type, letters }
}

/** @throws ScopeError */
export const parseScopes = (text: string): ScopeSet => {
  if (text.length > longest) {
    throw new ScopeError(
      `The scopes are ${text.length} characters long. Expected at most ${longest}; use wildcards such as system/*.rs.`
    )
  }
  const scopes = text
    .split(' ')
    .filter((part) => part !== '' && !withoutData.has(part))
    .map(parseOne)
  const [context, ...others] = new Set(scopes.map((scope) => scope.context))
  if (others.length > 0) {
    throw new ScopeError(
      `The scopes mix the contexts ${[context, ...others].join(', ')}. Ask for one token per context.`
    )
  }
  const letters = new Map<string, string>()
  for (const scope of scopes) {
    letters.set(scope.type, union(letters.get(scope.type) ?? '', scope.letters))
  }
  const grants = [...letters].map(([type, each]) => ({ type, letters: each }))
  return context === undefined ? { grants } : { context, grants }
}

export const isScopes = (text: string): boolean => {
  try {
    parseScopes(text)
    return true
  } catch {
    return false
  }
}

const cruds: readonly ScopeAction[] = ['c', 'r', 'u', 'd', 's']
const union = (a: string, b: string): string =>
  cruds.filter((letter) => a.includes(letter) || b.includes(letter)).join('')
const meet = (a: string, b: string): string =>
  cruds.filter((letter) => a.includes(letter) && b.includes(letter)).join('')
const lettersFor = (grants: readonly Grant[], type: string): string =>
  grants.reduce(
    (all, grant) => (grant.type === type || grant.type === '*' ? union(all, grant.letters) : all),
    ''
  )

/** What both sides allow. A wildcard on one side meets each type that the other side names. */
export const intersectScopes = (a: ScopeSet, b: ScopeSet): ScopeSet => {
  if (a.context === undefined || a.context !== b.context) return { grants: [] }
  const types = new Set([...a.grants, ...b.grants].map((grant) => grant.type))
  const whole = meet(lettersFor(a.grants, '*'), lettersFor(b.grants, '*'))
  const grants = [...types].flatMap((type) => {
    const letters =
      type === '*' ? whole : meet(lettersFor(a.grants, type), lettersFor(b.grants, type))
    return letters === '' || (type !== '*' && letters === whole) ? [] : [{ type, letters }]
  })
  return grants.length === 0 ? { grants } : { context: a.context, grants }
}

export const formatScopes = ({ context, grants }: ScopeSet): string =>
  context === undefined
    ? ''
    : grants.map(({ type, letters }) => `${context}/${type}.${letters}`).join(' ')

export const scopesOf = (set: ScopeSet): Scopes => {
  const byType = new Map(set.grants.map(({ type }) => [type, lettersFor(set.grants, type)]))
  const whole = byType.get('*') ?? ''
  return {
    text: formatScopes(set),
    allows: (type: ResourceType, action: ScopeAction) =>
      (byType.get(type) ?? whole).includes(action)
  }
}
