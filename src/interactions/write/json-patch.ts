/**
 * JSON Patch on a resource, behind a guard: pointers reach data, never an object's workings.
 * https://www.rfc-editor.org/rfc/rfc6902
 */
import { applyPatch, Pointer } from 'rfc6902'
import type { Operation } from 'rfc6902'
import { FhirError } from '../../fhir/fhir-error.ts'
import { copySources, rememberSource, sourceOf } from '../../fhir/json-source.ts'
import type { Resource } from '../../fhir/resource.ts'
import { createPatchBudget } from './patch-budget.ts'
import type { PatchBudget } from './patch-budget.ts'

const operations: ReadonlySet<unknown> = new Set([
  'add',
  'remove',
  'replace',
  'move',
  'copy',
  'test'
])
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const arrayIndex = /^(?:0|[1-9]\d*|-)$/

const malformed = (at: number, found: string, expected: string): FhirError =>
  new FhirError(
    'invalid',
    `Found ${found} in operation ${at + 1} of the JSON Patch, expected ${expected}.`,
    { issue: 'structure' }
  )

const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const checkPointer = (value: unknown, name: 'path' | 'from', at: number): void => {
  if (typeof value !== 'string' || !value.startsWith('/')) {
    throw malformed(
      at,
      `${name} ${JSON.stringify(value) ?? '(none)'}`,
      'a JSON Pointer to an element, such as /status'
    )
  }
  const bad = segmentsOf(value).find((segment) => forbidden.has(segment))
  if (bad !== undefined) {
    throw malformed(at, `the ${name} segment "${bad}"`, 'names of FHIR elements')
  }
}

const readOperation = (value: unknown, at: number): Operation => {
  const operation = value as Partial<Record<'op' | 'path' | 'from' | 'value', unknown>> | null
  if (typeof operation !== 'object' || operation === null || !operations.has(operation.op)) {
    throw malformed(
      at,
      `op ${JSON.stringify(operation?.op) ?? '(none)'}`,
      `one of ${[...operations].join(', ')}`
    )
  }
  checkPointer(operation.path, 'path', at)
  if (operation.op === 'move' || operation.op === 'copy') checkPointer(operation.from, 'from', at)
  if (
    (operation.op === 'add' || operation.op === 'replace' || operation.op === 'test') &&
    !('value' in operation)
  ) {
    throw malformed(at, 'no value', 'one')
  }
  return operation as Operation
}

/** rfc6902 would set `activity.abc` on an array; the standard asks for an index. */
const checkIndices = (resource: Resource, pointer: string, at: number): void => {
  let value: unknown = resource
  for (const segment of segmentsOf(pointer)) {
    if (Array.isArray(value) && !arrayIndex.test(segment)) {
      throw malformed(
        at,
        `the segment "${segment}" inside an array`,
        'an index, or "-" for its end'
      )
    }
    if (typeof value !== 'object' || value === null) return
    value = Object.hasOwn(value, segment) ? (value as Record<string, unknown>)[segment] : undefined
  }
}

/** Where a pointer leads; rfc6902 types it loosely. */
interface Place {
  readonly parent: object | null
  readonly key: string
  readonly value: unknown
}

/** Decimals keep the form that the patch gave them; rfc6902 copies values without it. */
const keepDecimals = (resource: Resource, operation: Operation): void => {
  if (operation.op !== 'add' && operation.op !== 'replace') return
  const path = operation.path.endsWith('/-')
    ? undefined
    : (Pointer.fromJSON(operation.path).evaluate(resource) as Place)
  if (path?.parent == null) return
  const text =
    typeof operation.value === 'number' ? sourceOf(operation, 'value', operation.value) : undefined
  if (text !== undefined) rememberSource(path.parent, path.key, text)
  else copySources(operation.value, path.value)
}

const payFor = (
  budget: PatchBudget,
  resource: Resource,
  operation: Operation,
  what: string
): void => {
  const depth = segmentsOf(operation.path).length
  if (operation.op === 'add' || operation.op === 'replace') {
    budget.spend(operation.value, depth, what)
  } else if ('from' in operation) {
    budget.spend(Pointer.fromJSON(operation.from).evaluate(resource).value, depth, what)
  }
}

/**
 * rfc6902 compares by looking for the shortest way from one value to the other, which is quadratic.
 */
const isEqual = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) =>
        Object.hasOwn(b, name) &&
        isEqual((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])
    )
  )
}

const fits = (resource: Resource, operation: Operation): boolean =>
  operation.op === 'test'
    ? isEqual(Pointer.fromJSON(operation.path).evaluate(resource).value, operation.value)
    : applyPatch(resource, [operation])[0] == null

export interface PatchLimits {
  readonly patchOperations: number
  /** Bytes that the operations may put into the resource. */
  readonly body: number
}

const operationsIn = (body: unknown, most: number): readonly Operation[] => {
  if (!Array.isArray(body)) {
    throw new FhirError(
      'invalid',
      'Found a body that is no JSON array, expected the operations of a JSON Patch; wrap them in [ ].',
      { issue: 'structure' }
    )
  }
  if (body.length > most) {
    throw new FhirError(
      'too-large',
      `Found ${body.length} operations in the JSON Patch, expected at most ${most}; send several patches, or PUT the resource.`
    )
  }
  return body.map(readOperation)
}

/**
 * Changes `resource` in place.
 * @throws FhirError invalid when the patch cannot be read, unprocessable when it does not fit the
 * resource, too-large when it or its result is out of bounds
 */
export const applyJsonPatch = (resource: Resource, body: unknown, limits: PatchLimits): void => {
  const budget = createPatchBudget(limits.body)
  operationsIn(body, limits.patchOperations).forEach((operation, at) => {
    const what = `operation ${at + 1} (${operation.op} ${operation.path})`
    checkIndices(resource, operation.path, at)
    if ('from' in operation) checkIndices(resource, operation.from, at)
    payFor(budget, resource, operation, what)
    if (!fits(resource, operation)) {
      throw new FhirError(
        'unprocessable',
        `Operation ${at + 1} of the JSON Patch (${operation.op} ${operation.path}) does not fit the resource: ${reason(operation)}; read the resource again and correct the patch.`,
        { issue: 'processing' }
      )
    }
    keepDecimals(resource, operation)
  })
  // Patch by patch a resource must not outgrow what a PUT of it could say.
  createPatchBudget(limits.body).spend(resource, 0, 'the last operation')
}

const reason = ({ op }: Operation): string =>
  op === 'test' ? 'the value there is another one' : 'there is nothing at that path'
