/**
 * Walks a resource along its type: names, JSON kinds, cardinality, choices, formats, codes,
 * references, invariants. https://hl7.org/fhir/R4/json.html
 */
import { nearest } from '../../fhir/nearest.ts'
import { choiceName } from '../../fhirpath/choice.ts'
import { checkCodes } from './codes.ts'
import { narrativeFault } from './narrative.ts'
import { primitives } from './primitives.ts'
import type { KnowsType } from './references.ts'
import { checkReference } from './references.ts'
import { tryRules } from '../rules/try-rules.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Owner, Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { containedScope, createScope, jsonKind, quote, report } from '../scope.ts'
import type { Field, TypeNode, TypeNodes } from './type-node.ts'

export interface Walk {
  readonly resource: (resource: Json, node: TypeNode, scope: Scope) => void
}

export interface Hooks {
  readonly nodes: TypeNodes
  readonly knows: KnowsType
  /** After the structure of a resource: its profiles. */
  readonly onResource: (resource: Json, scope: Scope) => void
  /** For each extension, with the element that carries it. */
  readonly onExtension: (extension: Json, owner: Owner, scope: Scope) => void
}

/** Deeper than any real resource, and far from the end of the stack. */
const deepest = 200

export const createWalk = ({ nodes, knows, onResource, onExtension }: Hooks): Walk => {
  const walkObject = (
    node: TypeNode,
    object: Json,
    scope: Scope,
    self: Owner,
    hasValue = false
  ): void => {
    const { path } = scope.run
    if (path.length > deepest) {
      report(
        scope,
        'error',
        'structure',
        `Found elements nested more than ${deepest} levels deep; flatten the resource.`
      )
      return
    }
    let choices = 0
    let members = 0
    let variant = ''
    for (const property in object) {
      if (object[property] === undefined || (property === 'resourceType' && node.isResource)) {
        continue
      }
      const field = node.fields.get(property)
      if (field === undefined) {
        reportUnknown(node, property, scope)
        members++
        continue
      }
      if (property !== 'id') members++
      if (field.choice !== 0) {
        const plain = field.sibling ? property.slice(1) : property
        if ((choices & field.choice) !== 0 && !sameChoice(object, field, plain)) {
          reportChoice(node, object, field, scope)
        }
        choices |= field.choice
        variant = plain
      }
      path.push(property)
      walkField(field, object[property], object, scope, node, self)
      path.pop()
    }
    if (members === 0 && !node.isResource && !(hasValue && object['id'] !== undefined)) {
      report(
        scope,
        'error',
        'structure',
        'Found an element without value or children, expected at least one (ele-1); remove it or fill it.'
      )
    }
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
    if (node.name === 'Extension') checkExtension(object, variant, scope)
    tryRules(node.rules, object, scope)
  }

  const walkField = (
    field: Field,
    value: unknown,
    object: Json,
    scope: Scope,
    node: TypeNode,
    owner: Owner
  ): void => {
    if (!field.repeats) {
      if (Array.isArray(value)) {
        report(
          scope,
          'error',
          'structure',
          `Found an array, expected a single ${field.type.code}; ${node.name}.${field.property} does not repeat.`
        )
        return
      }
      walkItem(
        field,
        value,
        scope,
        owner,
        field.sibling ? object[field.property.slice(1)] : undefined
      )
      return
    }
    if (!Array.isArray(value)) {
      report(
        scope,
        'error',
        'structure',
        `Found ${jsonKind(value)}, expected an array of ${field.type.code}; write [ ] around it.`
      )
      return
    }
    if (value.length === 0) {
      report(
        scope,
        'error',
        'structure',
        'Found an empty array, expected at least one item; leave the element out.'
      )
      return
    }
    if (value.length > field.element.max) {
      report(
        scope,
        'error',
        'structure',
        `Found ${value.length} items, expected at most ${field.element.max}.`
      )
    }
    const beside =
      field.kind === 'primitive'
        ? object[field.sibling ? field.property.slice(1) : `_${field.property}`]
        : undefined
    const { path } = scope.run
    for (let index = 0; index < value.length; index++) {
      path.push(index)
      const item = value[index] as unknown
      // A null keeps the place of a primitive that has only the other half.
      // https://hl7.org/fhir/R4/json.html#primitive
      if (item === null && field.kind === 'primitive') checkNull(field, beside, index, scope)
      else walkItem(field, item, scope, owner, Array.isArray(beside) ? beside[index] : undefined)
      path.pop()
    }
  }

  /** @param beside the other half of a primitive */
  const walkItem = (
    field: Field,
    value: unknown,
    scope: Scope,
    owner: Owner,
    beside: unknown
  ): void => {
    if (field.kind === 'primitive' && !field.sibling) return walkPrimitive(field, value, scope)
    if (!isObject(value)) {
      report(
        scope,
        'error',
        'structure',
        `Found ${jsonKind(value)}, expected an object of type ${field.sibling ? 'Element' : field.type.code}.`
      )
      return
    }
    if (field.kind === 'resource') return walkInner(field, value, scope)
    const node = field.node()
    walkObject(
      node,
      value,
      scope,
      field.owner,
      field.sibling && beside !== undefined && beside !== null
    )
    if (node.name === 'Extension') onExtension(value, owner, scope)
    if (field.sibling) return
    if (node.name === 'Reference') checkReference(value, field.type.targets, scope, knows)
    if (field.valueSet !== undefined) checkCodes(field.valueSet, field.type.code, value, scope)
    if (field.rules.length > 0) tryRules(field.rules, value, scope)
  }

  const walkPrimitive = (field: Field, value: unknown, scope: Scope): void => {
    const primitive = primitives[field.type.code]
    if (primitive === undefined) return
    const kind = typeof value
    if (kind !== primitive.json) {
      report(
        scope,
        'error',
        'structure',
        `Found ${jsonKind(value)}, expected ${primitive.expected}.`
      )
      return
    }
    if (value === '') {
      report(
        scope,
        'error',
        'value',
        'Found an empty string, expected a value; leave the element out.'
      )
      return
    }
    if (!primitive.accepts(value as never)) {
      reportFormat(value, primitive.expected, scope)
      return
    }
    if (field.type.code === 'xhtml') {
      const fault = narrativeFault(value as string)
      if (fault) report(scope, 'error', fault.kind, fault.diagnostics)
    }
    if (field.valueSet !== undefined) checkCodes(field.valueSet, field.type.code, value, scope)
    if (
      typeof value === 'string' &&
      value.startsWith('#') &&
      (field.type.code === 'uri' || field.type.code === 'url' || field.type.code === 'canonical')
    ) {
      scope.fragments.add(value)
    }
    if (field.rules.length > 0) tryRules(field.rules, value, scope)
  }

  /**
   * A resource inside: contained shares its root's scope, an entry of a Bundle or Parameters is a
   * root of its own.
   */
  const walkInner = (field: Field, value: Json, scope: Scope): void => {
    const type = value['resourceType']
    if (typeof type !== 'string' || !knows(type)) {
      report(
        scope,
        'error',
        'structure',
        `Found resourceType ${quote(type ?? null)}, expected a resource type of R4.`,
        'resourceType'
      )
      return
    }
    const isContained = field.property === 'contained'
    if (isContained && value['id'] === undefined) {
      report(
        scope,
        'error',
        'required',
        'Contained resource has no id, expected one that a reference #id can name; add it.'
      )
    }
    resource(
      value,
      nodes(type),
      isContained
        ? containedScope(scope, value)
        : createScope(scope.run, value, entriesOf(scope.resource) ?? scope.entries)
    )
  }

  const resource = (object: Json, node: TypeNode, scope: Scope): void => {
    walkObject(node, object, scope, { path: node.name, type: node.name })
    onResource(object, scope)
  }

  return { resource }
}

