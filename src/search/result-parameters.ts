/**
 * Parameters that shape the answer and filter nothing: `_sort`, `_count`, `_total`, `_summary`,
 * `_elements`, `_include` … https://hl7.org/fhir/R4/search.html#Summary
 */
import type { Definitions } from '../definitions/definitions.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { kindOf } from './parameters/kinds.ts'
import { malformed } from './parameters/malformed.ts'
import { parameterOf } from './parameters/own.ts'
import type { Include, Sort } from './query.ts'
import { unknownParameter, type Unknown } from './unknown-parameter.ts'

export type Summary = 'true' | 'text' | 'data' | 'count' | 'false'

export interface ResultParameters {
  sort: readonly Sort[]
  total: 'none' | 'capped' | 'exact'
  summary: Summary | undefined
  elements: readonly string[] | undefined
  includes: readonly Include[]
}

export interface ResultContext {
  readonly definitions: Pick<Definitions, 'isType' | 'searchParameters'>
  readonly type: ResourceType
}

type Reader = (value: string, into: ResultParameters, context: ResultContext) => Unknown | undefined

const summaries: readonly string[] = ['true', 'text', 'data', 'count', 'false']
const totals: ReadonlyMap<string, ResultParameters['total']> = new Map([
  ['none', 'none'],
  ['estimate', 'capped'],
  ['accurate', 'exact']
])
const mostSorts = 5

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    '_sort',
    (value, into, context) => {
      if (value.split(',').some((part) => part === '' || part === '-')) {
        throw malformed(
          '_sort',
          value,
          'names of search parameters with commas between them, each with - before it for descending'
        )
      }
      const sorts = value.split(',').map((part) => sortOf(part, context))
      const stranger = sorts.find((sort) => 'kind' in sort)
      if (stranger) return stranger
      if (sorts.length > mostSorts) {
        throw malformed('_sort', value, `at most ${mostSorts} parameters`)
      }
      into.sort = sorts as Sort[]
      return undefined
    }
  ],
  [
    '_total',
    (value, into) => {
      const total = totals.get(value)
      if (total === undefined) throw malformed('_total', value, [...totals.keys()].join(', '))
      into.total = total
      return undefined
    }
  ],
  [
    '_summary',
    (value, into) => {
      if (!summaries.includes(value)) throw malformed('_summary', value, summaries.join(', '))
      into.summary = value as Summary
      return undefined
    }
  ],
  [
    '_elements',
    (value, into, { type }) => {
      const names = value
        .split(',')
        .map((name) => (name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name))
      if (!names.every((name) => /^[A-Za-z]\w*$/.test(name))) {
        throw malformed('_elements', value, `names of elements of ${type} with commas between them`)
      }
      into.elements = names
      return undefined
    }
  ],
  // which page of the answer: read where pages are made
  ['_count', () => undefined],
  ['_cursor', () => undefined],
  ['_format', () => undefined], // read by http/
  ['_pretty', () => undefined]
])

export const resultParameterNames: readonly string[] = [
  ...readers.keys(),
  '_include',
  '_revinclude'
]

/** False: not one of these. */
export const isResultParameter = (name: string): boolean =>
  resultParameterNames.includes(name.split(':', 1)[0] ?? '')

/** @throws FhirError `invalid` for malformed values and modifiers */
export const readResultParameter = (
  name: string,
  value: string,
  into: ResultParameters,
  context: ResultContext
): Unknown | undefined => {
  const [code = '', ...modifiers] = name.split(':')
  const modifier = modifiers.length === 0 ? undefined : modifiers.join(':')
  if (code === '_include' || code === '_revinclude') {
    if (modifier !== undefined && modifier !== 'iterate') {
      throw new FhirError(
        'invalid',
        `Modifier :${modifier} is not supported on ${code}. Supported: :iterate.`,
        { issue: 'not-supported' }
      )
    }
    const include = includeOf(
      code === '_include' ? 'forward' : 'reverse',
      value,
      modifier === 'iterate',
      context
    )
    if ('kind' in include) return include
    into.includes = [...into.includes, include]
    return undefined
  }
  if (modifier !== undefined) {
    throw new FhirError(
      'invalid',
      `Modifier :${modifier} is not supported on ${code}. It takes none.`,
      { issue: 'not-supported' }
    )
  }
  return readers.get(code)?.(value, into, context)
}

const sortOf = (part: string, { definitions, type }: ResultContext): Sort | Unknown => {
  const direction = part.startsWith('-') ? 'desc' : 'asc'
  const code = direction === 'desc' ? part.slice(1) : part
  const parameter = parameterOf(definitions, type, code)
  return parameter
    ? { parameter: parameter.key, form: kindOf(parameter).form, direction }
    : unknownParameter({ definitions, beside: [] }, type, code)
}

/** @throws FhirError `invalid` for what is no `Type:parameter:TargetType` */
const partsOf = (
  name: string,
  value: string,
  { definitions }: ResultContext
): readonly [ResourceType, string, ResourceType | undefined] => {
  const [sourceType = '', code = '', targetType, ...more] = value.split(':')
  if (sourceType === '*' || code === '*') {
    throw new FhirError(
      'invalid',
      `${name}=${value}: wildcards are not supported. Name each reference, e.g. ${name}=CarePlan:subject.`,
      { issue: 'not-supported' }
    )
  }
  if (!definitions.isType(sourceType) || code === '' || more.length > 0) {
    throw malformed(name, value, 'Type:parameter or Type:parameter:TargetType')
  }
  if (targetType !== undefined && !definitions.isType(targetType)) {
    throw malformed(name, value, `a resource type instead of ${JSON.stringify(targetType)}`)
  }
  return [sourceType, code, targetType]
}

/** Without `:iterate` an include starts from what the search finds, or leads there. */
const checkReach = (
  name: string,
  value: string,
  { direction, sourceType, targetType }: Pick<Include, 'direction' | 'sourceType' | 'targetType'>,
  targets: readonly ResourceType[],
  type: ResourceType
): void => {
  if (direction === 'forward' && sourceType !== type) {
    throw malformed(
      name,
      value,
      `a reference of ${type}, which is what this search finds; for references of included resources use ${name}:iterate`
    )
  }
  if (
    direction === 'reverse' &&
    !(targetType === undefined ? targets.includes(type) : targetType === type)
  ) {
    throw malformed(
      name,
      value,
      `a reference that points to ${type}, which is what this search finds`
    )
  }
}

const includeOf = (
  direction: Include['direction'],
  value: string,
  iterate: boolean,
  context: ResultContext
): Include | Unknown => {
  const { definitions, type } = context
  const name = direction === 'forward' ? '_include' : '_revinclude'
  const [sourceType, code, targetType] = partsOf(name, value, context)
  const parameter = definitions.searchParameters(sourceType).get(code)
  if (!parameter) return unknownParameter({ definitions, beside: [] }, sourceType, code)
  const { key, datatypes, targets } = parameter
  if (!datatypes.includes('Reference')) {
    throw malformed(name, value, 'a parameter that holds references')
  }
  if (targetType !== undefined && !targets.includes(targetType)) {
    throw malformed(
      name,
      value,
      `one of the types that ${sourceType}.${code} refers to (${targets.slice(0, 8).join(', ')})`
    )
  }
  const named = targetType === undefined ? {} : { targetType }
  if (!iterate) checkReach(name, value, { direction, sourceType, ...named }, targets, type)
  const only =
    targetType ?? (direction === 'forward' && targets.length === 1 ? targets[0] : undefined)
  return {
    direction,
    sourceType,
    parameter: key,
    ...(only !== undefined && { targetType: only }),
    iterate
  }
}
