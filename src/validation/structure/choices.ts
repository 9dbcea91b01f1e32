/** Of a choice element one type only. https://hl7.org/fhir/R4/formats.html#choice */
import { choiceName } from '../../fhirpath/choice.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Scope } from '../scope.ts'
import { report } from '../scope.ts'
import type { Field, TypeNode } from './type-node.ts'

/** `valueString` and `_valueString` are two halves of one choice. */
export const sameChoice = (object: Json, field: Field, plain: string): boolean =>
  Object.keys(object).every(
    (property) => !isVariant(property, field) || property === plain || property === `_${plain}`
  )

const isVariant = (property: string, field: Field): boolean => {
  const plain = property.startsWith('_') ? property.slice(1) : property
  const base = field.element.name.slice(0, -3)
  return field.element.types.some((type) => plain === choiceName(base, type.code))
}

export const reportChoice = (node: TypeNode, object: Json, field: Field, scope: Scope): void => {
  const found = Object.keys(object).filter(
    (property) => isVariant(property, field) && !property.startsWith('_')
  )
  report(
    scope,
    'error',
    'structure',
    `${node.name} has ${found.join(' and ')}, expected only one of them; keep one.`,
    found[1] ?? field.property
  )
}