const entryTypes = new WeakMap<Json, ReadonlyMap<string, string>>()
/** Full URLs of a Bundle and the types behind them. */
const entriesOf = (bundle: Json): ReadonlyMap<string, string> | undefined => {
  if (bundle['resourceType'] !== 'Bundle' || !Array.isArray(bundle['entry'])) return undefined
  const known = entryTypes.get(bundle)
  if (known) return known
  const made = new Map(
    (bundle['entry'] as unknown[])
      .filter(isObject)
      .flatMap(({ fullUrl, resource }): [string, string][] =>
        typeof fullUrl === 'string' &&
        isObject(resource) &&
        typeof resource['resourceType'] === 'string'
          ? [[fullUrl, resource['resourceType']]]
          : []
      )
  )
  entryTypes.set(bundle, made)
  return made
}

const checkNull = (field: Field, beside: unknown, index: number, scope: Scope): void => {
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

/** `valueString` and `_valueString` are two halves of one choice. */
const sameChoice = (object: Json, field: Field, plain: string): boolean =>
  Object.keys(object).every(
    (property) => !isVariant(property, field) || property === plain || property === `_${plain}`
  )

const isVariant = (property: string, field: Field): boolean => {
  const plain = property.startsWith('_') ? property.slice(1) : property
  const base = field.element.name.slice(0, -3)
  return field.element.types.some((type) => plain === choiceName(base, type.code))
}

const reportChoice = (node: TypeNode, object: Json, field: Field, scope: Scope): void => {
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

const reportUnknown = (node: TypeNode, property: string, scope: Scope): void => {
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

const reportFormat = (value: unknown, expected: string, scope: Scope): void => {
  const nul = typeof value === 'string' && value.includes('\u0000')
  report(
    scope,
    'error',
    'value',
    nul
      ? 'Found the NUL character (U+0000), expected text without it; remove it.'
      : `Found ${quote(value)}, expected ${expected}.`
  )
}

/** ext-1. https://hl7.org/fhir/R4/extensibility.html#Extension */
const checkExtension = (extension: Json, value: string, scope: Scope): void => {
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
