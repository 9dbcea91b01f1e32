/** What an element as a whole may lack or hold too much of. https://hl7.org/fhir/R4/json.html */
import { nearest } from '../../fhir/nearest.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { quote, report } from '../scope.ts'
import type { Field, TypeNode } from './type-node.ts'

export const reportEmpty = (scope: Scope): void =>
  report(
    scope,
    'error',
    'structure',
    'Found an element without value or children, expected at least one (ele-1); remove it or fill it.'
  )

export const checkRequired = (node: TypeNode, object: Json, scope: Scope): void => {
  for (const { name, properties, expected } of node.required) {
    if (!properties.some((property) => object[property] !== undefined)) {
      report(
        scope,
        'error',
        'required',
        `${node.name} has no ${name}, expected ${expected}; add it.`
      )
    }
  }
}

export const reportUnknown = (node: TypeNode, property: string, scope: Scope): void => {
  const names = [...node.fields.keys()]
  const choices = names.filter(
    (name) => name.startsWith(property) && node.fields.get(name)?.element.name === `${property}[x]`
  )
  const close =
    choices.length > 0
      ? choices.slice(0, 4).join(' or ')
      : nearest(
          property,
          names.filter((name) => !name.startsWith('_'))
        )
  report(
    scope,
    'error',
    'structure',
    `${node.name} has no element ${quote(property)}${close === undefined ? '' : `; did you mean ${close}?`} Rename or remove it.`,
    property
  )
}

/**
 * A null keeps the place of a primitive that has only the other half.
 * https://hl7.org/fhir/R4/json.html#primitive
 */
export const checkNull = (field: Field, beside: unknown, index: number, scope: Scope): void => {
  const other = Array.isArray(beside) ? (beside[index] as unknown) : undefined
  if (other === null || other === undefined) {
    report(
      scope,
      'error',
      'structure',
      `Found null without its other half, expected a value here or in ${field.sibling ? field.property.slice(1) : `_${field.property}`}[${index}]; remove the item.`
    )
  }
}

/**
 * ext-1. https://hl7.org/fhir/R4/extensibility.html#Extension
 * @param value property that holds its value; empty: none
 */
export const checkExtension = (extension: Json, value: string, scope: Scope): void => {
  const nested = extension['extension'] !== undefined
  if (nested === (value !== '')) {
    report(
      scope,
      'error',
      'extension',
      nested
        ? `Extension has both ${value} and nested extensions, expected one of the two (ext-1).`
        : 'Extension has neither a value nor nested extensions, expected one of the two (ext-1); add value….'
    )
  }
}
