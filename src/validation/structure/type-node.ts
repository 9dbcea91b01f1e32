/**
 * The structure tables, arranged for walking: JSON property → what it must hold. Made per type when
 * first met.
 */
import type {
  Definitions,
  ElementTable,
  ElementType,
  Structures,
  ValueSetCodes
} from '../../definitions/definitions.ts'
import { choiceName } from '../../fhirpath/choice.ts'
import type { Rule } from '../rules/rule.ts'
import { rulesOf, simpleQuantityRules } from '../rules/rules.ts'

/** An element under one JSON property name; choices have one per type. */
export interface Field {
  readonly property: string
  readonly element: ElementTable
  readonly repeats: boolean
  readonly kind: 'primitive' | 'complex' | 'resource'
  readonly type: ElementType
  /** The `_name` property beside a primitive. */
  readonly sibling: boolean
  /** A bit per choice element of the node: two fields of one bit are two choices. */
  readonly choice: number
  /** Of complex types. */
  readonly node: () => TypeNode
  readonly valueSet: ValueSetCodes | undefined
  /** How contexts of extensions name this element. */
  readonly owner: { readonly path: string; readonly type: string }
  /** On the element itself rather than on its type. */
  readonly rules: readonly Rule[]
}

export interface TypeNode {
  /** `CarePlan`, `CarePlan.activity`, `Period`. */
  readonly name: string
  readonly isResource: boolean
  readonly fields: ReadonlyMap<string, Field>
  readonly required: readonly {
    readonly name: string
    readonly properties: readonly string[]
    readonly expected: string
  }[]
  readonly rules: readonly Rule[]
}

export type TypeNodes = (name: string) => TypeNode

export const createTypeNodes = (definitions: Definitions): TypeNodes => {
  const nodes = new Map<string, TypeNode>()
  const node: TypeNodes = (name) => {
    const known = nodes.get(name)
    if (known) return known
    const made = typeNode(name, definitions, node)
    nodes.set(name, made)
    return made
  }
  return node
}

const typeNode = (name: string, definitions: Definitions, nodes: TypeNodes): TypeNode => {
  const { structures } = definitions
  const elements = structures.children(name)
  if (!elements) {
    throw new Error(`The structure tables hold no type ${name}; rebuild profiles/tables.`)
  }
  let choices = 0
  const groups = [...elements.values()].map((element) => ({
    element,
    fields: fieldsOf(element, element.name.endsWith('[x]') ? 1 << choices++ : 0, definitions, nodes)
  }))
  return {
    name,
    isResource: structures.type(name)?.kind === 'resource',
    fields: new Map(
      groups.flatMap(({ fields }) => fields.map((field) => [field.property, field] as const))
    ),
    required: groups
      .filter(({ element }) => element.min > 0)
      .map(({ element, fields }) => ({
        name: element.name.replace('[x]', ''),
        properties: fields.map((field) => field.property),
        expected: fields
          .filter((field) => !field.sibling)
          .map((field) => field.property)
          .slice(0, 6)
          .join(' or ')
      })),
    rules: typeRules(structures, name)
  }
}

const fieldsOf = (
  element: ElementTable,
  choice: number,
  definitions: Definitions,
  nodes: TypeNodes
): Field[] => {
  const { structures } = definitions
  const isChoice = element.name.endsWith('[x]')
  const base = isChoice ? element.name.slice(0, -3) : element.name
  const types =
    element.contentReference === undefined ? element.types : [{ code: 'BackboneElement' }]
  return types.flatMap((type): Field[] => {
    const kind = structures.type(type.code)?.kind ?? 'complex'
    const field: Field = {
      property: isChoice ? choiceName(base, type.code) : base,
      element,
      repeats: element.max > 1,
      kind,
      type,
      sibling: false,
      choice,
      node: () => nodes(kind === 'primitive' ? 'Element' : nodeName(structures, element, type)),
      owner: { path: element.contentReference ?? element.path, type: type.code },
      valueSet: element.codes === undefined ? undefined : definitions.valueSet(element.codes),
      rules: elementRules(structures, element, type)
    }
    return kind === 'primitive'
      ? [field, { ...field, property: `_${field.property}`, sibling: true }]
      : [field]
  })
}

const nodeName = (structures: Structures, element: ElementTable, type: ElementType): string =>
  element.contentReference ??
  (structures.children(element.path) !== undefined &&
  (type.code === 'BackboneElement' || type.code === 'Element')
    ? element.path
    : type.code)

/** Rules of a nested element belong to its node, which contentReference shares. */
const elementRules = (
  structures: Structures,
  element: ElementTable,
  type: ElementType
): readonly Rule[] =>
  structures.children(element.path) === undefined
    ? [
        ...rulesOf(structures, element.path),
        ...(type.targets?.[0] === 'SimpleQuantity' ? simpleQuantityRules : [])
      ]
    : []

const typeRules = (structures: Structures, name: string): readonly Rule[] => {
  const base = structures.type(name)?.base
  return [...(base === undefined ? [] : typeRules(structures, base)), ...rulesOf(structures, name)]
}
