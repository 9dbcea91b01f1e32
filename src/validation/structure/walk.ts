/**
 * Walks a resource along its type: names, JSON kinds, cardinality, choices, formats, codes,
 * references, invariants. https://hl7.org/fhir/R4/json.html
 */
import { entriesOf } from './bundle-entries.ts'
import { reportChoice, sameChoice } from './choices.ts'
import { checkCodes } from './codes.ts'
import {
  checkExtension,
  checkNull,
  checkRequired,
  reportEmpty,
  reportUnknown
} from './element-faults.ts'
import { checkPrimitive } from './primitive-value.ts'
import type { KnowsType } from './references.ts'
import { checkReference } from './references.ts'
import { tryRules } from '../rules/try-rules.ts'
import type { Json } from '../../fhir/json-object.ts'
import type { Owner, Scope } from '../scope.ts'
import { isObject } from '../../fhir/json-object.ts'
import { containedScope, createScope, jsonKind, quote, report } from '../scope.ts'
import type { Field, TypeNode, TypeNodes } from './type-node.ts'

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

export const walkResource = (hooks: Hooks, resource: Json, node: TypeNode, scope: Scope): void => {
  walkObject(hooks, node, resource, scope, { path: node.name, type: node.name })
  hooks.onResource(resource, scope)
}

/** @param hasValue it stands beside a primitive that has one */
const walkObject = (
  hooks: Hooks,
  node: TypeNode,
  object: Json,
  scope: Scope,
  self: Owner,
  hasValue = false
): void => {
  if (scope.run.path.length > deepest) {
    report(
      scope,
      'error',
      'structure',
      `Found elements nested more than ${deepest} levels deep; flatten the resource.`
    )
    return
  }
  const variant = walkMembers(hooks, node, object, scope, self, hasValue)
  checkRequired(node, object, scope)
  if (node.name === 'Extension') checkExtension(object, variant, scope)
  tryRules(node.rules, object, scope)
}

/** Returns the property under which a choice was found last: of extensions their value. */
const walkMembers = (
  hooks: Hooks,
  node: TypeNode,
  object: Json,
  scope: Scope,
  self: Owner,
  hasValue: boolean
): string => {
  const { path } = scope.run
  let choices = 0
  let members = 0
  let variant = ''
  for (const property in object) {
    if (object[property] === undefined || (property === 'resourceType' && node.isResource)) {
      continue
    }
    const field = node.fields.get(property)
    if (property !== 'id' || field === undefined) members++
    if (field === undefined) {
      reportUnknown(node, property, scope)
      continue
    }
    if (field.choice !== 0) {
      const plain = field.sibling ? property.slice(1) : property
      if ((choices & field.choice) !== 0 && !sameChoice(object, field, plain)) {
        reportChoice(node, object, field, scope)
      }
      choices |= field.choice
      variant = plain
    }
    path.push(property)
    walkField(hooks, field, object[property], object, scope, node, self)
    path.pop()
  }
  if (members === 0 && !node.isResource && !(hasValue && object['id'] !== undefined)) {
    reportEmpty(scope)
  }
  return variant
}

const walkField = (
  hooks: Hooks,
  field: Field,
  value: unknown,
  object: Json,
  scope: Scope,
  node: TypeNode,
  owner: Owner
): void => {
  if (field.repeats) {
    if (isList(field, value, scope)) walkList(hooks, field, value, object, scope, owner)
    return
  }
  if (Array.isArray(value)) {
    report(
      scope,
      'error',
      'structure',
      `Found an array, expected a single ${field.type.code}; ${node.name}.${field.property} does not repeat.`
    )
    return
  }
  const beside = field.sibling ? object[field.property.slice(1)] : undefined
  walkItem(hooks, field, value, scope, owner, beside)
}

const isList = (field: Field, value: unknown, scope: Scope): value is readonly unknown[] => {
  if (!Array.isArray(value)) {
    report(
      scope,
      'error',
      'structure',
      `Found ${jsonKind(value)}, expected an array of ${field.type.code}; write [ ] around it.`
    )
    return false
  }
  if (value.length === 0) {
    report(
      scope,
      'error',
      'structure',
      'Found an empty array, expected at least one item; leave the element out.'
    )
    return false
  }
  if (value.length > field.element.max) {
    report(
      scope,
      'error',
      'structure',
      `Found ${value.length} items, expected at most ${field.element.max}.`
    )
  }
  return true
}

const walkList = (
  hooks: Hooks,
  field: Field,
  list: readonly unknown[],
  object: Json,
  scope: Scope,
  owner: Owner
): void => {
  const isPrimitive = field.kind === 'primitive'
  const beside = isPrimitive
    ? object[field.sibling ? field.property.slice(1) : `_${field.property}`]
    : undefined
  const { path } = scope.run
  for (let index = 0; index < list.length; index++) {
    path.push(index)
    const item = list[index]
    if (item === null && isPrimitive) checkNull(field, beside, index, scope)
    else {
      walkItem(hooks, field, item, scope, owner, Array.isArray(beside) ? beside[index] : undefined)
    }
    path.pop()
  }
}

/** @param beside the other half of a primitive */
const walkItem = (
  hooks: Hooks,
  field: Field,
  value: unknown,
  scope: Scope,
  owner: Owner,
  beside: unknown
): void => {
  if (field.kind === 'primitive' && !field.sibling) return checkPrimitive(field, value, scope)
  if (!isObject(value)) {
    report(
      scope,
      'error',
      'structure',
      `Found ${jsonKind(value)}, expected an object of type ${field.sibling ? 'Element' : field.type.code}.`
    )
    return
  }
  if (field.kind === 'resource') return walkInner(hooks, field, value, scope)
  const node = field.node()
  const hasValue = field.sibling && beside !== undefined && beside !== null
  walkObject(hooks, node, value, scope, field.owner, hasValue)
  if (node.name === 'Extension') hooks.onExtension(value, owner, scope)
  if (field.sibling) return
  if (node.name === 'Reference') checkReference(value, field.type.targets, scope, hooks.knows)
  if (field.valueSet !== undefined) checkCodes(field.valueSet, field.type.code, value, scope)
  if (field.rules.length > 0) tryRules(field.rules, value, scope)
}

/**
 * A resource inside: contained shares its root's scope, an entry of a Bundle or Parameters is a
 * root of its own.
 */
const walkInner = (hooks: Hooks, field: Field, value: Json, scope: Scope): void => {
  const type = value['resourceType']
  if (typeof type !== 'string' || !hooks.knows(type)) {
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
  walkResource(
    hooks,
    value,
    hooks.nodes(type),
    isContained
      ? containedScope(scope, value)
      : createScope(scope.run, value, entriesOf(scope.resource) ?? scope.entries)
  )
}
