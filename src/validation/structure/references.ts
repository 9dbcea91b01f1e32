/**
 * References: their form, their type against what the element allows, and fragments against what is
 * contained. https://hl7.org/fhir/R4/references.html
 */
import type { Json } from '../../fhir/json-object.ts'
import { typeNamedBy } from '../../fhir/reference.ts'
import type { Scope } from '../scope.ts'
import { quote, report } from '../scope.ts'

export type KnowsType = (name: string) => boolean

const conditional = /^([A-Z][A-Za-z]{1,63})\?\S/
const absolute = /^[a-z][a-z0-9+.-]*:\S+$/i
const prefix = 'http://hl7.org/fhir/StructureDefinition/'

const checkFragment = (literal: string, scope: Scope): void => {
  scope.fragments.add(literal)
  if (literal === '#' || scope.contained.has(literal.slice(1))) return
  const ids = [...scope.contained.keys()]
  report(
    scope,
    'error',
    'invariant',
    `Found ${quote(literal)}, expected the id of a contained resource${
      ids.length === 0
        ? '; contain it, or write Type/id'
        : `: ${ids
            .slice(0, 10)
            .map((id) => `#${id}`)
            .join(', ')}`
    } (ref-1).`,
    'reference'
  )
}

/** Type that the literal names, if it names one. */
const typeOfLiteral = (literal: string, scope: Scope, knows: KnowsType): string | undefined => {
  if (literal.startsWith('#')) {
    return literal === '#'
      ? (scope.root['resourceType'] as string | undefined)
      : scope.contained.get(literal.slice(1))
  }
  const named = scope.entries.get(literal) ?? typeNamedBy(literal) ?? conditional.exec(literal)?.[1]
  return named !== undefined && knows(named) ? named : undefined
}

const statedType = (reference: Json): string | undefined =>
  typeof reference['type'] === 'string' ? reference['type'].replace(prefix, '') : undefined

const checkLiteral = (literal: string, scope: Scope, found: string | undefined): void => {
  if (literal.startsWith('#')) return checkFragment(literal, scope)
  if (found !== undefined || absolute.test(literal)) return
  const named = typeNamedBy(literal) ?? conditional.exec(literal)?.[1]
  report(
    scope,
    'error',
    'value',
    `Found ${quote(literal)}${named === undefined ? '' : `, and R4 has no type ${named}`}; expected Type/id, an absolute URL, urn:uuid:… or #id of a contained resource.`,
    'reference'
  )
}

/** Whether the type of the target, as far as the reference tells it, is one of `targets`. */
export const checkTarget = (
  reference: Json,
  targets: readonly string[],
  scope: Scope,
  knows: KnowsType,
  whose = ''
): void => {
  const literal = reference['reference']
  const found = typeof literal === 'string' ? typeOfLiteral(literal, scope, knows) : undefined
  const type = found ?? statedType(reference)
  if (type === undefined || !knows(type) || targets.includes(type)) return
  report(
    scope,
    'error',
    'value',
    `Found a reference to ${type}, expected ${targets.join(' or ')}${whose}; refer to a resource of such a type.`,
    found === undefined ? 'type' : 'reference'
  )
}

/** @param targets types that the element allows; undefined: any */
export const checkReference = (
  reference: Json,
  targets: readonly string[] | undefined,
  scope: Scope,
  knows: KnowsType
): void => {
  const literal = reference['reference']
  const found = typeof literal === 'string' ? typeOfLiteral(literal, scope, knows) : undefined
  if (typeof literal === 'string') checkLiteral(literal, scope, found)
  const stated = statedType(reference)
  if (found !== undefined && stated !== undefined && knows(stated) && stated !== found) {
    report(
      scope,
      'error',
      'value',
      `Found type ${stated} beside a reference to ${found}; expected the same type in both.`,
      'type'
    )
  }
  if (targets !== undefined) checkTarget(reference, targets, scope, knows)
}
