/** References: their form, their type against what the element allows, and fragments against what is contained. https://hl7.org/fhir/R4/references.html */
import type { Json, Scope } from './scope.ts'
import { quote, report } from './scope.ts'

export type KnowsType = (name: string) => boolean

const restful = /(?:^|\/)([A-Z][A-Za-z]{1,63})\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const conditional = /^([A-Z][A-Za-z]{1,63})\?\S/
const absolute = /^[a-z][a-z0-9+.-]*:\S+$/i
const prefix = 'http://hl7.org/fhir/StructureDefinition/'

const typeOfFragment = (literal: string, scope: Scope): string | undefined => {
  scope.fragments.add(literal)
  if (literal === '#') return scope.root['resourceType'] as string | undefined
  const type = scope.contained.get(literal.slice(1))
  if (type === undefined) {
    const ids = [...scope.contained.keys()]
    report(scope, 'error', 'invariant', `Found ${quote(literal)}, expected the id of a contained resource${ids.length === 0 ? '; contain it, or write Type/id' : `: ${ids.slice(0, 10).map((id) => `#${id}`).join(', ')}`} (ref-1).`, 'reference')
  }
  return type
}

/** Type of the target as far as the literal tells; reports literals of no known form. */
const typeOfLiteral = (literal: string, scope: Scope, knows: KnowsType): string | undefined => {
  if (literal.startsWith('#')) return typeOfFragment(literal, scope)
  const entry = scope.entries.get(literal)
  if (entry !== undefined) return entry
  const named = (restful.exec(literal) ?? conditional.exec(literal))?.[1]
  if (named !== undefined && knows(named)) return named
  if (!absolute.test(literal)) {
    report(scope, 'error', 'value', `Found ${quote(literal)}${named === undefined ? '' : `, and R4 has no type ${named}`}; expected Type/id, an absolute URL, urn:uuid:… or #id of a contained resource.`, 'reference')
  }
  return undefined
}

/** @param targets types that the element allows; undefined: any */
export const checkReference = (reference: Json, targets: readonly string[] | undefined, scope: Scope, knows: KnowsType): void => {
  const { reference: literal, type: stated } = reference
  const found = typeof literal === 'string' ? typeOfLiteral(literal, scope, knows) : undefined
  const declared = typeof stated === 'string' ? stated.replace(prefix, '') : undefined
  if (found !== undefined && declared !== undefined && knows(declared) && declared !== found) {
    report(scope, 'error', 'value', `Found type ${declared} beside a reference to ${found}; expected the same type in both.`, 'type')
  }
  const type = found ?? declared
  if (targets === undefined || type === undefined || !knows(type) || targets.includes(type)) return
  report(scope, 'error', 'value', `Found a reference to ${type}, expected ${targets.join(' or ')}; refer to a resource of such a type.`, ...found === undefined ? ['type'] : ['reference'])
}
